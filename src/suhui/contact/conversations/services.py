from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.contact.conversations import events
from suhui.contact.conversations.choices import Channel, Direction
from suhui.contact.conversations.models import Contact
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch, User
from suhui.records.customers import phones
from suhui.records.customers.models import Customer
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill

FUTURE = timedelta(minutes=5)
"""How far a logged time may lie ahead: clocks differ."""


@transaction.atomic
def log_contact(
    *,
    channel: str,
    direction: str,
    branch: Branch,
    by: Actor,
    text: str = "",
    customer: Customer | None = None,
    phone: str = "",
    agent: User | None = None,
    seconds: int = 0,
    waybills: Iterable[Waybill] = (),
    read_text: bool = True,
    case: str = "",
    at: datetime | None = None,
) -> Contact:
    """Write a contact down. The waybills its text names are linked, besides those given, unless it was read already.

    `phone` as typed or E.164; `seconds` the length of a call; `case` a subject key ("case:17") if it is known already.
    Raises BadInput for an unknown channel, a bad number, a time in the future, or when it says nothing at all.
    """
    moment = at or now()
    if channel not in Channel.values or direction not in Direction.values:
        raise BadInput(_("Choose how the contact came about."), {"channel": _("Choose how the contact came about.")})
    if moment > now() + FUTURE:
        raise BadInput(_("The time lies in the future."), {"at": _("The time lies in the future.")})
    text = text.strip()
    if not (text or customer or phone):
        raise BadInput(_("Say who it was or what it was about."), {"text": _("Say who it was or what it was about.")})
    contact = Contact.objects.create(
        channel=channel,
        direction=direction,
        branch=branch,
        customer=customer,
        phone=phones.read(phone).e164 if phone else "",
        text=text,
        seconds=max(0, seconds),
        at=moment,
        agent=agent,
        case=case,
    )
    named = parcels.link_text(text) if read_text else []
    linked = list(dict.fromkeys([row.pk for row in (*waybills, *named)]))
    links = [Contact.waybills.through(contact=contact, waybill_id=pk) for pk in linked]
    Contact.waybills.through.objects.bulk_create(links)
    _tell(contact, linked, by)
    return contact


def _tell(contact: Contact, waybill_ids: list[int], by: Actor) -> None:
    event = events.ContactLogged(
        contact_id=contact.pk,
        channel=contact.channel,
        direction=contact.direction,
        customer_id=contact.customer_id,
        waybill_ids=waybill_ids,
        case=contact.case,
    )
    topics = _lists_of(contact) + [f"waybill:{pk}" for pk in waybill_ids]
    topics += [f"customer:{contact.customer_id}"] if contact.customer_id else []
    topics += [contact.case] if contact.case else []
    stored.store(event, by=by, topics=topics)


def _lists_of(contact: Contact) -> list[str]:
    """The lists that show it: its branch's and those of all branches above."""
    return [f"contacts:{pk}" for pk in contact.branch.ancestor_ids]


@transaction.atomic
def link_case(*, contact: Contact, case: str, by: Actor) -> Contact:
    """The contact belongs to this case now ("case:17"). The same call again is harmless; the last link counts."""
    if contact.case == case:
        return contact
    Contact.objects.filter(pk=contact.pk).update(case=case)
    contact.case = case
    topics = _lists_of(contact) + [case] + ([f"customer:{contact.customer_id}"] if contact.customer_id else [])
    stored.store(events.ContactLinked(contact_id=contact.pk, case=case), by=by, topics=topics)
    return contact
