from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """Whose phone was shown to be known."""

    NOBODY = "", _("Nobody")
    RECIPIENT = "recipient", _("Recipient")
    SENDER = "sender", _("Sender")


class Remedy(TextChoices):
    """What the customer would like (ISO 10002: the remedy sought)."""

    FIND = "find", _("Find my parcel and deliver it")
    HURRY = "hurry", _("Deliver it quickly")
    REDELIVER = "redeliver", _("Bring it to my door")
    REFUND = "refund", _("Give the carriage fee back")
    COMPENSATE = "compensate", _("Compensate the damage or loss")
    EXPLAIN = "explain", _("Explain what happened")
    APOLOGISE = "apologise", _("Apologise")
    OTHER = "other", _("Something else")


class Step(TextChoices):
    """The questions, one a page, in this order."""

    ABOUT = "about", _("What is it about?")
    TEXT = "text", _("What happened?")
    PHOTOS = "photos", _("Do you have photos?")
    REMEDY = "remedy", _("What would you like us to do?")
    REACH = "reach", _("How can we reach you?")
    CHECK = "check", _("Is everything right?")


class Metered(TextChoices):
    """What is counted against a limit."""

    TRACKS = "tracks", _("Parcels asked for from one address")
    MATTERS = "matters", _("Matters sent from one address")
    PARCEL_MATTERS = "parcel_matters", _("Matters about one parcel")
    MESSAGES = "messages", _("Messages on one case")
    PHOTOS = "photos", _("Photos from one address")


class Guarded(TextChoices):
    """What a wrong try is counted against."""

    NUMBER = "number", _("Waybill number")
    ADDRESS = "address", _("Network address")
