"""A fact that turned out to be wrong is corrected with the customer: the new one takes the old one's place (CUS-10)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User
from suhui.records.customers import events, selectors, services
from suhui.records.customers.choices import FactKind
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Fact, Phone

_ADD: dict[str, Callable[..., Fact]] = {
    FactKind.PHONE: services.add_phone,
    FactKind.EMAIL: services.add_email,
    FactKind.ADDRESS: services.add_address,
    FactKind.CONTACT: services.add_contact,
}


@transaction.atomic
def correct_fact(
    *, customer: Customer, kind: str, fact_id: int, values: dict[str, Any], user: User, at: datetime | None = None
) -> UndoOffer | None:
    """Put a new fact (`values` as for adding one) in the old one's place; it counts as checked with the customer now.

    The same value again only checks it: then there is nothing to take back. Raises BadInput for values that cannot be,
    Missing for a fact that is gone; nothing is changed then.
    """
    old = services.get_fact(customer, kind, fact_id)
    new = _ADD[kind](customer=customer, by=Actor.staff(user), **values)
    services.verify_fact(customer=customer, kind=kind, fact_id=new.pk, user=user, at=at)
    if new.pk == old.pk:
        return None
    _take_place(old, new, at or now())
    event = events.CustomerChanged(customer_id=customer.pk, what="fact_corrected", fact_kind=kind)
    stored.store(event, by=Actor.staff(user))
    return undo.offer(
        kind="customers.correct_fact",
        payload={"customer": customer.pk, "fact_kind": kind, "old": old.pk, "new": new.pk},
        text=_("%(kind)s corrected") % {"kind": FactKind(kind).label},
        user=user,
    )


def _take_place(old: Fact, new: Fact, at: datetime) -> None:
    """The old one goes; what stood first still does, and what belonged to a contact person goes along."""
    model = selectors.FACT_MODELS[old.KIND]
    model.objects.filter(pk=old.pk).update(removed_at=at, is_main=False)
    if old.is_main:
        model.objects.filter(pk=new.pk).update(is_main=True)
    if isinstance(old, ContactPerson):
        for belonging in (Phone, Email, Address):
            belonging.objects.filter(contact_id=old.pk).update(contact_id=new.pk)


@undo.undoes("customers.correct_fact")
def _put_back(payload: dict[str, Any], by: Actor) -> None:
    kind, model = payload["fact_kind"], selectors.FACT_MODELS[payload["fact_kind"]]
    customer = Customer.objects.get(pk=payload["customer"])
    new = services.get_fact(customer, kind, payload["new"])
    services.remove_fact(customer=customer, kind=kind, fact_id=new.pk, by=by)
    old = services.restore_fact(customer_id=customer.pk, kind=kind, fact_id=payload["old"], by=by)
    if new.is_main:
        model.objects.filter(pk=new.pk).update(is_main=False)
        model.objects.filter(pk=old.pk).update(is_main=True)
    if kind == FactKind.CONTACT:
        for belonging in (Phone, Email, Address):
            belonging.objects.filter(contact_id=new.pk).update(contact_id=old.pk)
