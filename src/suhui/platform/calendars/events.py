from dataclasses import dataclass, field

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(DomainEvent):
    """Hours, days by hand, name or standing of one calendar. `what` is a word: week, day, settings, added, retired."""

    subject_kind = "calendar"
    subject_field = "calendar_id"
    calendar_id: int
    name: str
    what: str
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BranchCalendarSet(DomainEvent):
    """`calendar_id` None: the branch follows the one above it again."""

    subject_kind = "branch"
    subject_field = "branch_id"
    branch_id: int
    calendar_id: int | None
    before_id: int | None


@dataclass(frozen=True, kw_only=True)
class HolidaysFilled(DomainEvent):
    """A year's public holidays were filled in or changed; `complete` says whether make-up days are on record now."""

    subject_kind = "holidays"
    subject_field = "year"
    year: int
    source: str
    complete: bool
    added: int
    changed: int
    removed: int
