"""Which branches' hours a change of the calendars touched, for the rooms whose due times lean on them."""

from datetime import datetime
from typing import Any

from suhui.platform.calendars import events, selectors
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.calendars.models import Calendar
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


class Touched:
    """The hours that hold now, of the branches a change touched. Asks for each calendar and each branch once."""

    def __init__(self, *, calendar_id: int | None = None, branch_id: int | None = None) -> None:
        self._calendar_id, self._branch_id = calendar_id, branch_id
        self._calendars: dict[int, Calendar | None] = {}
        self._hours: dict[int, WorkingTime] = {}

    def hours(self, branch: Branch) -> WorkingTime | None:
        """None for a branch whose hours are as they were."""
        if branch.pk not in self._calendars:
            self._calendars[branch.pk] = selectors.calendar_of(branch)
        calendar = self._calendars[branch.pk]
        if calendar is None or not self._touches(branch, calendar):
            return None
        if calendar.pk not in self._hours:
            self._hours[calendar.pk] = selectors.working_time_in(calendar)
        return self._hours[calendar.pk]

    def _touches(self, branch: Branch, calendar: Calendar) -> bool:
        if self._calendar_id is not None:
            return calendar.pk == self._calendar_id
        if self._branch_id is not None:
            return self._branch_id in branch.ancestor_ids
        return calendar.keeps_holidays


def moved_step(at: datetime, before: datetime, hours: WorkingTime) -> StoredStep:
    """The line of an explanation that says: the calendar was changed then, until which it was due otherwise."""
    return Step("moved", at=at.astimezone(hours.zone), until=before.astimezone(hours.zone), name=hours.name).as_json()
