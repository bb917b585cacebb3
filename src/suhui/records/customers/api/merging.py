"""Two customers that are one."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Row, Sent
from suhui.records.customers import access, merging, selectors
from suhui.records.customers.api.room import api
from suhui.records.customers.api.shapes import CustomerOut, customer_out


class CustomerMergeIn(Sent):
    other: Id = Field(description="The one that becomes a part of this customer")


class CustomerMerged(Row):
    id: int
    undo: UUID = Field(description="Takes the merge back by /undo for 24 hours")


@api.post(
    "/customers/{int:customer_id}/merge",
    Perm.CUSTOMER_MERGE,
    answer=CustomerMerged,
    summary=_("Make another customer a part of this one"),
)
def merge(request: Call, customer_id: int, sent: CustomerMergeIn) -> CustomerMerged:
    winner = access.get_customer(request.user, customer_id, Perm.CUSTOMER_MERGE)
    loser = access.get_customer(request.user, sent.other, Perm.CUSTOMER_MERGE)
    offer = merging.merge(winner=winner, loser=loser, by=request.user)
    return CustomerMerged(id=winner.pk, undo=offer.token)


@api.post(
    "/customers/{int:customer_id}/part",
    Perm.CUSTOMER_MERGE,
    answer=CustomerOut,
    summary=_("Take the last merge into a customer back"),
)
def part(request: Call, customer_id: int) -> CustomerOut:
    winner = access.get_customer(request.user, customer_id, Perm.CUSTOMER_MERGE)
    last = merging.recent_merge(winner, now())
    if last is None:
        raise Refused(_("There is no merge to take back any more."))
    return customer_out(merging.part(merge=last, by=request.actor))


class CustomerHint(BaseModel):
    id: int
    number: str
    reasons: list[str] = Field(examples=[["phone", "sound"]])


class CustomerHints(BaseModel):
    rows: list[CustomerHint]


@api.get(
    "/customers/{int:customer_id}/duplicates",
    Perm.CUSTOMER_MERGE,
    answer=CustomerHints,
    summary=_("Customers that may be the same one"),
)
def duplicates(request: Call, customer_id: int) -> CustomerHints:
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_MERGE)
    rows = selectors.duplicates_of(found, request.user)
    return CustomerHints(
        rows=[
            CustomerHint(id=one.customer.pk, number=one.customer.number, reasons=[str(why) for why in one.reasons])
            for one in rows
        ]
    )
