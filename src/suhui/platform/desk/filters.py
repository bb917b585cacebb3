"""Template filters and functions: times, money, long numbers and attributes the way the house writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from markupsafe import Markup, escape

from suhui.platform.core.clock import local, now
from suhui.platform.core.money import yuan
from suhui.platform.desk.workday import Urgency, urgency


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


def day_words(at: datetime | None) -> str:
    """The day with its weekday, for a page's head: 2026年11月22日 星期日."""
    return date_format(local(at), pgettext("date format", "l, j F Y")) if at else ""


def phone_words(number: str) -> str:
    """`+8613815025672` as people here read it out, 138 1502 5672; a number of elsewhere as it is."""
    local_part = number.removeprefix("+86")
    if local_part == number or len(local_part) != 11 or not local_part.startswith("1"):
        return number
    return f"{local_part[:3]} {local_part[3:7]} {local_part[7:]}"


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


def fours_marked(number: str) -> Markup:
    """The same with the gaps drawn by CSS, so that selecting and copying gives the number without spaces."""
    groups = (number[start : start + 4] for start in range(0, len(number), 4))
    return Markup("").join(Markup('<span class="four">{}</span>').format(group) for group in groups)


def short_name(name: str) -> str:
    """What stands in a person's round mark: the last two characters of a Chinese name, else two initials."""
    name = name.strip()
    if name.isascii():
        return "".join(word[0] for word in name.split()[:2]).upper()
    return name[-2:]


def _attribute_names(given: dict[str, Any]) -> dict[str, Any]:
    """Template arguments as HTML attribute names: `data_key` → `data-key`, `class_` → `class`."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}


def attrs(given: dict[str, Any]) -> Markup:
    """Template arguments as attributes, each after a space; None and False leave one out, True writes it bare."""
    written = Markup("")
    for name, value in _attribute_names(given).items():
        if value is None or value is False:
            continue
        written += Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, escape(value))
    return written


@dataclass(frozen=True)
class DueState:
    """How a deadline looks: `name` of the urgency (or done, paused) and the `words` beside the shape."""

    name: str
    words: str


def due_state(
    due_at: datetime, warn_at: datetime | None = None, state: str = "", at: datetime | None = None
) -> DueState:
    """Relative words while it is near (`1 h 12 min left`, `25 min late`), a date when it is far."""
    at = at or now()
    if state == "done":
        return DueState("done", _("Done"))
    if state == "paused":
        return DueState("paused", _("Paused"))
    scale = urgency(due_at, at, warn_at=warn_at)
    if scale is Urgency.OVERDUE:
        return DueState("overdue", _("%(span)s late") % {"span": span(at - due_at)})
    if scale is Urgency.LATER:
        return DueState("later", clock_time(due_at))
    name = "soon" if scale is Urgency.SOON else "today"
    return DueState(name, _("%(span)s left") % {"span": span(due_at - at)})


def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


ALL: dict[str, Callable[..., Any]] = {
    "clock_time": clock_time,
    "full_time": full_time,
    "day_words": day_words,
    "phone_words": phone_words,
    "ago": ago,
    "span": span,
    "yuan": yuan,
    "fours": fours,
    "iso": iso,
    "attrs": attrs,
    "attr_names": _attribute_names,
    "short_name": short_name,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {"due_state": due_state, "fours_marked": fours_marked}


def register(name: str, function: Callable[..., Any]) -> None:
    """A room above adds a filter of its own; call it in `registrations.py`, before the first page is rendered."""
    ALL[name] = function
