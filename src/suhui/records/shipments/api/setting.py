"""Setting up carriers: accounts, what codes mean, how numbers look, pushes that wait, and what customers read.

All of it is the whole company's, so no token that is bound to a branch changes it. Secrets go in by the page only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Listing, Paging, Row, Sent, Words
from suhui.records.shipments import services
from suhui.records.shipments.api.room import api
from suhui.records.shipments.candidates import recognise
from suhui.records.shipments.choices import ExceptionKind, Fault, Provider, PushState, Status, SubStatus
from suhui.records.shipments.mapping import SHIPPED
from suhui.records.shipments.models import (
    Carrier,
    CarrierAccount,
    CarrierPush,
    CustomerWords,
    NumberPattern,
    StatusCode,
    UnknownCode,
)


class CarrierRow(Row):
    id: int
    code: str = Field(examples=["sf"])
    name: str = Field(examples=["顺丰速运"])
    english_name: str
    phone: str
    own: bool = Field(description="The house's own network")
    active: bool


def _carriers(rows: Sequence[Carrier]) -> list[CarrierRow]:
    plain = ("code", "name", "english_name", "phone", "own", "active")
    return [CarrierRow(id=row.pk, **{name: getattr(row, name) for name in plain}) for row in rows]


@api.get(
    "/carriers", Perm.WAYBILL_VIEW, Perm.CARRIER_CONFIGURE, answer=Listing[CarrierRow], summary=_("Carriers there are")
)
def list_carriers(request: Call, pages: Query[Paging]) -> Listing[CarrierRow]:
    return paging.page(request, pages, Carrier.objects.all(), order=("order", "code", "id"), build=_carriers)


class AccountRow(BaseModel):
    """Our contract with a provider, without its secrets."""

    provider: str = Field(examples=["kuaidi100"])
    name: str
    customer: str
    address: str
    callback: str
    active: bool
    complete: bool = Field(description="Secrets have been entered")


class AccountList(BaseModel):
    rows: list[AccountRow]


def _account(row: CarrierAccount) -> AccountRow:
    plain = ("provider", "name", "customer", "address", "callback", "active")
    complete = bool(row.secrets) and all(row.secrets.values())
    return AccountRow(**{name: getattr(row, name) for name in plain}, complete=complete)


@api.get("/carriers/accounts", Perm.CARRIER_CONFIGURE, answer=AccountList, summary=_("Contracts with providers"))
def list_accounts(request: Call) -> AccountList:
    return AccountList(rows=[_account(row) for row in CarrierAccount.objects.all()[:50]])


class AccountChange(Sent):
    """Only what is sent is changed; secrets are entered on the page."""

    name: Annotated[str, Field(max_length=60)] | None = None
    customer: Annotated[str, Field(max_length=80)] | None = None
    active: bool | None = None


@api.patch(
    "/carriers/accounts/{provider}",
    Perm.CARRIER_CONFIGURE,
    answer=AccountRow,
    summary=_("Rename an account, or switch it on or off"),
    person=True,
)
def change_account(request: Call, provider: Provider, sent: AccountChange) -> AccountRow:
    row = CarrierAccount.objects.filter(provider=provider).first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    values = {name: getattr(row, name) for name in ("name", "customer", "address", "callback", "active")}
    values |= sent.model_dump(exclude_none=True)
    kept = dict.fromkeys(row.secrets, "")
    return _account(services.save_account(provider=provider, secrets=kept, by=request.actor, **values))


class CodeMeaningRow(Row):
    id: int
    source: str
    code: str
    status: str
    sub_status: str
    fault: str


def _meanings(rows: Sequence[StatusCode]) -> list[CodeMeaningRow]:
    plain = ("source", "code", "status", "sub_status", "fault")
    return [CodeMeaningRow(id=row.pk, **{name: getattr(row, name) for name in plain}) for row in rows]


@api.get(
    "/carriers/codes",
    Perm.CARRIER_CONFIGURE,
    answer=Listing[CodeMeaningRow],
    summary=_("What carriers' codes mean by our own rows"),
)
def list_codes(request: Call, pages: Query[Paging]) -> Listing[CodeMeaningRow]:
    return paging.page(request, pages, StatusCode.objects.all(), order=("source", "code", "id"), build=_meanings)


class UnknownCodeRow(Row):
    id: int
    source: str
    code: str
    text: str
    count: int
    first_at: datetime
    last_at: datetime


def _unknown(rows: Sequence[UnknownCode]) -> list[UnknownCodeRow]:
    plain = ("source", "code", "text", "count", "first_at", "last_at")
    return [UnknownCodeRow(id=row.pk, **{name: getattr(row, name) for name in plain}) for row in rows]


@api.get(
    "/carriers/codes/unknown",
    Perm.CARRIER_CONFIGURE,
    answer=Listing[UnknownCodeRow],
    summary=_("Codes that nobody has explained yet"),
)
def list_unknown(request: Call, pages: Query[Paging]) -> Listing[UnknownCodeRow]:
    return paging.page(request, pages, UnknownCode.objects.all(), order=("-last_at", "-id"), build=_unknown)


class MeaningIn(Sent):
    source: Annotated[str, Field(min_length=1, max_length=12)] = Field(examples=["kuaidi100"])
    code: Annotated[str, Field(min_length=1, max_length=60)] = Field(examples=["1407"])
    status: Status = Field(examples=["in_transit"])
    sub_status: SubStatus | Literal[""] = ""
    fault: Fault | Literal[""] = ""


@api.put(
    "/carriers/codes",
    Perm.CARRIER_CONFIGURE,
    answer=CodeMeaningRow,
    summary=_("Say what a carrier's code means"),
    person=True,
)
def set_meaning(request: Call, sent: MeaningIn) -> CodeMeaningRow:
    """The scans that came with it are corrected by a job afterwards."""
    if sent.source not in SHIPPED:
        said = _("No table of codes has this name.")
        raise BadInput(said, {"source": said})
    return _meanings([services.set_meaning(**sent.model_dump(), by=request.actor)])[0]


class PatternRow(Row):
    id: int
    carrier: str
    pattern: str = Field(examples=[r"SH\d{12}"])
    score: int
    note: str


def _patterns(rows: Sequence[NumberPattern]) -> list[PatternRow]:
    return [
        PatternRow(id=row.pk, carrier=row.carrier.code, pattern=row.pattern, score=row.score, note=row.note)
        for row in rows
    ]


@api.get(
    "/carriers/patterns",
    Perm.CARRIER_CONFIGURE,
    answer=Listing[PatternRow],
    summary=_("How carriers' numbers look, our own rows"),
)
def list_patterns(request: Call, pages: Query[Paging]) -> Listing[PatternRow]:
    rows = NumberPattern.objects.select_related("carrier")
    return paging.page(request, pages, rows, order=("id",), build=_patterns)


class PatternIn(Sent):
    carrier: Annotated[str, Field(min_length=1, max_length=30)] = Field(description="Its code", examples=["sf"])
    pattern: Annotated[str, Field(min_length=1, max_length=120)] = Field(examples=[r"SH\d{12}"])
    score: int = Field(90, ge=1, le=100, description="The higher wins where several fit")
    note: str = Field("", max_length=120, description="Reason shown")


@api.post(
    "/carriers/patterns",
    Perm.CARRIER_CONFIGURE,
    answer=PatternRow,
    status=201,
    summary=_("Say how numbers of a carrier look"),
    person=True,
)
def add_pattern(request: Call, sent: PatternIn) -> PatternRow:
    carrier = Carrier.objects.filter(code=sent.carrier, active=True).first()
    if carrier is None:
        said = _("There is no carrier in use with this code.")
        raise BadInput(said, {"carrier": said})
    made = services.add_pattern(
        carrier=carrier, pattern=sent.pattern, score=sent.score, note=sent.note, by=request.actor
    )
    return _patterns([made])[0]


@api.delete(
    "/carriers/patterns/{int:pattern_id}", Perm.CARRIER_CONFIGURE, summary=_("Remove a pattern of our own"), person=True
)
def remove_pattern(request: Call, pattern_id: int) -> None:
    services.remove_pattern(pattern_id=pattern_id, by=request.actor)


class GuessWords(Words):
    number: str = Field(min_length=1, max_length=60, examples=["SF1234567890123"])


class GuessRow(BaseModel):
    carrier: str = Field(description="Its code")
    name: str
    score: int = Field(description="0 to 100")
    reasons: list[str]


class GuessList(BaseModel):
    rows: list[GuessRow] = Field(description="The likeliest first")


@api.get(
    "/carriers/recognise",
    Perm.WAYBILL_VIEW,
    Perm.CARRIER_CONFIGURE,
    answer=GuessList,
    summary=_("Whose number this looks like"),
)
def guess(request: Call, words: Query[GuessWords]) -> GuessList:
    rows = [
        GuessRow(carrier=one.carrier, name=one.name, score=one.score, reasons=list(one.reasons))
        for one in recognise(words.number)
    ]
    return GuessList(rows=rows)


class PushWords(Words):
    state: PushState = PushState.FAILED


class PushRow(Row):
    """A carrier's push, without what it said: that holds personal data."""

    id: int
    provider: str
    state: str
    times_received: int
    received_at: datetime
    processed_at: datetime | None
    error: str


def _pushes(rows: Sequence[CarrierPush]) -> list[PushRow]:
    plain = ("provider", "state", "times_received", "received_at", "processed_at", "error")
    return [PushRow(id=row.pk, **{name: getattr(row, name) for name in plain}) for row in rows]


@api.get(
    "/carriers/pushes",
    Perm.CARRIER_CONFIGURE,
    answer=Listing[PushRow],
    summary=_("Carriers' pushes, the failed ones unless said otherwise"),
)
def list_pushes(request: Call, words: Query[PushWords], pages: Query[Paging]) -> Listing[PushRow]:
    rows = CarrierPush.objects.filter(state=words.state).defer("fields")
    return paging.page(request, pages, rows, order=("-received_at", "-id"), build=_pushes)


@api.post(
    "/carriers/pushes/{int:push_id}/again",
    Perm.CARRIER_CONFIGURE,
    answer=PushRow,
    summary=_("Try a push again; its signature is checked anew"),
    person=True,
)
def push_again(request: Call, push_id: int) -> PushRow:
    push = CarrierPush.objects.filter(pk=push_id).first()
    if push is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return _pushes([services.process_again(push=push, by=request.actor)])[0]


class CustomerWordsIn(Sent):
    """What customers read about one kind of exception. The English is whole or empty."""

    headline: Annotated[str, Field(min_length=1, max_length=60)] = Field(examples=["包裹在路上耽搁了"])
    happened: Annotated[str, Field(min_length=1, max_length=300)]
    next_step: Annotated[str, Field(min_length=1, max_length=300)]
    english_headline: str = Field("", max_length=80)
    english_happened: str = Field("", max_length=300)
    english_next_step: str = Field("", max_length=300)


class CustomerWordsRow(BaseModel):
    kind: str = Field(examples=["stalled"])
    name: str
    headline: str
    happened: str
    next_step: str
    english_headline: str
    english_happened: str
    english_next_step: str


class CustomerWordsList(BaseModel):
    rows: list[CustomerWordsRow]


def _words(kind: ExceptionKind, row: CustomerWords | None) -> CustomerWordsRow:
    values: dict[str, Any] = {name: getattr(row, name, "") for name in CustomerWordsIn.model_fields}
    return CustomerWordsRow(kind=kind.value, name=str(kind.label), **values)


@api.get(
    "/customer-words",
    Perm.CASE_CONFIGURE,
    answer=CustomerWordsList,
    summary=_("What customers read about exceptions"),
)
def list_words(request: Call) -> CustomerWordsList:
    written = {row.kind: row for row in CustomerWords.objects.all()}
    return CustomerWordsList(rows=[_words(kind, written.get(kind)) for kind in ExceptionKind])


@api.put(
    "/customer-words/{exception}",
    Perm.CASE_CONFIGURE,
    answer=CustomerWordsRow,
    summary=_("Write what customers read about an exception"),
    person=True,
)
def write_words(request: Call, exception: ExceptionKind, sent: CustomerWordsIn) -> CustomerWordsRow:
    return _words(exception, services.write_words(kind=exception, by=request.actor, **sent.model_dump()))
