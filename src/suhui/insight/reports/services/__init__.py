"""Making reports, telling their readers, confirming, chasing, and setting all this up."""

from suhui.insight.reports.services.making import make, make_due
from suhui.insight.reports.services.planning import add_receiver, change_plan, remove_receiver, ship
from suhui.insight.reports.services.reading import chase_by_hand, chase_unread, confirm, open_run

__all__ = [
    "add_receiver",
    "change_plan",
    "chase_by_hand",
    "chase_unread",
    "confirm",
    "make",
    "make_due",
    "open_run",
    "remove_receiver",
    "ship",
]
