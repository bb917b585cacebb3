from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row
from suhui.platform.people.models import Branch
from suhui.records.customers.models import Customer


class Rating(Row):
    """What a customer thinks of something: `subject` is its key ("waybill:17"), `score` one to five.

    `source` and `external_id` name it where it was given, so that telling it twice is telling it once. `decision_id`
    and `case_key` ("case:17") lead to the rule that wanted a case and to the case. `branch` says who may see it.
    """

    subject = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="ratings")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    received_at = models.DateTimeField()
    decision_id = models.BigIntegerField(null=True)
    case_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["-given_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="rating_stars"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="rating_subject"),
            models.Index(fields=["customer", "-given_at"], name="rating_customer"),
            models.Index(fields=["case_key"], name="rating_case", condition=~models.Q(case_key="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.score}"

    @property
    def key(self) -> str:
        return f"rating:{self.pk}"

    @property
    def stars(self) -> str:
        return "★" * self.score + "☆" * (5 - self.score)
