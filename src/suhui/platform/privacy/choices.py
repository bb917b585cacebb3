from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why somebody needs to see the data. Short on purpose: a long list is not read."""

    CONTACT = "contact", _("To reach the customer")
    VERIFY = "verify", _("To check who is speaking")
    DELIVER = "deliver", _("To deliver or correct a parcel")
    RECORDS = "records", _("To correct the records")
    AUTHORITY = "authority", _("An authority asks")
