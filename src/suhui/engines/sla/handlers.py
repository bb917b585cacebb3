from suhui.platform.calendars.events import BranchCalendarSet, CalendarChanged, HolidaysFilled
from suhui.platform.calendars.touched import change_of
from suhui.platform.core import jobs
from suhui.platform.core.events import Happened, handles


@handles(CalendarChanged, name="sla.calendar_changed")
@handles(BranchCalendarSet, name="sla.branch_calendar_set")
@handles(HolidaysFilled, name="sla.holidays_filled")
def count_anew(happened: Happened) -> None:
    """Opening hours changed: running clocks are counted anew, in a job, for they may be many."""
    change = change_of(happened.data)
    if change is not None:
        jobs.defer("sla.recount", **change)
