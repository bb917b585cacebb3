from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Missing, Refused
from suhui.platform.core.numbers import next_number
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import Branch, User
from suhui.platform.people.services import pinyin_of
from suhui.platform.privacy import masks
from suhui.records.customers import events, phones, selectors
from suhui.records.customers.choices import CustomerKind, FactKind, Source
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Fact, Freshness, Phone

NUMBER_PREFIX = "K"


@transaction.atomic
def add_customer(
    *,
    name: str,
    branch: Branch,
    by: Actor,
    kind: str = CustomerKind.PERSON,
    phone: str = "",
    owner: User | None = None,
    source: str = Source.OTHER,
    industry: str = "",
    wechat: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Customer:
    """Add a customer with an archive number, and a first phone if one is given (as typed or E.164).

    A number that already identifies another customer is kept as a shared one: a duplicate to look at, not an error.
    Raises BadInput for an empty name or what is not a phone number.
    """
    customer = _new_customer(name=name, kind=kind, branch=branch, at=at or now())
    customer.owner, customer.source, customer.industry = owner, source, industry
    customer.wechat, customer.note = wechat.strip()[:60], note.strip()
    customer.save()
    if phone:
        add_phone(customer=customer, phone=phone, by=by, quiet=True)
    stored.store(events.CustomerAdded(customer_id=customer.pk, number=customer.number, source=source), by=by)
    return customer


def _new_customer(*, name: str, kind: str, branch: Branch, at: datetime) -> Customer:
    name = " ".join(name.split())
    if not name:
        raise BadInput(_("The customer needs a name."), {"name": _("The customer needs a name.")})
    if len(name) > 120:
        raise BadInput(_("This name is too long."), {"name": _("This name is too long.")})
    return Customer(
        number=next_number(NUMBER_PREFIX, at), name=name, pinyin=pinyin_of(name)[:240], kind=kind, branch=branch
    )


def find_or_add_by_phone(
    *, phone: str, name: str, branch: Branch, source: str, by: Actor, kind: str = CustomerKind.PERSON
) -> Customer:
    """The customer this number identifies, else a new one with it. Two callers at once get the same customer.

    Never changes a customer that is there already; without a `name` a new one is called after their number, masked.
    Raises BadInput for what is not a phone number.
    """
    number = phones.read(phone)
    if known := _identified_by(number.e164):
        return known
    try:
        with transaction.atomic():
            customer = _new_customer(
                name=name.strip() or _("Caller %(phone)s") % {"phone": masks.mask_phone(number.e164)},
                kind=kind,
                branch=branch,
                at=now(),
            )
            customer.source = source
            customer.save()
            _save_phone(customer, number, contact=None, identifies=True, is_main=True)
            event = events.CustomerAdded(customer_id=customer.pk, number=customer.number, source=source)
            stored.store(event, by=by)
            return customer
    except IntegrityError:
        known = _identified_by(number.e164)
        if known is None:
            raise
        return known


def _identified_by(number: str) -> Customer | None:
    rows = Phone.objects.filter(number=number, identifies=True, removed_at=None)
    phone = rows.select_related("customer__branch", "customer__merged_into").first()
    return selectors.survivor(phone.customer) if phone else None


def _save_phone(
    customer: Customer, number: phones.Number, *, contact: ContactPerson | None, identifies: bool, is_main: bool
) -> Phone:
    return Phone.objects.create(
        customer=customer,
        contact=contact,
        number=number.e164,
        backwards=number.backwards,
        extension=number.extension,
        kind=number.kind,
        region=number.region[:60],
        carrier=number.carrier[:30],
        identifies=identifies,
        is_main=is_main,
    )


@transaction.atomic
def change_customer(*, customer: Customer, by: Actor, version: int, **fields: Any) -> Customer:
    """Change name, kind, wechat, branch, owner, source, industry, note, vip, yearly_spend_fen or contract_value_fen.

    `version` is the one the editor saw: raises Conflict when somebody else saved in between, and nothing is changed.
    """
    allowed = {"name", "kind", "wechat", "branch", "owner", "source", "industry", "note", "vip"}
    unknown = set(fields) - allowed - {"yearly_spend_fen", "contract_value_fen"}
    if unknown:
        raise TypeError(f"not to be changed here: {sorted(unknown)}")
    if "name" in fields and not str(fields["name"]).strip():
        raise BadInput(_("The customer needs a name."), {"name": _("The customer needs a name.")})
    changes = {name: value for name, value in fields.items() if getattr(customer, name) != value}
    if not changes:
        return customer
    words = {name: [told(name, getattr(customer, name)), told(name, value)] for name, value in changes.items()}
    if "name" in changes:
        changes["pinyin"] = pinyin_of(changes["name"])[:240]
    rows = Customer.objects.filter(pk=customer.pk, version=version, merged_into=None)
    if not rows.update(**changes, version=version + 1, updated_at=now()):
        raise Conflict(_("Somebody else changed this customer in the meantime. Look again, then save."))
    customer.refresh_from_db()
    stored.store(events.CustomerChanged(customer_id=customer.pk, what="edited", changes=words), by=by)
    return customer


def told(field: str, value: Any) -> str:
    """A value as an event may keep it: personal data masked."""
    if field == "name":
        return masks.mask_name(str(value))
    if field == "wechat":
        return masks.mask_handle(str(value))
    return masks.mask_text(str(value))[:200] if value is not None else ""


@transaction.atomic
def add_phone(
    *, customer: Customer, phone: str, by: Actor, contact: ContactPerson | None = None, quiet: bool = False
) -> Phone:
    """Add a number; it identifies the customer unless it already identifies another. Adding it again is harmless."""
    number = phones.read(phone)
    existing = customer.phones.filter(number=number.e164, removed_at=None).first()
    if existing is not None:
        return existing
    is_main = not customer.phones.filter(removed_at=None).exists()
    try:
        with transaction.atomic():
            row = _save_phone(customer, number, contact=contact, identifies=True, is_main=is_main)
    except IntegrityError:
        row = _save_phone(customer, number, contact=contact, identifies=False, is_main=is_main)
    if not quiet:
        _fact_event(row, "fact_added", by)
    return row


@transaction.atomic
def add_email(*, customer: Customer, address: str, by: Actor, contact: ContactPerson | None = None) -> Email:
    """Add an e-mail address (kept in lower case). Adding it again is harmless. Raises BadInput."""
    address = address.strip().lower()
    name, at, host = address.rpartition("@")
    if not (name and at and "." in host) or len(address) > 254 or any(c.isspace() for c in address):
        sentence = _("This is not an e-mail address.")
        raise BadInput(sentence, {"email": sentence})
    existing = customer.emails.filter(address=address, removed_at=None).first()
    if existing is not None:
        return existing
    is_main = not customer.emails.filter(removed_at=None).exists()
    row = Email.objects.create(customer=customer, contact=contact, address=address, is_main=is_main)
    _fact_event(row, "fact_added", by)
    return row


@transaction.atomic
def add_address(
    *,
    customer: Customer,
    by: Actor,
    province: str = "",
    city: str = "",
    district: str = "",
    detail: str = "",
    label: str = "",
    contact: ContactPerson | None = None,
) -> Address:
    """Add an address in its four parts (a pasted line: `addresses.split`). Raises BadInput when all are empty."""
    if not any(part.strip() for part in (province, city, district, detail)):
        raise BadInput(_("The address is empty."), {"detail": _("The address is empty.")})
    row = Address.objects.create(
        customer=customer,
        contact=contact,
        label=label.strip()[:30],
        province=province.strip()[:30],
        city=city.strip()[:30],
        district=district.strip()[:30],
        detail=detail.strip()[:200],
        is_main=not customer.addresses.filter(removed_at=None).exists(),
    )
    _fact_event(row, "fact_added", by)
    return row


@transaction.atomic
def add_contact(*, customer: Customer, name: str, by: Actor, title: str = "", phone: str = "") -> ContactPerson:
    """Add somebody to talk to, with their phone if given. Raises BadInput for an empty name or a bad number."""
    name = " ".join(name.split())
    if not name:
        raise BadInput(_("The contact person needs a name."), {"name": _("The contact person needs a name.")})
    row = ContactPerson.objects.create(
        customer=customer,
        name=name[:60],
        pinyin=pinyin_of(name),
        title=title.strip()[:60],
        is_main=not customer.contacts.filter(removed_at=None).exists(),
    )
    if phone:
        add_phone(customer=customer, phone=phone, by=by, contact=row, quiet=True)
    _fact_event(row, "fact_added", by)
    return row


def get_fact(customer: Customer, kind: str, fact_id: int) -> Fact:
    """A living fact of this customer. Raises Missing."""
    model = selectors.FACT_MODELS.get(kind)
    row = model.objects.filter(pk=fact_id, customer=customer, removed_at=None).first() if model else None
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row


@transaction.atomic
def verify_fact(*, customer: Customer, kind: str, fact_id: int, user: User, at: datetime | None = None) -> Fact:
    """Somebody just made sure of it with the customer: it is fresh again (CUS-10)."""
    row = get_fact(customer, kind, fact_id)
    row.verified_at, row.verified_by = at or now(), user
    row.save(update_fields=["verified_at", "verified_by"])
    _fact_event(row, "fact_verified", Actor.staff(user))
    return row


@transaction.atomic
def make_main(*, customer: Customer, kind: str, fact_id: int, by: Actor) -> Fact:
    """Let this one stand first among its kind."""
    row = get_fact(customer, kind, fact_id)
    model = selectors.FACT_MODELS[kind]
    model.objects.filter(customer=customer, is_main=True).exclude(pk=row.pk).update(is_main=False)
    row.is_main = True
    row.save(update_fields=["is_main"])
    _fact_event(row, "edited", by)
    return row


@transaction.atomic
def remove_fact(*, customer: Customer, kind: str, fact_id: int, by: Actor) -> Fact:
    """Take a fact off the customer; the row stays so that it can be put back."""
    row = get_fact(customer, kind, fact_id)
    row.removed_at = now()
    row.save(update_fields=["removed_at"])
    _fact_event(row, "fact_removed", by)
    return row


@transaction.atomic
def restore_fact(*, customer_id: int, kind: str, fact_id: int, by: Actor) -> Fact:
    """Undo of `remove_fact`. Raises Refused when the number or address is in use again meanwhile."""
    row = selectors.FACT_MODELS[kind].objects.get(pk=fact_id, customer_id=customer_id)
    row.removed_at = None
    try:
        with transaction.atomic():
            row.save(update_fields=["removed_at"])
    except IntegrityError as error:
        raise Refused(_("It was entered again in the meantime.")) from error
    _fact_event(row, "fact_added", by)
    return row


@transaction.atomic
def take_off(*, customer: Customer, kind: str, fact_id: int, user: User) -> UndoOffer:
    """`remove_fact` by a person, with a way back for a short while."""
    row = remove_fact(customer=customer, kind=kind, fact_id=fact_id, by=Actor.staff(user))
    return undo.offer(
        kind="customers.remove_fact",
        payload={"customer": customer.pk, "fact_kind": kind, "fact": row.pk},
        text=_("%(kind)s removed") % {"kind": FactKind(kind).label},
        user=user,
    )


@undo.undoes("customers.remove_fact")
def _put_back(payload: dict[str, Any], by: Actor) -> None:
    restore_fact(customer_id=payload["customer"], kind=payload["fact_kind"], fact_id=payload["fact"], by=by)


@transaction.atomic
def set_freshness(*, kind: str, days: int, by: Actor) -> Freshness:
    """How many days a fact of this kind counts as true. Raises BadInput outside 1 to 3650."""
    if kind not in FactKind.values or not 1 <= days <= 3650:
        raise BadInput(_("Enter a number of days between 1 and 3650."))
    row, _made = Freshness.objects.update_or_create(kind=kind, defaults={"days": days})
    return row


def _fact_event(row: Any, what: str, by: Actor) -> None:
    event = events.CustomerChanged(customer_id=row.customer_id, what=what, fact_kind=str(row.KIND))
    stored.store(event, by=by)
