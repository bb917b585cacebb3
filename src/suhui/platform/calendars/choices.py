from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    """Why a day is open or closed. WEEK is the ordinary week; the others stand above it."""

    WEEK = "week", _("Ordinary day")
    HOLIDAY = "holiday", _("Public holiday")
    MAKE_UP = "make_up", _("Make-up working day")
    CLOSED = "closed", _("Closed by hand")
    OPEN = "open", _("Opened by hand")


NATIONAL = (DayKind.HOLIDAY, DayKind.MAKE_UP)
BY_HAND = (DayKind.CLOSED, DayKind.OPEN)

HOLIDAY_NAMES = {
    "New Year's Day": (_("New Year's Day"), ("元旦",)),
    "Spring Festival": (_("Spring Festival"), ("春节", "除夕")),
    "Tomb-sweeping Day": (_("Tomb-sweeping Day"), ("清明", "清明节")),
    "Labour Day": (_("Labour Day"), ("劳动节",)),
    "Dragon Boat Festival": (_("Dragon Boat Festival"), ("端午", "端午节")),
    "Mid-autumn Festival": (_("Mid-autumn Festival"), ("中秋", "中秋节")),
    "National Day": (_("National Day"), ("国庆", "国庆节")),
}
"""The statutory festivals (全国年节及纪念日放假办法, art. 2): stored under the English key."""


def holiday_key(name: str) -> str:
    """The stored form of a festival's name in either language; any other name is kept as it was typed."""
    bare = name.strip()
    for key, (_label, chinese) in HOLIDAY_NAMES.items():
        if bare == key or bare.removesuffix("假期") in chinese:
            return key
    return bare[:60]


def holiday_label(name: str) -> str:
    """A stored name in the reader's language."""
    known = HOLIDAY_NAMES.get(name)
    return str(known[0]) if known else name
