"""The steps by which a due time explains itself: what they are, how they are stored, what they say."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from suhui.platform.calendars.choices import DayKind

MANY = 10
"""With more counted stretches than this, whole days in a row are told as one step."""

StoredStep = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of an explanation. `kind` says which fields mean something:

    start (at) · counted (day, at, until, seconds) · days (day, last, seconds, count) · closed (day, last) ·
    day_counted (day, last, count: the running number) · around (at, until, seconds: day and night) · unknown_year (day)
    · paused, resumed (at, seconds left, name: the reason) · moved (at, until: due before, name: the calendar that was
    changed) · due (at).
    """

    kind: str
    day: date | None = None
    last: date | None = None
    at: datetime | None = None
    until: datetime | None = None
    seconds: int | None = None
    count: int | None = None
    day_kind: str = ""
    name: str = ""
    full: bool = False

    def as_json(self) -> StoredStep:
        """JSON values only, empty fields left out."""
        found: StoredStep = {"kind": self.kind}
        for name in ("day", "last", "at", "until"):
            value = getattr(self, name)
            if value is not None:
                found[name] = value.isoformat()
        for name in ("seconds", "count"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        if self.day_kind and self.day_kind != DayKind.WEEK:
            found["day_kind"] = str(self.day_kind)
        if self.name:
            found["name"] = self.name
        return found

    @classmethod
    def from_json(cls, stored: StoredStep) -> "Step":
        return cls(
            kind=stored["kind"],
            day=date.fromisoformat(stored["day"]) if "day" in stored else None,
            last=date.fromisoformat(stored["last"]) if "last" in stored else None,
            at=datetime.fromisoformat(stored["at"]) if "at" in stored else None,
            until=datetime.fromisoformat(stored["until"]) if "until" in stored else None,
            seconds=stored.get("seconds"),
            count=stored.get("count"),
            day_kind=stored.get("day_kind", DayKind.WEEK),
            name=stored.get("name", ""),
        )


@dataclass(frozen=True)
class Due:
    """A moment and the way there."""

    at: datetime
    steps: tuple[Step, ...] = ()

    @property
    def steps_as_json(self) -> list[StoredStep]:
        """What a row keeps beside its due time, and calendars/_why.html shows."""
        return [step.as_json() for step in self.steps]

    @property
    def unknown_years(self) -> list[int]:
        """Years this due time leans on whose make-up days are not on record."""
        return [step.day.year for step in self.steps if step.kind == "unknown_year" and step.day]


class _Day(Protocol):
    @property
    def kind(self) -> DayKind: ...
    @property
    def name(self) -> str: ...


class Trail:
    """Collects steps on the way to a due time, joining closed days in a row."""

    def __init__(self, start: datetime, length: timedelta | None, days: int | None = None) -> None:
        seconds = None if length is None else int(length.total_seconds())
        self._steps = [Step("start", at=start, seconds=seconds, count=days)]
        self._warned: set[int] = set()

    def closed(self, day: date, kind: DayKind, name: str) -> None:
        last = self._steps[-1]
        if last.kind == "closed" and (last.day_kind, last.name) == (kind, name) and _next_to(last, day):
            self._steps[-1] = replace(last, last=day)
        else:
            self._steps.append(Step("closed", day=day, last=day, day_kind=kind, name=name))

    def counted(self, day: date, special: _Day, start: datetime, end: datetime, left: timedelta, *, full: bool) -> None:
        self._steps.append(
            Step(
                "counted",
                day=day,
                at=start,
                until=end,
                seconds=int((end - start).total_seconds()),
                day_kind=special.kind,
                name=special.name,
                full=full,
            )
        )

    def day(self, day: date, special: _Day, number: int) -> None:
        """One whole working day counted, the `number`-th."""
        last = self._steps[-1]
        ordinary = special.kind == DayKind.WEEK
        if last.kind == "day_counted" and ordinary and last.day_kind == DayKind.WEEK and _next_to(last, day):
            self._steps[-1] = replace(last, last=day, count=number)
        else:
            self._steps.append(
                Step("day_counted", day=day, last=day, count=number, day_kind=special.kind, name=special.name)
            )

    def unknown_year(self, day: date) -> None:
        if day.year not in self._warned:
            self._warned.add(day.year)
            self._steps.append(Step("unknown_year", day=day))

    def around(self, at: datetime) -> Due:
        """Counted day and night, without a look at the calendar."""
        start = self._steps[0]
        self._steps = [replace(start, seconds=None), Step("around", at=start.at, until=at, seconds=start.seconds)]
        return self.due(at)

    def due(self, at: datetime) -> Due:
        steps = self._steps
        if sum(step.kind == "counted" for step in steps) > MANY:
            steps = _whole_days_joined(steps)
        return Due(at, (*steps, Step("due", at=at)))


def _next_to(step: Step, day: date) -> bool:
    return step.last is not None and day - step.last <= timedelta(days=1)


def _whole_days_joined(steps: list[Step]) -> list[Step]:
    """Ordinary, fully counted stretches in a row become one "days" step."""
    joined: list[Step] = []
    for step in steps:
        last = joined[-1] if joined else None
        whole = step.kind == "counted" and step.full and step.day_kind == DayKind.WEEK
        if not whole:
            joined.append(step)
        elif last is not None and last.kind == "days" and step.day is not None and _next_to(last, step.day):
            more = int(step.day != last.last)
            joined[-1] = replace(
                last,
                last=step.day,
                seconds=(last.seconds or 0) + (step.seconds or 0),
                count=(last.count or 0) + more,
            )
        else:
            joined.append(Step("days", day=step.day, last=step.day, seconds=step.seconds, count=1))
    return joined
