from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.calendars import events, importing, shipped
from suhui.platform.calendars.arithmetic import Span, Spans, check_week
from suhui.platform.calendars.choices import DayKind, holiday_key
from suhui.platform.calendars.models import BranchCalendar, Calendar, HandDay, HolidayYear, NationalDay, WeekSpan
from suhui.platform.calendars.selectors import week_of
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import Branch


@transaction.atomic
def add_calendar(
    *, code: str, name: str, week: Sequence[Spans], keeps_holidays: bool, by: Actor, english_name: str = ""
) -> Calendar:
    """Add a calendar with its week (Monday to Sunday). Raises BadInput for a taken code or a week that cannot be."""
    if Calendar.objects.filter(code=code).exists():
        raise BadInput(_("Another calendar has this code."), {"code": _("Another calendar has this code.")})
    _check_week(week)
    calendar = Calendar.objects.create(
        code=code,
        name=name,
        english_name=english_name,
        keeps_holidays=keeps_holidays,
        is_default=not Calendar.objects.filter(is_default=True).exists(),
    )
    _write_week(calendar, week)
    settled.anew()
    stored.store(events.CalendarChanged(calendar_id=calendar.pk, name=name, what="added"), by=by)
    return calendar


@transaction.atomic
def set_week(*, calendar: Calendar, week: Sequence[Spans], version: int, by: Actor) -> Calendar:
    """Replace the week's hours. `version` is the one the editor saw; raises Conflict when it has moved on."""
    _check_week(week)
    before = _week_words(week_of(calendar))
    _claim(calendar, version)
    calendar.week_spans.all().delete()
    _write_week(calendar, week)
    _changed(calendar, "week", {"week": before}, {"week": _week_words(week)}, by)
    return calendar


@transaction.atomic
def change_settings(
    *,
    calendar: Calendar,
    name: str,
    keeps_holidays: bool,
    make_up_weekday: int,
    version: int,
    by: Actor,
    english_name: str = "",
) -> Calendar:
    """Name, whether public holidays are kept, and whose hours a make-up day has (0 Monday … 6 Sunday)."""
    if not name.strip():
        raise BadInput(_("A calendar needs a name."), {"name": _("A calendar needs a name.")})
    before = _settings_words(calendar)
    _claim(calendar, version)
    calendar.name, calendar.english_name = name.strip(), english_name.strip()
    calendar.keeps_holidays, calendar.make_up_weekday = keeps_holidays, make_up_weekday
    calendar.save(update_fields=["name", "english_name", "keeps_holidays", "make_up_weekday", "updated_at"])
    _changed(calendar, "settings", before, _settings_words(calendar), by)
    return calendar


@transaction.atomic
def make_default(*, calendar: Calendar, by: Actor) -> Calendar:
    """Branches without a calendar of their own or above them follow this one from now on."""
    if calendar.is_default:
        return calendar
    Calendar.objects.filter(is_default=True).update(is_default=False)
    calendar.is_default = True
    calendar.save(update_fields=["is_default", "updated_at"])
    _changed(calendar, "default", {}, {}, by)
    return calendar


@transaction.atomic
def retire(*, calendar: Calendar, by: Actor) -> Calendar:
    """Take a calendar out of use. Refused while it is the default or a branch names it."""
    if calendar.is_default or calendar.branches.exists():
        raise Refused(_("A calendar in use stays. Give its branches another one first."))
    if Calendar.objects.filter(pk=calendar.pk, retired_at=None).update(retired_at=now()):
        _changed(calendar, "retired", {}, {}, by)
    calendar.refresh_from_db()
    return calendar


@transaction.atomic
def set_day(*, calendar: Calendar, day: date, kind: DayKind, by: Actor, name: str = "", spans: Spans = ()) -> HandDay:
    """Open or close one day by hand; it stands above the public holidays. Doing it again replaces it."""
    if kind not in (DayKind.OPEN, DayKind.CLOSED):
        raise BadInput(_("A day is either opened or closed by hand."))
    if kind == DayKind.OPEN and not spans:
        raise BadInput(_("Say from when to when this day is open."), {"spans": _("Say from when to when.")})
    _check_week([spans])
    words = [[span.start, span.end] for span in sorted(spans)] if kind == DayKind.OPEN else []
    row, _made = HandDay.objects.update_or_create(
        calendar=calendar, day=day, defaults={"kind": kind, "name": holiday_key(name), "spans": words}
    )
    _claim(calendar, None)
    _changed(calendar, "day", {}, {"day": day.isoformat(), "kind": str(kind), "spans": words}, by)
    return row


@transaction.atomic
def clear_day(*, calendar: Calendar, day: date, by: Actor) -> None:
    """The day follows the week and the public holidays again."""
    deleted, _rows = HandDay.objects.filter(calendar=calendar, day=day).delete()
    if deleted:
        _claim(calendar, None)
        _changed(calendar, "day", {"day": day.isoformat()}, {}, by)


@transaction.atomic
def assign(*, branch: Branch, calendar: Calendar | None, by: Actor) -> None:
    """Give `branch`, and those below it without one of their own, this calendar; None: follow the one above."""
    before = BranchCalendar.objects.filter(branch=branch).values_list("calendar_id", flat=True).first()
    after = calendar.pk if calendar else None
    if before == after:
        return
    if calendar is None:
        BranchCalendar.objects.filter(branch=branch).delete()
    else:
        if calendar.retired_at:
            raise Refused(_("This calendar is out of use."))
        BranchCalendar.objects.update_or_create(branch=branch, defaults={"calendar": calendar})
    settled.anew()
    stored.store(events.BranchCalendarSet(branch_id=branch.pk, calendar_id=after, before_id=before), by=by)


@dataclass(frozen=True)
class HolidayChange:
    """What filling in a list would do, or did: per day before and after (None: no special day)."""

    added: list[tuple[date, str, str]] = field(default_factory=list)
    changed: list[tuple[date, str, str]] = field(default_factory=list)
    removed: list[tuple[date, str, str]] = field(default_factory=list)
    same: int = 0
    errors: list[importing.RowError] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    without_make_up: list[int] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@transaction.atomic
def fill_year(*, year: int, by: Actor) -> HolidayChange:
    """Fill `year` from chinesecalendar. Raises Refused for a year it does not know (it never guesses)."""
    days = shipped.national_days(year)
    if not days:
        raise Refused(
            _("The shipped data does not know the make-up days of %(year)s yet. Import the official list instead.")
            % {"year": year}
        )
    change = _compare(days)
    _write_days(days, change, complete={year}, source=shipped.SOURCE, by=by)
    return change


@transaction.atomic
def import_holidays(
    *, text: str, by: Actor, filename: str = "", dry_run: bool = False, complete: bool = True
) -> HolidayChange:
    """Read a list (CSV, JSON or ICS) and make the years in it equal to it.

    With `dry_run` nothing is written and the change is only described. With any row error nothing is written and
    BadInput is raised. A year is marked complete only with `complete` and at least one make-up day in the list.
    """
    found = importing.read(text, filename)
    change = _compare(found.days, found.errors)
    if dry_run:
        return change
    if found.errors:
        raise BadInput(_("Some rows could not be read. Nothing was imported."))
    marked = set(change.years) - set(change.without_make_up) if complete else set()
    _write_days(found.days, change, complete=marked, source=filename[:120] or _("imported list"), by=by)
    return change


def _compare(days: dict[date, tuple[DayKind, str]], errors: list[importing.RowError] | None = None) -> HolidayChange:
    years = sorted({day.year for day in days})
    there = {row.day: (row.kind, row.name) for row in NationalDay.objects.filter(day__year__in=years)}
    with_make_up = {day.year for day, (kind, _name) in days.items() if kind == DayKind.MAKE_UP}
    change = HolidayChange(errors=errors or [], years=years, without_make_up=sorted(set(years) - with_make_up))
    same = 0
    for day, (kind, name) in sorted(days.items()):
        if day not in there:
            change.added.append((day, kind, name))
        elif there[day] != (kind, name):
            change.changed.append((day, kind, name))
        else:
            same += 1
    change.removed.extend((day, kind, name) for day, (kind, name) in sorted(there.items()) if day not in days)
    return HolidayChange(**{**change.__dict__, "same": same})


def _write_days(
    days: dict[date, tuple[DayKind, str]], change: HolidayChange, *, complete: set[int], source: str, by: Actor
) -> None:
    NationalDay.objects.filter(day__in=[day for day, _kind, _name in change.removed]).delete()
    NationalDay.objects.bulk_create(
        (NationalDay(day=day, kind=kind, name=name) for day, (kind, name) in days.items()),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name"],
    )
    for year in sorted(complete):
        HolidayYear.objects.update_or_create(year=year, defaults={"source": source, "filled_at": now()})
    known = set(HolidayYear.objects.filter(year__in=change.years).values_list("year", flat=True))
    for year in change.years:
        counts = {
            name: sum(day.year == year for day, _kind, _name in getattr(change, name))
            for name in ("added", "changed", "removed")
        }
        if any(counts.values()) or year in complete:
            settled.anew()
            stored.store(events.HolidaysFilled(year=year, source=source, complete=year in known, **counts), by=by)


def _check_week(week: Sequence[Spans]) -> None:
    padded = tuple(tuple(spans) for spans in week)
    if len(padded) == 7 and not any(padded):
        raise BadInput(_("A calendar needs opening hours on at least one day."))
    wrong = check_week(padded) if len(padded) == 7 else _overlap(padded[0])
    if wrong is not None:
        raise BadInput(_("Two spans of hours overlap."), {f"day{wrong[0]}": _("Two spans of hours overlap.")})


def _overlap(spans: Spans) -> tuple[int, Span] | None:
    ordered = sorted(spans)
    return next(((0, late) for early, late in pairwise(ordered) if late.start < early.end), None)


def _write_week(calendar: Calendar, week: Sequence[Spans]) -> None:
    WeekSpan.objects.bulk_create(
        WeekSpan(calendar=calendar, weekday=weekday, start=span.start, end=span.end)
        for weekday, spans in enumerate(week)
        for span in spans
    )


def _claim(calendar: Calendar, version: int | None) -> None:
    """Count the change; with a version seen, only if nobody changed the calendar since."""
    seen = Calendar.objects.filter(pk=calendar.pk)
    if version is not None:
        seen = seen.filter(version=version)
    current = Calendar.objects.values_list("version", flat=True).get(pk=calendar.pk)
    if not seen.filter(version=current).update(version=current + 1):
        raise Conflict(_("Someone changed this calendar in the meantime. Look at it again."))
    calendar.version = current + 1


def _changed(calendar: Calendar, what: str, before: dict[str, Any], after: dict[str, Any], by: Actor) -> None:
    settled.anew()
    stored.store(
        events.CalendarChanged(calendar_id=calendar.pk, name=calendar.name, what=what, before=before, after=after),
        by=by,
    )


def _week_words(week: Sequence[Spans]) -> list[list[list[int]]]:
    return [[[span.start, span.end] for span in spans] for spans in week]


def _settings_words(calendar: Calendar) -> dict[str, Any]:
    return {
        "name": calendar.name,
        "keeps_holidays": calendar.keeps_holidays,
        "make_up_weekday": calendar.make_up_weekday,
    }
