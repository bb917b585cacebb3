"""The operations on working calendars: hours, days, holidays, branches, and when something is due."""

from suhui.platform.calendars.api import calendars, counting, holidays, room

__all__ = ["calendars", "counting", "holidays", "room"]
