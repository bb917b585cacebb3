from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Pace(TextChoices):
    """What a call costs the house: each has its own limit."""

    READ = "read", _("Reading")
    WRITE = "write", _("Writing")
    BULK = "bulk", _("Bulk writing")
