"""The personal data of a waybill behind its masks: what privacy.services.reveal reads."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User
from suhui.records.customers import phones
from suhui.records.shipments import access

LABEL = gettext_lazy("Waybill")
FIELDS = {
    "recipient_name",
    "recipient_phone",
    "recipient_address",
    "sender_name",
    "sender_phone",
    "sender_address",
}


def read(user: User, waybill_id: str, field: str) -> str:
    """A field of the label, or "amendment:7" for what an amendment changes to. Raises Missing."""
    sentence = _("There is nothing here, or it is not yours to see.")
    if not waybill_id.isdecimal():
        raise Missing(sentence)
    row = access.get_waybill(user, int(waybill_id))
    if field in FIELDS:
        value: str = getattr(row, field)
        return phones.national(value) if field.endswith("phone") and value else value
    kind, _colon, number = field.partition(":")
    found = row.amendments.filter(pk=int(number)).first() if kind == "amendment" and number.isdecimal() else None
    if found is None:
        raise Missing(sentence)
    return found.after


def url(waybill_id: str) -> str:
    return reverse("shipments:waybill", args=[waybill_id])
