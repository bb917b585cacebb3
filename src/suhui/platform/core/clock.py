"""The one place the time comes from, so that tests can turn it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()


def local(at: datetime) -> datetime:
    """`at` on the house's wall clock."""
    return timezone.localtime(at)
