"""Filters of this room's templates: tones, and words for codes."""

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from suhui.platform.privacy import masks
from suhui.records.shipments.choices import SEVERITY_TONES, TONES, AmendmentKind, Status
from suhui.records.shipments.models import Amendment, ScanEvent
from suhui.records.shipments.signs import Sign

_PERSONAL = {
    AmendmentKind.ADDRESS.value: masks.mask_address,
    AmendmentKind.PHONE.value: masks.mask_phone,
    AmendmentKind.RECIPIENT.value: masks.mask_name,
}


def parcel_tone(status: str) -> str:
    return TONES.get(status, "")


def severity_tone(severity: str) -> str:
    return SEVERITY_TONES.get(severity, "")


def scan_words(scan: ScanEvent) -> str:
    """The finer word of a scan; for an unknown code: that it is not understood."""
    if scan.status == Status.UNKNOWN:
        return _("Scan") if not scan.raw_code else _("Scan not understood")
    return str(scan.get_sub_status_display() if scan.sub_status else scan.get_status_display())


def sign_words(sign: str) -> str:
    return str(Sign(sign).label) if sign in Sign.values else sign


def amended(row: Amendment, end: str) -> str:
    """From or to what, masked when it is a person's data."""
    value = row.before if end == "before" else row.after
    return _PERSONAL.get(row.kind, masks.mask_text)(value)


def asker(said: str) -> str:
    """Who asked for a change: a side of the parcel by its word, a person by the masked name."""
    return said if said in SIDES else masks.mask_name(said)


SIDES = frozenset({"收件人", "寄件人", "商家", "店铺", "网点", "客户", "本人", "recipient", "sender", "shop"})


def case_link(key: str) -> str:
    """The page of a subject key ("case:17"); empty when the house has none."""
    kind, _colon, number = key.partition(":")
    try:
        return reverse(f"{kind}s:{kind}", args=[number])
    except NoReverseMatch:
        return ""


def acted_by(label: str) -> str:
    """Who did it, in words: the machine's own parts have names for people."""
    return _("The rules") if label == "exceptions" else label


ALL: list[Callable[..., str]] = [
    *(parcel_tone, severity_tone, scan_words, sign_words),
    *(amended, asker, case_link, acted_by),
]
