"""Waybills found, read, registered, corrected, scanned."""

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Fen, Id, Listing, Moment, Paging, Row, Sent, Words
from suhui.records.shipments import access, services
from suhui.records.shipments.api.shapes import WaybillOut, WaybillRow, rows_of, waybill_out
from suhui.records.shipments.choices import ExceptionKind, Product, Source, Status
from suhui.records.shipments.services import Facts
from suhui.records.shipments.told import Scan
from suhui.records.shipments.ui.filters import SORTS, Filters

api = Room("waybills", _("Waybills"))


class WaybillWords(Words):
    q: str = Field("", max_length=60, description="Beginning of the number, an order number, or a phone")
    status: Status | Literal["", "under_way"] = Field("", examples=["under_way"])
    carrier: str = Field("", max_length=40, description="Code")
    branch: Id | None = Field(None, description="From, to or at this branch")
    exception: ExceptionKind | Literal["", "any"] = Field("", description="With an open exception of this kind")
    period: Literal["", "today", "week", "month"] = ""
    follow: Literal["", "mine", "any"] = ""
    sort: Literal["-id", "id", "-news", "news"] = "-id"

    def filters(self) -> Filters:
        return Filters(
            q=self.q.strip(),
            status=self.status,
            carrier=self.carrier,
            branch=str(self.branch or ""),
            exception=self.exception,
            period=self.period,
            follow=self.follow,
        )


@api.get("/waybills", Perm.WAYBILL_VIEW, answer=Listing[WaybillRow], summary=_("Waybills, filtered and sorted"))
def list_waybills(request: Call, words: Query[WaybillWords], pages: Query[Paging]) -> Listing[WaybillRow]:
    rows = words.filters().apply(access.visible_to(request.user), request.user.pk)
    rows = rows.select_related("carrier", "origin", "destination", "current_branch")
    return paging.page(request, pages, rows, order=SORTS[words.sort], build=rows_of)


@api.get(
    "/waybills/{int:waybill_id}",
    Perm.WAYBILL_VIEW,
    answer=WaybillOut,
    summary=_("One waybill with its track and troubles"),
)
def get_waybill(request: Call, waybill_id: int) -> WaybillOut:
    return waybill_out(access.get_waybill(request.user, waybill_id))


class LabelIn(Sent):
    """What a label and an order say. What is left out stays as it is."""

    order_number: str = Field("", max_length=60)
    origin: Id | None = Field(None, description="Id of a branch")
    destination: Id | None = Field(None, description="Id of a branch")
    sender_name: str = Field("", max_length=80)
    sender_phone: str = Field("", max_length=32)
    sender_address: str = Field("", max_length=300)
    recipient_name: str = Field("", max_length=80, examples=["王小明"])
    recipient_phone: str = Field("", max_length=32, examples=["13800138000"])
    recipient_address: str = Field("", max_length=300, examples=["浙江省杭州市西湖区文三路478号"])
    product: Product | None = None
    goods: str = Field("", max_length=120)
    pieces: int | None = Field(None, ge=1, le=9999)
    weight_grams: int | None = Field(None, ge=0, le=100_000_000)
    declared_fen: Fen | None = None
    insured_fen: Fen | None = None
    fee_fen: Fen | None = None
    cod_fen: Fen | None = None
    promised_at: Moment | None = None

    def facts(self, branches: dict[int, Branch]) -> Facts:
        """As the services take them; raises BadInput for a branch that is not among `branches`."""
        values: dict[str, Any] = {name: getattr(self, name) for name in LabelIn.model_fields}
        values["product"] = self.product or ""
        for name in ("origin", "destination"):
            if values[name] is not None:
                values[name] = _branch(branches, values[name], name)
        return Facts(**values)

    def branch_ids(self) -> set[int]:
        return {pk for pk in (self.origin, self.destination) if pk is not None}


def _branch(branches: dict[int, Branch], pk: int, name: str) -> Branch:
    if pk not in branches:
        said = _("There is no open branch with this id.")
        raise BadInput(said, {name: said})
    return branches[pk]


def open_branches(ids: set[int]) -> dict[int, Branch]:
    return Branch.objects.active().in_bulk(ids) if ids else {}


def home(request: Call) -> Branch:
    """Where a parcel belongs whose branches are not known: the token's branch, else the person's."""
    bound = request.token.branch if request.token else None
    return bound or request.user.branch


class WaybillIn(LabelIn):
    number: str = Field(min_length=1, max_length=60, examples=["YT8803912345678"])
    carrier: str = Field(min_length=1, max_length=40, description="Code", examples=["yto"])


class WaybillMade(Row):
    """The row on the register. Registering a number again gives the row that is there."""

    id: int
    number: str
    carrier: str
    status: str


@api.post("/waybills", Perm.WAYBILL_EDIT, answer=WaybillMade, status=201, summary=_("Register a waybill"))
def register(request: Call, sent: WaybillIn) -> WaybillMade:
    access.demand_not_elsewhere(request.user, carrier=sent.carrier, number=sent.number)
    row = services.register_waybill(
        number=sent.number,
        carrier=sent.carrier,
        facts=sent.facts(open_branches(sent.branch_ids())),
        source=Source.API,
        by=request.actor,
        home=home(request),
    )
    return WaybillMade(id=row.pk, number=row.number, carrier=row.carrier.code, status=row.status)


@api.patch(
    "/waybills/{int:waybill_id}",
    Perm.WAYBILL_EDIT,
    answer=WaybillOut,
    summary=_("Correct what the label says"),
)
def change_facts(request: Call, waybill_id: int, sent: LabelIn) -> WaybillOut:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    services.change_facts(waybill=row, facts=sent.facts(open_branches(sent.branch_ids())), by=request.actor)
    return waybill_out(access.get_waybill(request.user, waybill_id))


class ScanIn(Sent):
    code: str = Field(
        "", max_length=60, description="The house's own, as in_transit or delivered", examples=["arrived"]
    )
    at: Moment
    text: str = Field("", max_length=500, examples=["快件已到达 杭州西湖网点"])
    place: str = Field("", max_length=120, description="Exactly a branch's name: that branch")
    branch: Id | None = None
    operator_name: str = Field("", max_length=60)
    operator_phone: str = Field("", max_length=32)

    def scan(self, branches: dict[int, Branch]) -> Scan:
        branch = _branch(branches, self.branch, "branch") if self.branch is not None else None
        return Scan(
            at=self.at,
            code=self.code,
            text=self.text,
            place=self.place,
            branch=branch,
            operator_name=self.operator_name,
            operator_phone=self.operator_phone,
        )


class ScansIn(Sent):
    scans: list[ScanIn] = Field(min_length=1, max_length=200)


class ScansDone(Row):
    """How many were new, and what the waybill says now."""

    id: int
    new: int
    changed: bool
    status: str


@api.post(
    "/waybills/{int:waybill_id}/scans",
    Perm.WAYBILL_EDIT,
    answer=ScansDone,
    summary=_("Record scans of a waybill; told again is harmless"),
)
def record_scans(request: Call, waybill_id: int, sent: ScansIn) -> ScansDone:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    branches = open_branches({one.branch for one in sent.scans if one.branch is not None})
    scans = [one.scan(branches) for one in sent.scans]
    done = services.record_scans(waybill=row, scans=scans, source=Source.API, by=request.actor)
    return ScansDone(id=row.pk, new=done.new, changed=done.changed, status=done.waybill.status)


class WaybillNoteIn(Sent):
    text: str = Field(min_length=1, max_length=1000, examples=["收件人要求放驿站"])


@api.post(
    "/waybills/{int:waybill_id}/notes",
    Perm.WAYBILL_EDIT,
    answer=None,
    status=204,
    summary=_("Leave a remark on a waybill"),
)
def note(request: Call, waybill_id: int, sent: WaybillNoteIn) -> None:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    services.note(waybill=row, text=sent.text, by=request.actor)


@api.post(
    "/waybills/{int:waybill_id}/ask",
    Perm.WAYBILL_EDIT,
    answer=None,
    status=204,
    summary=_("Ask the carrier for news now"),
)
def ask(request: Call, waybill_id: int) -> None:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    services.ask_provider(waybill=row, by=request.actor)
