"""Which branches' hours a change of the calendars touched, for the rooms whose due times lean on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suhui.platform.calendars import events, selectors
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.calendars.steps import Step, StoredStep
from suhui.platform.core.events import DomainEvent
from suhui.platform.people.models import Branch

Change = dict[str, Any]
"""A change as a job takes it along: {"calendar_id": …}, {"branch_id": …}, or neither when public holidays changed."""


def change_of(event: DomainEvent) -> Change | None:
    """What an event of this room may have touched; None when no running due time can have moved."""
    if isinstance(event, events.CalendarChanged):
        return None if event.what in ("added", "retired") else {"calendar_id": event.calendar_id}
    if isinstance(event, events.BranchCalendarSet):
        return {"branch_id": event.branch_id}
    return {} if isinstance(event, events.HolidaysFilled) else None


@dataclass(frozen=True, kw_only=True)
class Touched:
    """The hours that hold now, of the branches a change touched."""

    calendar_id: int | None = None
    branch_id: int | None = None

    def hours(self, branch: Branch) -> WorkingTime | None:
        """None for a branch whose hours are as they were."""
        found = selectors.working_time(branch)
        if self.calendar_id is not None:
            touched = selectors.calendar_id_of(branch) == self.calendar_id
        elif self.branch_id is not None:
            touched = self.branch_id in branch.ancestor_ids
        else:
            touched = found.known_years is not None
        return found if touched else None


def moved_step(at: datetime, before: datetime, hours: WorkingTime) -> StoredStep:
    """The line of an explanation that says: the calendar was changed then, until which it was due otherwise."""
    return Step("moved", at=at.astimezone(hours.zone), until=before.astimezone(hours.zone), name=hours.name).as_json()
