from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TaskKind(TextChoices):
    FACT_REQUEST = "fact_request", _("Request for facts")
    ACTION_REQUEST = "action_request", _("Request for action")
    PROMISE = "promise", _("Promise")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CHASE = "chase", _("Chase")


class TaskState(TextChoices):
    OPEN = "open", _("To be taken")
    CLAIMED = "claimed", _("In hand")
    RETURNED = "returned", _("Returned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


WAITING = (TaskState.OPEN, TaskState.CLAIMED)
"""States in which somebody still has to do it."""


class Outcome(TextChoices):
    """How it ended against its due time."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    KEPT = "kept", _("Kept")
    KEPT_LATE = "kept_late", _("Kept late")
    BROKEN = "broken", _("Broken")


class LogKind(TextChoices):
    CREATED = "created", _("Requested")
    CLAIMED = "claimed", _("Taken")
    RELEASED = "released", _("Put back")
    DELEGATED = "delegated", _("Passed on")
    RETURNED = "returned", _("Returned")
    SENT_AGAIN = "sent_again", _("Sent again")
    COMPLETED = "completed", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    CHASED = "chased", _("Chased")
    REMINDED = "reminded", _("Reminded")
    ESCALATED = "escalated", _("Brought to the supervisor")
    POSTPONED = "postponed", _("New due time")
    BROKEN = "broken", _("Promise broken")
    HANDED_OVER = "handed_over", _("Handed to the stand-in")
    GIVEN_BACK = "given_back", _("Back from the stand-in")
    NOTE = "note", _("Note")
