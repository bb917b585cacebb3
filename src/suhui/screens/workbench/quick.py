"""The ten-second log of a phone contact: what the typed words and number tell before anything is saved."""

from dataclasses import dataclass
from typing import Any

from suhui.platform.people.models import User
from suhui.records.customers import access as customer_access
from suhui.records.customers import phones
from suhui.records.customers import selectors as customers
from suhui.records.customers.models import Customer
from suhui.records.shipments import access as parcel_access
from suhui.records.shipments import recognition
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.selectors import Unregistered
from suhui.service.cases.models import Case
from suhui.service.cases.selectors import finding


@dataclass(frozen=True)
class Seen:
    """`number` is the caller's as read, `customers` who has it (None of them: a new customer will be made), `waybills`
    the registered ones named, `unknown` numbers that will be registered with the contact, `cases` the open ones to go
    on with."""

    number: phones.Number | None
    customers: list[Customer]
    waybills: list[Waybill]
    unknown: list[Unregistered]
    cases: list[Case]

    @property
    def customer(self) -> Customer | None:
        return self.customers[0] if len(self.customers) == 1 else None


def look(user: User, phone: str, text: str) -> Seen:
    """Recognise while one types; only what the person may see. Eight queries at most."""
    number = phones.read_or_none(phone[:40])
    callers: list[Customer] = []
    if number is not None:
        visible = customer_access.visible_to(user)
        callers = list(customers.by_phone(number.e164).filter(pk__in=visible)[:5])
    named = parcels.mentioned_in(text[:4000])
    known = [one.waybill.pk for one in named if one.waybill is not None]
    waybills = list(parcel_access.visible_to(user).filter(pk__in=known).select_related("carrier")[:10])
    customer_id = callers[0].pk if len(callers) == 1 else None
    cases: list[Case] = []
    if waybills or customer_id is not None:
        cases = finding.open_cases_for([one.pk for one in waybills], customer_id, user=user, limit=5)
    return Seen(number, callers, waybills, parcels.unregistered_in(text[:4000]), cases)


def fields_of(text: str) -> dict[str, Any]:
    """What a pasted text fills: the answer to the paste island."""
    found = [one.number for one in recognition.find_in_text(text[:4000])]
    numbers = [one.number for one in recognition.phones_in_text(text[:4000])][:1]
    return {"fields": {"phone": numbers[0]} if numbers else {}, "found": [*found, *numbers]}
