"""Registering waybills and correcting their label."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict
from suhui.platform.people.models import Branch, User
from suhui.records.customers import phones
from suhui.records.customers.models import Customer
from suhui.records.shipments import events
from suhui.records.shipments.candidates import normalise
from suhui.records.shipments.choices import Product, Source
from suhui.records.shipments.models import Carrier, Subscription, Waybill
from suhui.records.shipments.patterns import CARRIERS

_NUMBER = re.compile(r"[A-Z0-9]{6,40}")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a label and an order say about a parcel. Empty means not known. Money in fen, weight in grams; phones as
    typed or in E.164; `promised_at` is when delivery was promised."""

    order_number: str = ""
    origin: Branch | None = None
    destination: Branch | None = None
    sender: Customer | None = None
    sender_name: str = ""
    sender_phone: str = ""
    sender_address: str = ""
    recipient: Customer | None = None
    recipient_name: str = ""
    recipient_phone: str = ""
    recipient_address: str = ""
    product: str = ""
    goods: str = ""
    pieces: int | None = None
    weight_grams: int | None = None
    declared_fen: int | None = None
    insured_fen: int | None = None
    fee_fen: int | None = None
    cod_fen: int | None = None
    promised_at: datetime | None = None

    def known(self) -> dict[str, Any]:
        """The facts that are known, ready for the row: phones in E.164. Raises BadInput for one that cannot be read."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in found.items() if value is not None and value != ""}
        for name in ("sender_phone", "recipient_phone"):
            if name in kept:
                kept[name] = _phone(kept[name], name)
        if "product" in kept and kept["product"] not in Product.values:
            raise BadInput(_("There is no such product."), {"product": _("There is no such product.")})
        for name in ("origin", "destination", "sender", "recipient"):
            if name in kept:
                kept[f"{name}_id"] = kept.pop(name).pk
        return {name: _cut(name, value) for name, value in kept.items()}


def _phone(text: str, field: str) -> str:
    try:
        return phones.read(text).e164
    except BadInput as error:
        raise BadInput(error.message, {field: error.message}) from error


def _cut(name: str, value: Any) -> Any:
    most = getattr(Waybill, name).field.max_length
    return value[:most] if isinstance(value, str) and most else value


@transaction.atomic
def register_waybill(
    *,
    number: str,
    carrier: str | Carrier,
    by: Actor,
    facts: Facts | None = None,
    source: str = Source.MANUAL,
    at: datetime | None = None,
    home: Branch | None = None,
) -> Waybill:
    """Put a parcel on the register. The same number of the same carrier again gives the row that is there, with what
    it did not know filled in. `carrier` may be its code; `home` sees it before a scan says where it is, the person's
    own branch if none is given. Raises BadInput for what cannot be a number or a carrier."""
    clean = clean_number(number)
    owner = carrier if isinstance(carrier, Carrier) else ensure_carrier(carrier)
    known = (facts or Facts()).known()
    waybill, added = Waybill.objects.get_or_create(
        carrier=owner,
        number=clean,
        defaults={
            **known,
            "source": source,
            "status_since": at or now(),
            "current_branch_id": known.get("origin_id"),
            "registered_branch_id": None if known.get("origin_id") else _home_of(by, home),
            "next_check_at": at or now(),
        },
    )
    if added:
        stored.store(
            events.WaybillRegistered(waybill_id=waybill.pk, number=clean, carrier=owner.code, source=source), by=by
        )
    else:
        fill_in(waybill, known, by)
    return waybill


def clean_number(number: str) -> str:
    """The number as carriers write it. Raises BadInput."""
    clean = normalise(number)
    if not _NUMBER.fullmatch(clean):
        sentence = _("A waybill number has 6 to 40 letters and digits.")
        raise BadInput(sentence, {"number": sentence})
    return clean


def _home_of(by: Actor, home: Branch | None) -> int | None:
    """The branch of whoever put it down, so that they and theirs see it before a scan says where it is."""
    if home is not None or not by.user_id:
        return home.pk if home else None
    return User.objects.filter(pk=by.user_id).values_list("branch_id", flat=True).first()


def fill_in(waybill: Waybill, known: dict[str, Any], by: Actor) -> None:
    """Only what the row does not know: what a person entered is never overwritten by a second source."""
    missing = {name: value for name, value in known.items() if getattr(waybill, name) in (None, "", 0)}
    if missing:
        Waybill.objects.filter(pk=waybill.pk).update(**missing, updated_at=now())
        waybill.refresh_from_db()
        stored.store(events.WaybillChanged(waybill_id=waybill.pk, fields=sorted(missing)), by=by)


@transaction.atomic
def change_facts(*, waybill: Waybill, facts: Facts, by: Actor) -> Waybill:
    """Correct what the label says; empty facts are left as they are. The event names the fields, not the values."""
    known = facts.known()
    changed = {name: value for name, value in known.items() if getattr(waybill, name) != value}
    if changed:
        Waybill.objects.filter(pk=waybill.pk).update(**changed, updated_at=now())
        waybill.refresh_from_db()
        stored.store(events.WaybillChanged(waybill_id=waybill.pk, fields=sorted(changed)), by=by)
    return waybill


@transaction.atomic
def change_carrier(*, waybill: Waybill, carrier: str | Carrier, by: Actor) -> Waybill:
    """The number turned out to be another carrier's (kuaidi100's autoCheck). Raises Conflict when that carrier has a
    waybill with this number already."""
    owner = carrier if isinstance(carrier, Carrier) else ensure_carrier(carrier)
    if owner.pk == waybill.carrier_id:
        return waybill
    if Waybill.objects.filter(carrier=owner, number=waybill.number).exists():
        raise Conflict(_("This carrier already has a waybill with this number."))
    Waybill.objects.filter(pk=waybill.pk, carrier_id=waybill.carrier_id).update(carrier=owner, updated_at=now())
    Subscription.objects.filter(waybill=waybill).update(attempts=0, error="")
    waybill.refresh_from_db()
    stored.store(events.WaybillChanged(waybill_id=waybill.pk, fields=["carrier"]), by=by)
    return waybill


@transaction.atomic
def name_carrier(*, code: str, name: str, english_name: str, by: Actor) -> Carrier:
    """The carrier with this code, put down under this name when nobody knows it yet. An administrator's own words for
    it stay."""
    last = Carrier.objects.order_by("-order").values_list("order", flat=True).first() or 0
    defaults = {"name": name[:40], "english_name": english_name[:60], "order": last + 10}
    return Carrier.objects.get_or_create(code=code, defaults=defaults)[0]


def ensure_carrier(code: str) -> Carrier:
    """The carrier with this code; a shipped one is written down at its first use. Raises BadInput for others."""
    found = Carrier.objects.filter(code=code).first()
    if found is not None:
        return found
    shipped = next((row for row in CARRIERS if row.code == code), None)
    if shipped is None:
        sentence = _("There is no such carrier.")
        raise BadInput(sentence, {"carrier": sentence})
    carrier, _added = Carrier.objects.get_or_create(
        code=code,
        defaults={
            "name": shipped.name,
            "english_name": shipped.english_name,
            "phone": shipped.phone,
            "kuaidi100_code": shipped.kuaidi100,
            "kdniao_code": shipped.kdniao,
            "asks_phone_tail": shipped.asks_phone_tail,
            "order": 10 * (CARRIERS.index(shipped) + 1),
        },
    )
    return carrier
