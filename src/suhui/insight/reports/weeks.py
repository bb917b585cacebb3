"""Weeks on the house's wall clock (Asia/Shanghai), Monday to Sunday."""

from datetime import date, datetime, time, timedelta

from suhui.platform.core.clock import BEIJING

WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def moment(day: date, minute: int = 0) -> datetime:
    """A wall-clock minute of a day as a moment."""
    return datetime.combine(day, time(), BEIJING) + timedelta(minutes=minute)


def last_planned(at: datetime, *, weekday: int, minute: int) -> datetime:
    """The latest moment, not after `at`, that a weekly plan names."""
    here = at.astimezone(BEIJING)
    planned = moment(monday_of(here.date()) + timedelta(days=weekday), minute)
    return planned if planned <= at else planned - WEEK


def week_before(at: datetime) -> date:
    """The Monday of the last week that was over at `at`."""
    return monday_of(at.astimezone(BEIJING).date()) - WEEK
