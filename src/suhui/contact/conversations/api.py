"""The register of contacts."""

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.contact.conversations import access, listing, services
from suhui.contact.conversations.choices import Channel, Direction
from suhui.contact.conversations.models import Contact
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Day, Id, Listing, Paging, Ref, Row, Sent, Words, ref
from suhui.records.customers import services as records
from suhui.records.customers.access import get_customer
from suhui.records.customers.choices import Source

api = Room("contacts", _("Contacts with customers"))


class ContactRow(Row):
    id: int
    channel: str = Field(examples=["phone"])
    direction: str = Field(examples=["in"])
    customer_id: int | None
    phone: str = Field(description="Masked", examples=["138******34"])
    text: str
    seconds: int
    at: datetime
    agent: Ref | None
    branch: Ref
    waybills: list[str]
    case: str = Field(examples=["case:17"])


def shape(contact: Contact) -> ContactRow:
    return ContactRow(
        id=contact.pk,
        channel=contact.channel,
        direction=contact.direction,
        customer_id=contact.customer_id,
        phone=masks.mask_phone(contact.phone) if contact.phone else "",
        text=masks.mask_text(contact.text),
        seconds=contact.seconds,
        at=contact.at,
        agent=ref(contact.agent),
        branch=Ref(id=contact.branch_id, name=contact.branch.name),
        waybills=[one.number for one in contact.waybills.all()],
        case=contact.case,
    )


class ContactWords(Words):
    q: str = Field("", max_length=80, description="A waybill number, a phone or its tail, or words", examples=["1234"])
    channel: Channel | None = None
    direction: Direction | None = None
    mine: bool = False
    loose: bool = Field(False, description="Without a case")
    start: Day | None = None
    end: Day | None = Field(None, description="This day included")


@api.get("/contacts", Perm.CONTACT_VIEW, answer=Listing[ContactRow], summary=_("Contacts, newest first"))
def list_contacts(request: Call, words: Query[ContactWords], pages: Query[Paging]) -> Listing[ContactRow]:
    wanted = listing.Filters(
        text=words.q.strip(),
        channel=words.channel or "",
        direction=words.direction or "",
        mine=words.mine,
        loose=words.loose,
        start=words.start,
        end=words.end,
    )
    rows = listing.contacts(request.user, wanted)
    return paging.page(request, pages, rows, order=("-at", "-id"), build=lambda found: [shape(one) for one in found])


@api.get("/contacts/{int:contact_id}", Perm.CONTACT_VIEW, answer=ContactRow, summary=_("One contact"))
def get_contact(request: Call, contact_id: int) -> ContactRow:
    return shape(access.get_contact(request.user, contact_id))


class ContactIn(Sent):
    channel: Literal["phone", "mail", "chat", "wechat", "letter", "visit"] = "phone"
    direction: Direction = Direction.IN
    text: str = Field("", max_length=10_000, examples=["问 YT8803912345678 到哪了"])
    customer: Id | None = None
    phone: str = Field("", max_length=40, examples=["13800138000"])
    name: str = Field("", max_length=80)
    seconds: int = Field(0, ge=0, le=86400)


@api.post("/contacts", Perm.CONTACT_LOG, answer=ContactRow, status=201, summary=_("Log a contact"))
@transaction.atomic
def log_contact(request: Call, sent: ContactIn) -> ContactRow:
    bound = request.token.branch if request.token else None
    branch = bound or request.user.branch
    customer = get_customer(request.user, sent.customer) if sent.customer else None
    if customer is None and sent.phone.strip():
        customer = records.find_or_add_by_phone(
            phone=sent.phone, name=sent.name, branch=branch, source=Source.PHONE, by=request.actor
        )
    made = services.log_contact(
        channel=sent.channel,
        direction=sent.direction,
        branch=branch,
        by=request.actor,
        text=sent.text,
        customer=customer,
        phone=sent.phone,
        agent=request.user,
        seconds=sent.seconds,
    )
    return shape(made)
