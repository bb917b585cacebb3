"""Template filters: times, money and long numbers the way the house writes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suhui.platform.core.clock import local, now
from suhui.platform.core.money import yuan


def clock_time(at: datetime | None) -> str:
    """`16:20` today, `11-21 16:20` this year, `2025-11-21 16:20` before."""
    if at is None:
        return ""
    here, today = local(at), local(now())
    if here.date() == today.date():
        return here.strftime("%H:%M")
    return here.strftime("%m-%d %H:%M" if here.year == today.year else "%Y-%m-%d %H:%M")


def full_time(at: datetime | None) -> str:
    """`2026-11-22 16:20:05`, for hovering."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def ago(at: datetime | None) -> str:
    """`5 minutes ago`, `2 hours ago`, then the day."""
    if at is None:
        return ""
    seconds = int((now() - at).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", seconds // 60) % {"count": seconds // 60}
    if seconds < 86400:
        return ngettext("%(count)s hour ago", "%(count)s hours ago", seconds // 3600) % {"count": seconds // 3600}
    return clock_time(at)


def span(length: timedelta | None) -> str:
    """A length of time in its two largest units: `1 h 12 min`, `3 d 4 h`, `25 min`."""
    if length is None:
        return ""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def fours(number: str) -> str:
    """A long number in groups of four for the eye; copying takes the original from the element's data."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


ALL: dict[str, Callable[..., Any]] = {
    "clock_time": clock_time,
    "full_time": full_time,
    "ago": ago,
    "span": span,
    "yuan": yuan,
    "fours": fours,
    "iso": iso,
}


def register(name: str, function: Callable[..., Any]) -> None:
    """A room above adds a filter of its own; call it in `registrations.py`, before the first page is rendered."""
    ALL[name] = function
