from django.db.models import QuerySet

from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import User

MANY = 99
"""The bell counts no further than this."""


def unread_count(user: User) -> int:
    """How many lines wait, at most 100."""
    return Notification.objects.filter(user=user, read_at=None)[: MANY + 1].count()


def newest(user: User, *, unread_only: bool = False) -> QuerySet[Notification]:
    """The person's own lines, newest first."""
    lines = Notification.objects.filter(user=user).order_by("-id")
    return lines.filter(read_at=None) if unread_only else lines
