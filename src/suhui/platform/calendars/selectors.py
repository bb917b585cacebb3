from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery

from suhui.platform.calendars import shipped
from suhui.platform.calendars.arithmetic import Span, Spans, SpecialDay, WorkingTime
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.models import BranchCalendar, Calendar, HandDay, HolidayYear, NationalDay
from suhui.platform.core import settled
from suhui.platform.core.clock import local
from suhui.platform.people.models import Branch

LOOK_AHEAD = timedelta(days=60)
"""A year that begins within this time is expected to have its make-up days on record."""


@dataclass(frozen=True)
class _House:
    """Every calendar's hours, the branches that name one, and the default for the others."""

    hours: dict[int, WorkingTime]
    named_by: dict[int, int]
    default: int | None


def working_time(branch: Branch) -> WorkingTime:
    """The opening hours that hold for `branch`: its own calendar, else that of the nearest branch above, else the
    default one. Kept in the process until a calendar changes."""
    house = _house.get()
    nearest = _nearest(house, branch)
    return _first_week() if nearest is None else house.hours[nearest]


def calendar_id_of(branch: Branch) -> int | None:
    """Which calendar that is; None only before any has been set up."""
    return _nearest(_house.get(), branch)


def _nearest(house: _House, branch: Branch) -> int | None:
    return next((house.named_by[pk] for pk in reversed(branch.ancestor_ids) if pk in house.named_by), house.default)


def _read_house() -> _House:
    calendars = list(Calendar.objects.prefetch_related("week_spans", "hand_days"))
    years, days = _national()
    return _House(
        hours={calendar.pk: _hours(calendar, years, days) for calendar in calendars},
        named_by=dict(BranchCalendar.objects.values_list("branch_id", "calendar_id")),
        default=next((calendar.pk for calendar in calendars if calendar.is_default), None),
    )


_house = settled.Kept("calendars", _read_house)


def working_time_in(calendar: Calendar) -> WorkingTime:
    """The pure arithmetic of one calendar as it is now. Four queries."""
    return _hours(calendar, *_national())


Days = list[tuple[date, str, str]]


def _national() -> tuple[frozenset[int], Days]:
    """The years on record, and the holidays and make-up days as (day, kind, name)."""
    years = frozenset(HolidayYear.objects.values_list("year", flat=True))
    return years, list(NationalDay.objects.values_list("day", "kind", "name"))


def _hours(calendar: Calendar, years: frozenset[int], national: Days) -> WorkingTime:
    week = week_of(calendar)
    days: dict[date, SpecialDay] = {}
    if calendar.keeps_holidays:
        for day, kind, name in national:
            spans = () if kind == DayKind.HOLIDAY else (week[day.weekday()] or week[calendar.make_up_weekday])
            days[day] = SpecialDay(DayKind(kind), name, spans)
    for row in calendar.hand_days.all():
        days[row.day] = SpecialDay(DayKind(row.kind), row.name, tuple(Span(*span) for span in row.spans))
    return WorkingTime(week=week, days=days, known_years=years if calendar.keeps_holidays else None, name=calendar.name)


def week_of(calendar: Calendar) -> tuple[Spans, ...]:
    """Monday to Sunday, each day's spans in order."""
    week: list[list[Span]] = [[] for _day in range(7)]
    for span in calendar.week_spans.all():
        week[span.weekday].append(Span(span.start, span.end))
    return tuple(tuple(spans) for spans in week)


def _first_week() -> WorkingTime:
    """Before any calendar is set up the shipped standard week holds."""
    first = next(calendar for calendar in shipped.SHIPPED if calendar.is_default)
    return WorkingTime(week=first.week, days={}, known_years=frozenset(), name=first.name)


def years_without_data(at: datetime) -> list[int]:
    """Years in use or about to begin whose make-up days (调休) are not on record, while some calendar keeps holidays.

    Deadlines may fall into such a year; doctor, the settings pages and the banner of the house say so loudly.
    """
    if not Calendar.objects.filter(keeps_holidays=True, retired_at=None).exists():
        return []
    today = local(at).date()
    wanted = {today.year, (today + LOOK_AHEAD).year}
    known = set(HolidayYear.objects.filter(year__in=wanted).values_list("year", flat=True))
    return sorted(wanted - known)


def calendars() -> QuerySet[Calendar]:
    """The calendars in use, the default first, with the number of branches that name each."""
    found = Calendar.objects.filter(retired_at=None).annotate(branch_count=Count("branches"))
    return found.prefetch_related("week_spans")


@dataclass(frozen=True)
class DayFace:
    """One day in a year view: its number, what it is, and its hours."""

    day: date
    special: SpecialDay
    by_hand: bool

    @property
    def open(self) -> bool:
        return bool(self.special.spans)


@dataclass(frozen=True)
class MonthFace:
    """A month as weeks of seven; None pads the first and the last."""

    first: date
    weeks: list[list[DayFace | None]]
    open_days: int


def year_of(calendar: Calendar, year: int) -> list[MonthFace]:
    """The twelve months of `year` for drawing."""
    hours = working_time_in(calendar)
    hand = set(HandDay.objects.filter(calendar=calendar, day__year=year).values_list("day", flat=True))
    return [_month(hours, hand, date(year, month, 1)) for month in range(1, 13)]


def _month(hours: WorkingTime, hand: set[date], first: date) -> MonthFace:
    after = (first + timedelta(days=31)).replace(day=1)
    faces: list[DayFace | None] = [None] * first.weekday()
    faces += [
        DayFace(day, hours.on(day), day in hand)
        for day in (first + timedelta(days=number) for number in range((after - first).days))
    ]
    faces += [None] * (-len(faces) % 7)
    open_days = sum(face is not None and face.open for face in faces)
    return MonthFace(first, [faces[start : start + 7] for start in range(0, len(faces), 7)], open_days)


def holiday_years() -> QuerySet[HolidayYear]:
    """The years on record, newest first, with how many holidays and make-up days each has."""
    days = NationalDay.objects.filter(day__year=OuterRef("year")).order_by()
    counts = {
        name: Subquery(days.filter(kind=kind).values("kind").annotate(count=Count("*")).values("count"))
        for name, kind in (("holidays", DayKind.HOLIDAY), ("make_ups", DayKind.MAKE_UP))
    }
    return HolidayYear.objects.annotate(**counts).order_by("-year")


def is_known(year: int) -> bool:
    """Whether the make-up days of this year are on record."""
    return HolidayYear.objects.filter(year=year).exists()


@dataclass(frozen=True)
class BranchRow:
    """A branch with the calendar it keeps: its own (`own_id`), or that of `source` above it (None: the default)."""

    branch: Branch
    own_id: int | None
    keeps: str
    source: str

    @property
    def depth(self) -> int:
        return len(self.branch.ancestor_ids) - 1


def calendars_along(branches: Iterable[Branch]) -> list[BranchRow]:
    """Which calendar each of these branches keeps, and where it comes from. Two queries."""
    rows = list(branches)
    above = {branch_id for branch in rows for branch_id in branch.ancestor_ids}
    found = BranchCalendar.objects.filter(branch_id__in=above).select_related("calendar", "branch")
    assigned = {row.branch_id: row for row in found}
    default = Calendar.objects.filter(is_default=True).first()
    return [_branch_row(branch, assigned, default.label if default else "") for branch in rows]


def _branch_row(branch: Branch, assigned: dict[int, BranchCalendar], default: str) -> BranchRow:
    own = assigned.get(branch.pk)
    nearest = next((assigned[pk] for pk in reversed(branch.ancestor_ids) if pk in assigned), None)
    if nearest is None:
        return BranchRow(branch, None, default, "")
    return BranchRow(branch, own.calendar_id if own else None, nearest.calendar.label, nearest.branch.name)
