from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CustomerKind(TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class Source(TextChoices):
    """How the customer came to us."""

    PHONE = "phone", _("Telephone")
    PORTAL = "portal", _("Customer pages")
    WAYBILL = "waybill", _("A waybill")
    BRANCH = "branch", _("A branch")
    SALES = "sales", _("Sales")
    IMPORT = "import", _("Import")
    REFERRAL = "referral", _("Recommended")
    OTHER = "other", _("Other source")


class Industry(TextChoices):
    NONE = "", _("Not known")
    RETAIL = "retail", _("Online shop")
    TRADE = "trade", _("Foreign trade")
    FRESH = "fresh", _("Fresh goods")
    FASHION = "fashion", _("Clothing and shoes")
    ELECTRONICS = "electronics", _("Electronics")
    MAKING = "making", _("Manufacturing")
    PRINT = "print", _("Books and print")
    HEALTH = "health", _("Medicine and health")
    PUBLIC = "public", _("Public bodies")
    OTHER = "other", _("Other industry")


class Tier(TextChoices):
    """What a customer's tier sets: service level, priority, how often we call (CUS-4). The rule table decides it."""

    VIP = "vip", _("VIP")
    KEY = "key", _("Key account")
    CARE = "care", _("Needs care")
    STANDARD = "standard", _("Standard")


class FactKind(TextChoices):
    """A fact about a customer that grows old and is asked for again (CUS-10)."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Address")
    CONTACT = "contact", _("Contact person")


class PhoneKind(TextChoices):
    MOBILE = "mobile", _("Mobile")
    LANDLINE = "landline", _("Landline")
    OTHER = "other", _("Other number")


class DuplicateReason(TextChoices):
    PHONE = "phone", _("Same phone")
    NAME = "name", _("Same name")
    SOUND = "sound", _("Name sounds the same")
