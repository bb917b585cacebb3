import uuid
from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row
from suhui.records.shipments.models import Waybill
from suhui.screens.portal.choices import Remedy, Side, Step
from suhui.service.cases.choices import CaseKind
from suhui.service.cases.models import Case, Category


class Inquiry(Row):
    """What somebody is writing to us. `visitor` is the browser's secret; `side` says whose phone of `waybill` they
    have shown to know. Once sent it stays as the way from the browser to its case; `joined` means that it went onto a
    case that was open already."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.UUIDField()
    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices, blank=True, default=Side.NOBODY)
    kind = models.CharField(max_length=20, choices=CaseKind.choices, blank=True)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    remedy = models.CharField(max_length=12, choices=Remedy.choices, blank=True)
    remedy_words = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.ABOUT)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="+")
    joined = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["visitor", "-changed_at"], name="inquiry_visitor"),
            models.Index(fields=["changed_at"], name="inquiry_unsent", condition=models.Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def owner_key(self) -> str:
        """The subject key its photos are kept under until it is sent."""
        return f"inquiry:{self.pk}"


class Meter(Row):
    """A count against `key` ("number:…", "tracks:…"): wrong tries and until when it is closed, or uses in a window.

    Network addresses stand here only as a keyed hash.
    """

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last_at"], name="meter_last")]

    def __str__(self) -> str:
        return self.key
