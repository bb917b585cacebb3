"""Facts about a customer: phones, e-mails, addresses, contact persons."""

from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Sent
from suhui.records.customers import access, correcting, services
from suhui.records.customers.api.room import api, editable
from suhui.records.customers.api.shapes import FactOut, fact_out
from suhui.records.customers.choices import FactKind
from suhui.records.customers.models import Fact

Kind = Literal["phone", "email", "address", "contact"]


class FactIn(Sent):
    """The fields of its kind: phone; email; name, title and phone of a contact; the parts of an address."""

    phone: str = Field("", max_length=40, examples=["13800138000"])
    email: str = Field("", max_length=254)
    name: str = Field("", max_length=60)
    title: str = Field("", max_length=60)
    province: str = Field("", max_length=30)
    city: str = Field("", max_length=30)
    district: str = Field("", max_length=30)
    detail: str = Field("", max_length=200)
    label: str = Field("", max_length=30)

    def of(self, kind: str) -> dict[str, Any]:
        """What the service for this kind takes."""
        names = {
            "phone": ("phone",),
            "contact": ("name", "title", "phone"),
            "address": ("province", "city", "district", "detail", "label"),
        }
        if kind == FactKind.EMAIL:
            return {"address": self.email}
        return {name: getattr(self, name) for name in names[kind]}


@api.post(
    "/customers/{int:customer_id}/facts/{kind}",
    Perm.CUSTOMER_EDIT,
    answer=FactOut,
    status=201,
    summary=_("Add a fact about a customer"),
)
def add_fact(request: Call, customer_id: int, kind: Kind, sent: FactIn) -> FactOut:
    found, values, by = editable(request, customer_id), sent.of(kind), request.actor
    fact: Fact
    if kind == "phone":
        fact = services.add_phone(customer=found, by=by, **values)
    elif kind == "email":
        fact = services.add_email(customer=found, by=by, **values)
    elif kind == "contact":
        fact = services.add_contact(customer=found, by=by, **values)
    else:
        fact = services.add_address(customer=found, by=by, **values)
    return fact_out(fact)


class FactUndo(BaseModel):
    """`undo` takes it back by /undo for a short while; null when nothing changed."""

    undo: UUID | None


@api.put(
    "/customers/{int:customer_id}/facts/{kind}/{int:fact_id}",
    Perm.CUSTOMER_EDIT,
    answer=FactUndo,
    summary=_("Put a corrected fact in the place of the old one"),
)
def correct_fact(request: Call, customer_id: int, kind: Kind, fact_id: int, sent: FactIn) -> FactUndo:
    found = editable(request, customer_id)
    offer = correcting.correct_fact(customer=found, kind=kind, fact_id=fact_id, values=sent.of(kind), user=request.user)
    return FactUndo(undo=offer.token if offer else None)


@api.delete(
    "/customers/{int:customer_id}/facts/{kind}/{int:fact_id}",
    Perm.CUSTOMER_EDIT,
    answer=FactUndo,
    summary=_("Take a fact off a customer"),
)
def remove_fact(request: Call, customer_id: int, kind: Kind, fact_id: int) -> FactUndo:
    found = editable(request, customer_id)
    offer = services.take_off(customer=found, kind=kind, fact_id=fact_id, user=request.user)
    return FactUndo(undo=offer.token)


@api.post(
    "/customers/{int:customer_id}/facts/{kind}/{int:fact_id}/verify",
    Perm.CUSTOMER_EDIT,
    Perm.CONTACT_LOG,
    answer=FactOut,
    summary=_("Say that somebody made sure of a fact"),
)
def verify_fact(request: Call, customer_id: int, kind: Kind, fact_id: int) -> FactOut:
    found = access.get_customer(request.user, customer_id)
    return fact_out(services.verify_fact(customer=found, kind=kind, fact_id=fact_id, user=request.user))


@api.post(
    "/customers/{int:customer_id}/facts/{kind}/{int:fact_id}/main",
    Perm.CUSTOMER_EDIT,
    answer=FactOut,
    summary=_("Let a fact stand first among its kind"),
)
def make_main(request: Call, customer_id: int, kind: Kind, fact_id: int) -> FactOut:
    found = editable(request, customer_id)
    return fact_out(services.make_main(customer=found, kind=kind, fact_id=fact_id, by=request.actor))
