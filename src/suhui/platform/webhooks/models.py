from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch
from suhui.platform.webhooks.choices import MessageState


class Endpoint(TimeStamped):
    """Where another machine wants to hear of some kinds of events, of one branch and those below it or of all.

    `old_secret` signs beside `secret` until `old_until`, so that the other side can change over. `failing_since` is the
    first failure after the last success.
    """

    name = models.CharField(max_length=60)
    url = models.URLField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=60), default=list)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    secret = models.CharField(max_length=80)
    old_secret = models.CharField(max_length=80, blank=True)
    old_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    switched_off_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Message(Row):
    """One event on its way to one endpoint. `body` is sent and signed as it stands, however often."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="messages", db_index=False)
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.PENDING)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-event_id", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id", "kind"], name="webhook_message_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "state", "-event_id"], name="webhook_message_log"),
            models.Index(fields=["next_at"], name="webhook_message_due", condition=Q(state="pending")),
            models.Index(fields=["endpoint", "subject", "event_id"], name="webhook_line", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def uid(self) -> str:
        """The `webhook-id`: the same however often it is sent."""
        return f"msg_{self.event_id}_{self.endpoint_id}"


class Attempt(Row):
    """What came of sending once. `status` is empty where nobody answered."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    millis = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.status or self.error}"
