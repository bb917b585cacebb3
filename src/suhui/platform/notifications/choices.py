from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    INFO = "info", _("For information")
    WARN = "warn", _("Needs attention")
    URGENT = "urgent", _("Urgent")
