"""The figures of a report, counted from the rows its reader may see; each names the filter of the rows behind it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from suhui.insight.reports.choices import Punctual
from suhui.service.cases.choices import CaseKind


class RowLike(Protocol):
    """What is read of a row of the report."""

    @property
    def before(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def place_id(self) -> int: ...
    @property
    def resolved(self) -> str: ...
    @property
    def responded(self) -> str: ...
    @property
    def reopened(self) -> bool: ...
    @property
    def satisfaction(self) -> int | None: ...


@dataclass(frozen=True)
class Tally:
    """A handful of cases, counted."""

    count: int = 0
    in_time: int = 0
    late: int = 0
    responded: int = 0
    responded_late: int = 0
    reopened: int = 0
    stars: int = 0
    rated: int = 0

    @property
    def on_time(self) -> float | None:
        """Per cent resolved in time of those whose deadline is decided; None when there is none yet."""
        return _share(self.in_time, self.late)

    @property
    def first_on_time(self) -> float | None:
        return _share(self.responded, self.responded_late)

    @property
    def satisfaction(self) -> float | None:
        """Mean stars, 1 to 5."""
        return round(self.stars / self.rated, 1) if self.rated else None


@dataclass(frozen=True)
class Line:
    """One line of a breakdown: its key ("lost", "17"; "" is unknown), this week and the week before."""

    key: str
    now: Tally
    before: Tally

    @property
    def change(self) -> int:
        return self.now.count - self.before.count


@dataclass(frozen=True)
class Figures:
    """Everything the report shows for one reader. All but `kinds` is about complaints."""

    total: Tally
    before: Tally
    all_cases: int
    all_before: int
    kinds: list[Line] = field(default_factory=list)
    categories: list[Line] = field(default_factory=list)
    causes: list[Line] = field(default_factory=list)
    places: list[Line] = field(default_factory=list)

    @property
    def change(self) -> int:
        return self.total.count - self.before.count

    @property
    def change_percent(self) -> float | None:
        return round(100 * self.change / self.before.count, 1) if self.before.count else None


def count(rows: Iterable[RowLike]) -> Figures:
    """Count the rows of both weeks."""
    everything = list(rows)
    complaints = [row for row in everything if row.kind == CaseKind.COMPLAINT]
    return Figures(
        total=tally(row for row in complaints if not row.before),
        before=tally(row for row in complaints if row.before),
        all_cases=sum(not row.before for row in everything),
        all_before=sum(row.before for row in everything),
        kinds=breakdown(everything, lambda row: row.kind),
        categories=breakdown(complaints, lambda row: row.category),
        causes=breakdown([row for row in complaints if row.cause], lambda row: row.cause),
        places=breakdown(complaints, lambda row: str(row.place_id)),
    )


def tally(rows: Iterable[RowLike]) -> Tally:
    found: Counter[str] = Counter()
    for row in rows:
        found["count"] += 1
        found["in_time"] += row.resolved == Punctual.YES
        found["late"] += row.resolved == Punctual.NO
        found["responded"] += row.responded == Punctual.YES
        found["responded_late"] += row.responded == Punctual.NO
        found["reopened"] += row.reopened
        found["stars"] += row.satisfaction or 0
        found["rated"] += row.satisfaction is not None
    return Tally(**found)


def breakdown(rows: Iterable[RowLike], key: Callable[[RowLike], str]) -> list[Line]:
    """Lines by `key`, the most frequent of this week first; unknown last."""
    groups: dict[str, tuple[list[RowLike], list[RowLike]]] = {}
    for row in rows:
        groups.setdefault(key(row), ([], []))[row.before].append(row)
    lines = [Line(name, tally(now), tally(before)) for name, (now, before) in groups.items()]
    return sorted(lines, key=lambda line: (line.key == "", -line.now.count, -line.before.count, line.key))


def _share(good: int, bad: int) -> float | None:
    return round(100 * good / (good + bad), 1) if good + bad else None


def as_filter(**wanted: Any) -> dict[str, str]:
    """The query of the rows page for a figure; empty values are left out."""
    return {name: str(value) for name, value in wanted.items() if value not in (None, "")}
