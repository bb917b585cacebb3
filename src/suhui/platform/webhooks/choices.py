from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    PENDING = "pending", _("On its way")
    DELIVERED = "delivered", _("Arrived")
    FAILED = "failed", _("Given up")
