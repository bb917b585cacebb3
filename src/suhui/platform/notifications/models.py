from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from suhui.platform.core.models import Row
from suhui.platform.notifications.choices import Level
from suhui.platform.people.models import User


class Notification(Row):
    """A line for one person's bell. `text` is an English msgid, `params` its values: read in the reader's language."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.INFO)
    text = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["key"], name="notification_unread_key", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def sentence(self) -> str:
        """The line in the reader's language. A parameter the text does not name is no error, nor one it misses."""
        text = gettext(self.text) if self.text else ""
        try:
            return str(text % self.params)
        except (KeyError, TypeError, ValueError):
            return text
