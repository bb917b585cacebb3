from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row
from suhui.platform.people.models import User
from suhui.platform.privacy.choices import Reason


class Reveal(Row):
    """Somebody looked: whose data (`subject`, "customer:12"), which `field`, why. The value itself is not kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="reveal_newest"),
            models.Index(fields=["user", "-at"], name="reveal_user"),
            models.Index(fields=["subject", "-at"], name="reveal_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.subject} {self.field}"
