"""What steps, hours and days say to the reader, in the reader's language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suhui.platform.calendars.arithmetic import DAY, Span, Spans, SpecialDay
from suhui.platform.calendars.choices import DayKind, holiday_label
from suhui.platform.calendars.steps import Step, StoredStep
from suhui.platform.core.clock import local, now

_SPAN = re.compile(r"^(\d{1,2}):?(\d{2})?-(\d{1,2}):?(\d{2})?$")


@dataclass(frozen=True)
class Line:
    """One line of an explanation. tone: "", "soft" (did not count), "amber" (mind this), "strong" (the answer)."""

    text: str
    tone: str = ""


def why_lines(steps: Iterable[StoredStep]) -> list[Line]:
    """The stored steps of a due time as lines to read."""
    return [_line(Step.from_json(step)) for step in steps]


def _line(step: Step) -> Line:
    return _LINES.get(step.kind, _other)(step)


def _start(step: Step) -> Line:
    if step.count is not None:
        text = ngettext(
            "From %(moment)s, %(count)s working day; the day itself does not count",
            "From %(moment)s, %(count)s working days; the day itself does not count",
            step.count,
        )
        return Line(text % {"moment": moment_words(step.at), "count": step.count})
    if step.seconds is None:
        return Line(_("From %(moment)s") % {"moment": moment_words(step.at)})
    return Line(_("From %(moment)s, %(length)s") % {"moment": moment_words(step.at), "length": _length(step)})


def _counted(step: Step) -> Line:
    here = {
        "day": day_words(step.day),
        "start": _hour(step.at, step.day),
        "end": _hour(step.until, step.day),
        "length": _length(step),
        "name": holiday_label(step.name),
    }
    if step.day_kind == DayKind.MAKE_UP:
        return Line(_("%(day)s %(start)s–%(end)s, a make-up working day (%(name)s): %(length)s") % here)
    if step.day_kind == DayKind.OPEN:
        return Line(_("%(day)s %(start)s–%(end)s, opened by hand: %(length)s") % here)
    return Line(_("%(day)s %(start)s–%(end)s: %(length)s") % here)


def _days(step: Step) -> Line:
    count = step.count or 1
    text = ngettext("%(days)s: %(count)s whole day, %(length)s", "%(days)s: %(count)s whole days, %(length)s", count)
    return Line(text % {"days": _range(step), "count": count, "length": _length(step)})


def _day_counted(step: Step) -> Line:
    here = {"days": _range(step), "number": step.count, "name": holiday_label(step.name)}
    if step.day_kind == DayKind.MAKE_UP:
        return Line(_("%(days)s, a make-up working day (%(name)s): working day %(number)s") % here)
    return Line(_("%(days)s: up to working day %(number)s") % here)


def _closed(step: Step) -> Line:
    here = {"days": _range(step), "name": holiday_label(step.name)}
    if step.day_kind == DayKind.HOLIDAY:
        return Line(_("%(days)s: public holiday (%(name)s)") % here, "soft")
    if step.day_kind == DayKind.CLOSED:
        return Line(_("%(days)s: closed by hand (%(name)s)") % {**here, "name": here["name"] or "—"}, "soft")
    return Line(_("%(days)s: closed all day") % here, "soft")


def _around(step: Step) -> Line:
    return Line(_("Counted day and night: %(length)s") % {"length": _length(step)})


def _unknown_year(step: Step) -> Line:
    year = step.day.year if step.day else ""
    text = _("The holidays and make-up days of %(year)s are not on record yet: this time may still move")
    return Line(text % {"year": year}, "amber")


def _paused(step: Step) -> Line:
    here = {"moment": moment_words(step.at), "reason": _(step.name) if step.name else "", "length": _length(step)}
    if step.seconds is None:
        return Line(_("%(moment)s paused. %(reason)s") % here, "amber")
    return Line(_("%(moment)s paused with %(length)s left. %(reason)s") % here, "amber")


def _resumed(step: Step) -> Line:
    here = {"moment": moment_words(step.at), "length": _length(step)}
    if step.seconds is None:
        return Line(_("%(moment)s goes on") % here)
    return Line(_("%(moment)s goes on with %(length)s left") % here)


def _moved(step: Step) -> Line:
    here = {"moment": moment_words(step.at), "before": moment_words(step.until), "name": step.name}
    return Line(_("%(moment)s the calendar “%(name)s” was changed; before, it was due %(before)s") % here, "amber")


def _due(step: Step) -> Line:
    return Line(_("Due %(moment)s") % {"moment": moment_words(step.at)}, "strong")


def _other(step: Step) -> Line:
    return Line(step.name, "soft")


_LINES = {
    "start": _start,
    "counted": _counted,
    "days": _days,
    "day_counted": _day_counted,
    "closed": _closed,
    "around": _around,
    "unknown_year": _unknown_year,
    "paused": _paused,
    "resumed": _resumed,
    "moved": _moved,
    "due": _due,
}


def day_words(day: date | None) -> str:
    """`Friday 11-20`; with the year when it is not this one."""
    if day is None:
        return ""
    here = {"weekday": WEEKDAYS[day.weekday()], "month": day.month, "day": day.day, "year": day.year}
    if day.year != local(now()).year:
        return _("%(weekday)s %(year)s-%(month)s-%(day)s") % here
    return _("%(weekday)s %(month)s-%(day)s") % here


def moment_words(at: datetime | None) -> str:
    return f"{day_words(local(at).date())} {local(at):%H:%M}" if at else ""


def _range(step: Step) -> str:
    if step.last is None or step.last == step.day:
        return day_words(step.day)
    return _("%(first)s to %(last)s") % {"first": day_words(step.day), "last": day_words(step.last)}


def _length(step: Step) -> str:
    """Hours and minutes only: a day of work is not 24 hours. Whole days where they were counted day and night."""
    seconds = step.seconds or 0
    if 0 < seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if step.kind == "around" and hours and hours % 24 == 0 and not minutes:
        return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}
    if hours and minutes:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(minutes)s min") % {"minutes": minutes}


def _hour(at: datetime | None, day: date | None) -> str:
    if at is None:
        return ""
    if day is not None and at.date() > day and at.hour == at.minute == 0:
        return "24:00"
    later = _(" (next day)") if day is not None and at.date() > day else ""
    return f"{at:%H:%M}{later}"


def minute_words(minute: int) -> str:
    """`22:00`; beyond midnight counted on from 00:00; the end of a day is `24:00`."""
    if minute == DAY:
        return "24:00"
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


def spans_words(spans: Spans) -> str:
    """`09:00–12:00 13:30–18:00`, as it is also typed in."""
    return " ".join(f"{minute_words(span.start)}-{minute_words(span.end)}" for span in spans)


def read_spans(text: str) -> Spans:
    """Hours as typed: `9:00-12:00, 13:30-18:00`, `22-6` (over midnight), `0:00-24:00`. Raises ValueError."""
    bare = re.sub(r"\s*[-–—~～至到]\s*", "-", text.strip().replace("：", ":"))
    found = [_read_span(part) for part in re.split(r"[\s,，;；、]+", bare) if part]
    return tuple(sorted(found))


def _read_span(text: str) -> Span:
    match = _SPAN.match(text)
    if match is None:
        raise ValueError(text)
    start_hour, start_minute, end_hour, end_minute = (int(part or 0) for part in match.groups())
    if start_minute > 59 or end_minute > 59 or start_hour > 23 or end_hour > 24:
        raise ValueError(text)
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    return Span(start, end if end > start else end + DAY)


def week_groups(week: Iterable[Spans]) -> list[tuple[str, str, Spans]]:
    """The open days of a week as (first, last, spans), neighbours with the same hours together; one day: last is ""."""
    groups: list[tuple[int, int, Spans]] = []
    for number, spans in enumerate(week):
        if groups and groups[-1][1] == number - 1 and groups[-1][2] == spans:
            groups[-1] = (groups[-1][0], number, spans)
        else:
            groups.append((number, number, spans))
    return [
        (str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last]) if last > first else "", spans)
        for first, last, spans in groups
        if spans
    ]


def weekday_letters() -> list[tuple[str, str]]:
    """Monday to Sunday as (short, full) for the head of a small month."""
    short = [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")]
    return [(short[number], str(WEEKDAYS[number])) for number in range(7)]


def month_words(first: date) -> str:
    return str(MONTHS[first.month])


def day_kind_words(kind: str) -> str:
    return str(DayKind(kind).label)


def day_title(special: SpecialDay) -> str:
    """What a day is and its hours: `Public holiday: National Day, closed`."""
    what = str(special.kind.label)
    name = holiday_label(special.name)
    hours = spans_words(special.spans) or _("closed all day")
    if name:
        return _("%(what)s (%(name)s), %(hours)s") % {"what": what, "name": name, "hours": hours}
    return _("%(what)s, %(hours)s") % {"what": what, "hours": hours}
