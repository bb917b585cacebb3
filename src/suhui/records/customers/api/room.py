"""Customers found, read, added and changed."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Fen, Id, Listing, Paging, Sent, Words
from suhui.records.customers import access, addresses, listing, services, tiers
from suhui.records.customers.api.shapes import CustomerOut, CustomerRow, customer_out, rows_of
from suhui.records.customers.choices import CustomerKind, Industry, Source, Tier
from suhui.records.customers.models import Customer

api = Room("customers", _("Customers"))
Order = Literal["number", "-number", "changed", "-changed"]


class CustomerWords(Words):
    q: str = Field("", max_length=80, description="Archive number, phone or its tail, name, pinyin", examples=["1234"])
    kind: CustomerKind | None = None
    tier: Tier | None = None
    source: Source | None = None
    industry: Industry | None = None
    branch: Id | None = None
    mine: bool = False
    phone: Literal["", "stale", "none"] = Field("", description="Phone to be checked, or none at all")
    sort: Order = "-number"

    def filters(self) -> listing.Filters:
        return listing.Filters(
            text=self.q.strip(),
            kind=self.kind or "",
            tier=self.tier or "",
            source=self.source or "",
            industry=self.industry or "",
            branch=self.branch or 0,
            mine=self.mine,
            phone=self.phone,
        )


@api.get("/customers", Perm.CUSTOMER_VIEW, answer=Listing[CustomerRow], summary=_("Customers, filtered and sorted"))
def list_customers(request: Call, words: Query[CustomerWords], pages: Query[Paging]) -> Listing[CustomerRow]:
    rows = listing.customers(request.user, words.filters(), words.sort, now())
    return paging.page(request, pages, rows, order=ORDERS[words.sort], build=rows_of)


ORDERS: dict[str, tuple[str, ...]] = {
    "number": ("number", "id"),
    "-number": ("-number", "-id"),
    "changed": ("updated_at", "id"),
    "-changed": ("-updated_at", "-id"),
}


@api.get(
    "/customers/{int:customer_id}",
    Perm.CUSTOMER_VIEW,
    answer=CustomerOut,
    summary=_("One customer with all facts"),
    revision="version",
)
def get_customer(request: Call, customer_id: int) -> CustomerOut:
    return customer_out(access.get_customer(request.user, customer_id))


class AddressIn(Sent):
    province: str = Field("", max_length=30, examples=["浙江省"])
    city: str = Field("", max_length=30, examples=["杭州市"])
    district: str = Field("", max_length=30, examples=["西湖区"])
    detail: str = Field("", max_length=200, examples=["文三路478号3幢502室"])


class CustomerIn(Sent):
    name: str = Field(min_length=1, max_length=120, examples=["王小明"])
    kind: CustomerKind = CustomerKind.PERSON
    phone: str = Field("", max_length=40, examples=["13800138000"])
    branch: Id | None = Field(None, description="Without it the caller's, or the token's")
    owner: Id | None = None
    source: Source = Source.OTHER
    industry: Industry = Industry.NONE
    wechat: str = Field("", max_length=60)
    note: str = Field("", max_length=4000)
    address: AddressIn | None = None
    contact: str = Field("", max_length=60, description="Somebody to talk to")


@api.post(
    "/customers", Perm.CUSTOMER_EDIT, answer=CustomerOut, status=201, summary=_("Add a customer"), revision="version"
)
@transaction.atomic
def add_customer(request: Call, sent: CustomerIn) -> CustomerOut:
    by = request.actor
    customer = services.add_customer(
        name=sent.name,
        kind=sent.kind,
        phone=sent.phone,
        branch=home(request, sent.branch),
        owner=owner_of(request, sent.owner),
        source=sent.source,
        industry=sent.industry,
        wechat=sent.wechat,
        note=sent.note,
        by=by,
    )
    if sent.address is not None:
        services.add_address(customer=customer, by=by, **sent.address.model_dump())
    if sent.contact:
        services.add_contact(customer=customer, name=sent.contact, by=by)
    return customer_out(customer)


def home(request: Call, branch_id: int | None) -> Branch:
    """A branch at which the caller may keep customers. Raises BadInput for another."""
    if branch_id is None:
        bound = request.token.branch if request.token else None
        return bound or request.user.branch
    mine = scope(request.user, Perm.CUSTOMER_EDIT).q(branch="pk")
    found = Branch.objects.active().filter(mine, pk=branch_id).first()
    if found is None:
        said = _("You keep no customers at this branch.")
        raise BadInput(said, {"branch": said})
    return found


def owner_of(request: Call, user_id: int | None) -> User | None:
    if user_id is None:
        return None
    reach = scope(request.user, Perm.CUSTOMER_EDIT)
    found = User.objects.filter(reach.q(branch="branch_id", owner="pk"), pk=user_id, is_active=True).first()
    if found is None:
        said = _("No colleague in your reach has this id.")
        raise BadInput(said, {"owner": said})
    return found


class CustomerChange(Sent):
    """Only what is sent is changed."""

    name: Annotated[str, Field(min_length=1, max_length=120, examples=["王小明"])] | None = None
    kind: CustomerKind | None = None
    branch: Id | None = None
    owner: Id | None = Field(None, description="null takes the owner away")
    source: Source | None = None
    industry: Industry | None = None
    wechat: Annotated[str, Field(max_length=60)] | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None
    vip: bool | None = None
    yearly_spend_fen: Fen | None = None
    contract_value_fen: Fen | None = None


@api.patch(
    "/customers/{int:customer_id}",
    Perm.CUSTOMER_EDIT,
    answer=CustomerOut,
    summary=_("Change a customer"),
    revision="version",
)
def change_customer(request: Call, customer_id: int, sent: CustomerChange) -> CustomerOut:
    found = editable(request, customer_id)
    values: dict[str, Any] = {name: getattr(sent, name) for name in sent.model_fields_set}
    values = {name: value for name, value in values.items() if value is not None or name == "owner"}
    if "branch" in values:
        values["branch"] = home(request, values["branch"])
    if "owner" in values:
        values["owner"] = owner_of(request, values["owner"])
    services.change_customer(customer=found, by=request.actor, version=found.version, **values)
    return customer_out(access.get_customer(request.user, customer_id))


def editable(request: Call, customer_id: int) -> Customer:
    """The customer to change, in the state the caller says they saw."""
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    demand_unchanged(request, found.version)
    return found


@api.post(
    "/customers/{int:customer_id}/tier",
    Perm.CUSTOMER_EDIT,
    answer=CustomerOut,
    summary=_("Decide a customer's tier now instead of tonight"),
    revision="version",
)
def decide_tier(request: Call, customer_id: int) -> CustomerOut:
    tiers.assess(customer=editable(request, customer_id), by=request.actor)
    return customer_out(access.get_customer(request.user, customer_id))


class PastedIn(Sent):
    text: str = Field(min_length=1, max_length=1000, examples=["王小明 13800138000 杭州市西湖区文三路478号"])


class PastedOut(Sent):
    """What the line says, unmasked: it is the caller's own text."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    detail: str


@api.post(
    "/customers/recognise", Perm.CUSTOMER_VIEW, answer=PastedOut, summary=_("Take a pasted line apart"), keyed=False
)
def recognise(request: Call, sent: PastedIn) -> PastedOut:
    pasted = addresses.read_paste(sent.text)
    parts = pasted.parts
    return PastedOut(
        name=pasted.name,
        phone=pasted.phone or "",
        province=parts.province,
        city=parts.city,
        district=parts.district,
        detail=parts.detail,
    )
