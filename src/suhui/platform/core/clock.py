"""The one place the time comes from, so that a made history can turn it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


_turned: ContextVar[datetime | None] = ContextVar("turned", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _turned.get() or timezone.now()


@contextmanager
def turned_to(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` inside: only for making a history (the demo company), never while people work."""
    token = _turned.set(at)
    try:
        yield
    finally:
        _turned.reset(token)


def local(at: datetime) -> datetime:
    """`at` on the house's wall clock."""
    return timezone.localtime(at)
