from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Trigger(TextChoices):
    SCHEDULE = "schedule", _("By schedule")
    HAND = "hand", _("Made by hand")


class Punctual(TextChoices):
    """How a case stands to a deadline. OPEN: not decided yet; NONE: it has no such deadline."""

    YES = "yes", _("In time")
    NO = "no", _("Too late")
    OPEN = "open", _("Still open")
    NONE = "none", _("No deadline")
