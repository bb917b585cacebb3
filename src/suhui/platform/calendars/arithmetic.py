"""Working time as pure arithmetic: no database, no clock, nothing but a week, its special days and a moment.

Every answer explains itself: `Due.steps` tells, day by day, what was counted and why the rest was not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.steps import Due, Step, Trail
from suhui.platform.core.clock import BEIJING
from suhui.platform.core.errors import Refused

DAY = 24 * 60
NEVER = 800
"""After so many closed days in a row a calendar is taken to be closed for good."""


class NeverOpens(Refused):
    """The calendar has no opening hours ahead, so no working time can be counted in it."""

    def __init__(self) -> None:
        super().__init__(_("This working calendar never opens. Give its week at least one span of hours."))


@dataclass(frozen=True, order=True)
class Span:
    """Opening hours in minutes after the midnight its day begins with. Past midnight `end` goes beyond 1440:
    a night shift from 22:00 to 06:00 is Span(1320, 1800) and belongs to the evening's day."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY and self.start < self.end <= self.start + DAY):
            raise ValueError(f"no such span: {self.start}-{self.end}")


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from its weekday; without spans it is closed."""

    kind: DayKind
    name: str = ""
    spans: Spans = ()


@dataclass(frozen=True)
class Portion:
    """One stretch of a day as met on the way: open from `opens` to `closes`, or closed all day (both None)."""

    day: date
    special: SpecialDay
    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True)
class WorkingTime:
    """Opening hours of a branch. `week` holds the spans of Monday to Sunday; `days` the days that differ.

    `known_years` are those whose public holidays and make-up days (调休) are on record; None for a calendar that keeps
    no holidays. A deadline that leans on any other year says so in its steps.
    """

    week: tuple[Spans, ...]
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    known_years: frozenset[int] | None = None
    zone: tzinfo = BEIJING
    name: str = ""
    around_the_clock: bool = False

    @classmethod
    def always(cls) -> "WorkingTime":
        """Open day and night: counting in it is plain addition."""
        return cls(week=((Span(0, DAY),),) * 7, around_the_clock=True)

    def on(self, day: date) -> SpecialDay:
        """What kind of day this is, and its hours."""
        return self.days.get(day) or SpecialDay(DayKind.WEEK, "", self.week[day.weekday()])

    def add(self, start: datetime, length: timedelta) -> Due:
        """The moment `length` of open time after `start`. At the end of a span it is that end, not the next opening.

        Raises ValueError for a negative length and NeverOpens when no hours are left.
        """
        if length < timedelta(0):
            raise ValueError("a length of time is not negative")
        trail = Trail(start.astimezone(self.zone), length)
        if not length:
            return trail.due(start.astimezone(self.zone))
        if self.around_the_clock:
            return trail.around(start.astimezone(self.zone) + length)
        left = length
        for portion in self._portions(start):
            self._note_year(trail, portion.day)
            if portion.opens is None or portion.closes is None:
                trail.closed(portion.day, portion.special.kind, portion.special.name)
                continue
            used = min(left, portion.closes - portion.opens)
            left -= used
            full = used == portion.closes - portion.opens
            trail.counted(portion.day, portion.special, portion.opens, portion.opens + used, left, full=full)
            if not left:
                return trail.due(portion.opens + used)
        raise NeverOpens

    def add_days(self, start: datetime, days: int) -> Due:
        """The close of the `days`-th working day after the day of `start`, which itself does not count
        (民法典 201); the last day ends with business hours (203). 0: the close of today, or of the next working day."""
        if days < 0:
            raise ValueError("a number of days is not negative")
        here = start.astimezone(self.zone)
        trail = Trail(here, None, days)
        counted = 0
        for day in self._days(here.date()):
            special = self.on(day)
            if day == here.date() and (days or not special.spans or self._close(day) <= here):
                continue
            self._note_year(trail, day)
            if not special.spans:
                trail.closed(day, special.kind, special.name)
                continue
            counted += 1
            trail.day(day, special, counted)
            if counted >= days:
                return trail.due(self._close(day))
        raise NeverOpens

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; negative when `end` is the earlier."""
        if end < start:
            return -self.between(end, start)
        if self.around_the_clock:
            return end - start
        total, here = timedelta(0), end.astimezone(self.zone)
        for portion in self._portions(start, until=here.date()):
            if portion.opens is not None and portion.closes is not None and portion.opens < here:
                total += min(portion.closes, here) - portion.opens
        return total

    def is_open(self, at: datetime) -> bool:
        here = at.astimezone(self.zone)
        for portion in self._portions(at, until=here.date()):
            if portion.opens is not None:
                return portion.opens <= here
        return False

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next moment that is. Raises NeverOpens."""
        for portion in self._portions(at):
            if portion.opens is not None:
                return portion.opens
        raise NeverOpens

    def _portions(self, start: datetime, until: date | None = None) -> Iterator[Portion]:
        """Open stretches after `start`, clipped to it, with the closed days between them. Overlaps count once."""
        here = start.astimezone(self.zone)
        today, reached = here.date(), here
        for day in self._days(today - timedelta(days=1), until):
            special = self.on(day)
            if not special.spans and day >= today:
                yield Portion(day, special)
            for span in special.spans:
                opens, closes = self._moment(day, span.start), self._moment(day, span.end)
                if closes > reached:
                    yield Portion(day, special, max(opens, reached), closes)
                    reached = closes

    def _days(self, first: date, until: date | None = None) -> Iterator[date]:
        day, closed = first, 0
        while until is None or day <= until:
            closed = 0 if self.on(day).spans else closed + 1
            if closed > NEVER and until is None:
                return
            yield day
            day += timedelta(days=1)

    def _moment(self, day: date, minute: int) -> datetime:
        return datetime.combine(day, time(), self.zone) + timedelta(minutes=minute)

    def _close(self, day: date) -> datetime:
        return self._moment(day, max(span.end for span in self.on(day).spans))

    def _note_year(self, trail: Trail, day: date) -> None:
        if self.known_years is not None and day.year not in self.known_years and day not in self.days:
            trail.unknown_year(day)


def check_week(week: tuple[Spans, ...]) -> tuple[int, Span] | None:
    """The first span that overlaps an earlier one (weekday, span), the night from Sunday to Monday included."""
    placed = sorted(
        (weekday * DAY + span.start, weekday * DAY + span.end, weekday, span)
        for weekday, spans in enumerate(week)
        for span in spans
    )
    for (_s, end, _w, _p), (start, _e, weekday, span) in pairwise(placed):
        if start < end:
            return weekday, span
    if placed and placed[-1][1] - 7 * DAY > placed[0][0]:
        return placed[0][2], placed[0][3]
    return None


__all__ = ["Due", "NeverOpens", "Span", "SpecialDay", "Step", "WorkingTime", "check_week"]
