from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.models import Row
from suhui.platform.people.models import Branch, User
from suhui.platform.rest.choices import Pace


class Token(Row):
    """A key with which a machine acts for `user`. Only a hash is stored; `prefix` tells tokens apart on a page.

    It may what is in `scopes` and what the person may at the moment of the call; with a `branch` nothing outside that
    branch and below. A revoked token stays as a row: what it did names it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=60), default=list)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-made_at"], name="token_of_user")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and not self.is_expired(at)


class Limit(Row):
    """How many calls of a pace one token may make in a minute. Rows of data: an administrator changes them."""

    pace = models.CharField(max_length=8, choices=Pace.choices, primary_key=True)
    per_minute = models.PositiveIntegerField(help_text=_("Calls of one token in a minute"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(per_minute__gte=1), name="limit_at_least_one")
        ]

    def __str__(self) -> str:
        return f"{self.pace}: {self.per_minute}"


class Bucket(Row):
    """How full a token's allowance is: at `full_at` all of it is there again. An unlogged table: a crash of the
    database forgets it, which gives everybody a full minute."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=8, choices=Pace.choices)
    full_at = models.DateTimeField()
    step = models.DurationField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "pace"], name="bucket_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.pace}"


class KeptAnswer(Row):
    """What a call with an idempotency key answered, written in the transaction of what the call did."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="keptanswer_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="keptanswer_old")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
