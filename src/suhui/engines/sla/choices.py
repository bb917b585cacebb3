from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClockKind(TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    UPDATE = "update", _("Progress update")
    RESOLUTION = "resolution", _("Resolution")


class ClockState(TextChoices):
    """RUNNING → PAUSED and back; RUNNING → BREACHED_OPEN when late; then MET, MET_LATE or CANCELLED for good."""

    RUNNING = "running", pgettext_lazy("clock", "Running")
    PAUSED = "paused", pgettext_lazy("clock", "Paused")
    BREACHED_OPEN = "breached_open", pgettext_lazy("clock", "Overdue")
    MET = "met", pgettext_lazy("clock", "Kept")
    MET_LATE = "met_late", pgettext_lazy("clock", "Kept late")
    CANCELLED = "cancelled", pgettext_lazy("clock", "Cancelled")


LIVE = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED_OPEN)


class Unit(TextChoices):
    MINUTES = "minutes", _("Minutes")
    HOURS = "hours", _("Hours")
    DAYS = "days", _("Days")


class Counting(TextChoices):
    """WORKING counts opening hours by the branch's calendar; a working day ends with its last opening hour."""

    WORKING = "working", _("Working time")
    CALENDAR = "calendar", _("Day and night")


class Tier(IntegerChoices):
    """Who is told, counted up the branch tree over branches that have anybody who supervises."""

    NEAREST = 0, _("Nearest supervisors")
    ONE_UP = 1, _("One level up")
    TWO_UP = 2, _("Two levels up")
    TOP = 9, _("Headquarters")
