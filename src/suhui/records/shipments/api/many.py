"""Waybills and scans by the thousand."""

from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, Field

from suhui.platform.core.bulk import among
from suhui.platform.core.errors import BadInput
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Sent
from suhui.records.shipments import access, services
from suhui.records.shipments.api.room import ScanIn, WaybillIn, api, home, open_branches
from suhui.records.shipments.candidates import normalise
from suhui.records.shipments.choices import Source
from suhui.records.shipments.services import NewWaybill
from suhui.records.shipments.services.bulk import record_scans_in_bulk
from suhui.records.shipments.told import Scan


class WaybillLines(Sent):
    rows: list[WaybillIn] = Field(min_length=1, max_length=1000)


class WaybillLine(BaseModel):
    """What became of one line, in the order sent."""

    row: int = Field(description="Its place, from 0")
    state: str = Field(description="registered or failed", examples=["registered"])
    id: int | None = None
    detail: str = ""


class WaybillsDone(BaseModel):
    rows: list[WaybillLine]
    registered: int
    failed: int


@api.post(
    "/waybills/bulk",
    Perm.WAYBILL_EDIT,
    answer=WaybillsDone,
    pace=Pace.BULK,
    summary=gettext_lazy("Register up to a thousand waybills"),
)
def register_many(request: Call, sent: WaybillLines) -> WaybillsDone:
    branches = open_branches({pk for one in sent.rows for pk in one.branch_ids()})
    carrier = cache(services.ensure_carrier)
    elsewhere = access.elsewhere(request.user, (normalise(one.number) for one in sent.rows))
    usable: dict[int, NewWaybill] = {}
    wrong: dict[int, str] = {}
    for place, one in enumerate(sent.rows):
        try:
            new = NewWaybill(
                number=one.number,
                carrier=carrier(one.carrier),
                facts=one.facts(branches),
                branch=home(request),
            )
            new.demand_usable()
            if (one.carrier, normalise(one.number)) in elsewhere:
                raise BadInput(access.ELSEWHERE)
            usable[place] = new
        except BadInput as error:
            wrong[place] = str(error.message)
    done = services.register_many(waybills=list(usable.values()), by=request.actor, source=Source.API)
    ids = dict(zip(usable, done.ids, strict=True))
    rows = [
        WaybillLine(row=place, state="registered", id=ids[place])
        if place in ids
        else WaybillLine(row=place, state="failed", detail=wrong[place])
        for place in range(len(sent.rows))
    ]
    return WaybillsDone(rows=rows, registered=len(ids), failed=len(wrong))


class ScanLine(ScanIn):
    number: str = Field(min_length=1, max_length=60, description="Of the waybill", examples=["YT8803912345678"])


class ScanLines(Sent):
    rows: list[ScanLine] = Field(min_length=1, max_length=1000)


class ScanFailed(BaseModel):
    row: int = Field(description="Its place, from 0")
    detail: str


class ScanLinesDone(BaseModel):
    """`failed` names the lines that were left out, and why; all others are recorded, told again or not."""

    new: int
    changed: int = Field(description="Waybills whose status changed")
    raised: int = Field(description="Exceptions raised")
    failed: list[ScanFailed]


@api.post(
    "/scans/bulk",
    Perm.WAYBILL_EDIT,
    answer=ScanLinesDone,
    pace=Pace.BULK,
    summary=gettext_lazy("Record up to a thousand scans of many waybills"),
)
def record_many(request: Call, sent: ScanLines) -> ScanLinesDone:
    branches = open_branches({one.branch for one in sent.rows if one.branch is not None})
    numbers = {normalise(one.number) for one in sent.rows}
    mine = access.visible_to(request.user, Perm.WAYBILL_EDIT).filter(among("number", numbers))
    known = dict(mine.order_by("-id").values_list("number", "id"))
    told: list[tuple[int, Scan]] = []
    failed: list[ScanFailed] = []
    for place, one in enumerate(sent.rows):
        waybill_id = known.get(normalise(one.number))
        if waybill_id is None:
            failed.append(ScanFailed(row=place, detail=_("Not on the register, or not yours to see.")))
        elif one.branch is not None and one.branch not in branches:
            failed.append(ScanFailed(row=place, detail=_("There is no open branch with this id.")))
        else:
            told.append((waybill_id, one.scan(branches)))
    done = record_scans_in_bulk(scans=told, source=Source.API, by=request.actor)
    return ScanLinesDone(new=done.new, changed=done.changed, raised=done.raised, failed=failed)
