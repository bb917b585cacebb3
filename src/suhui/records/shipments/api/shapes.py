"""Waybills as they are answered: names, phones and addresses of the label masked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from suhui.platform.privacy import masks
from suhui.platform.rest.shapes import Ref, Row, ref
from suhui.records.shipments import selectors
from suhui.records.shipments.models import Amendment, FollowUp, ScanEvent, Waybill, WaybillException


class WaybillRow(Row):
    id: int = Field(examples=[31])
    number: str = Field(examples=["YT8803912345678"])
    carrier: str = Field(description="Code", examples=["yto"])
    order_number: str
    status: str = Field(examples=["in_transit"])
    sub_status: str
    status_since: datetime
    origin: Ref | None
    destination: Ref | None
    current_branch: Ref | None
    recipient_name: str = Field(description="Masked", examples=["王**"])
    last_text: str
    last_event_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime


class ExceptionRow(Row):
    id: int
    waybill: int
    number: str
    kind: str = Field(examples=["damaged"])
    severity: str
    state: str = Field(examples=["open"])
    branch: Ref | None
    began_at: datetime
    raised_at: datetime
    due_at: datetime
    case: str = Field(description="Key of the case it opened", examples=["case:17"])
    cleared_at: datetime | None
    cleared_by: str
    clear_note: str


class FollowUpRow(Row):
    id: int
    waybill: int
    number: str
    requirement: str
    stage: str
    next_action: str
    owner: Ref | None
    due_at: datetime | None
    result: str
    version: int


class AmendmentRow(Row):
    id: int
    waybill: int
    number: str
    kind: str
    state: str
    after: str = Field(description="Masked where it is personal")
    asked_by: str
    reason: str
    answer: str
    created_at: datetime
    settled_at: datetime | None


class ScanOut(BaseModel):
    at: datetime
    status: str
    sub_status: str
    text: str
    place: str
    branch_id: int | None
    source: str


class WaybillOut(WaybillRow):
    source: str
    sender_name: str
    sender_phone: str
    sender_address: str
    recipient_phone: str
    recipient_address: str
    sender_id: int | None
    recipient_id: int | None
    product: str
    goods: str
    pieces: int
    weight_grams: int | None
    declared_fen: int
    insured_fen: int
    fee_fen: int
    cod_fen: int
    failed_attempts: int
    scans: list[ScanOut] = Field(description="The newest 200, newest first")
    exceptions: list[ExceptionRow]
    follow_ups: list[FollowUpRow]
    amendments: list[AmendmentRow]


def waybill_values(row: Waybill) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "carrier": row.carrier.code,
        "order_number": row.order_number,
        "status": row.status,
        "sub_status": row.sub_status,
        "status_since": row.status_since,
        "origin": ref(row.origin),
        "destination": ref(row.destination),
        "current_branch": ref(row.current_branch),
        "recipient_name": masks.mask_name(row.recipient_name),
        "last_text": masks.mask_text(row.last_text),
        "last_event_at": row.last_event_at,
        "promised_at": row.promised_at,
        "delivered_at": row.delivered_at,
        "created_at": row.created_at,
    }


def rows_of(rows: Iterable[Waybill]) -> list[WaybillRow]:
    return [WaybillRow.model_construct(**waybill_values(row)) for row in rows]


def waybill_out(row: Waybill) -> WaybillOut:
    same = ["source", "product", "goods", "pieces", "weight_grams", "failed_attempts", "sender_id", "recipient_id"]
    same += ["declared_fen", "insured_fen", "fee_fen", "cod_fen"]
    return WaybillOut(
        **waybill_values(row),
        **{name: getattr(row, name) for name in same},
        sender_name=masks.mask_name(row.sender_name),
        sender_phone=masks.mask_phone(row.sender_phone) if row.sender_phone else "",
        sender_address=masks.mask_address(row.sender_address),
        recipient_phone=masks.mask_phone(row.recipient_phone) if row.recipient_phone else "",
        recipient_address=masks.mask_address(row.recipient_address),
        scans=[scan_out(scan) for scan in selectors.track(row)],
        exceptions=[exception_row(one, row) for one in row.exceptions.select_related("branch")[:20]],
        follow_ups=[follow_up_row(one, row) for one in row.follow_ups.select_related("owner")[:50]],
        amendments=[amendment_row(one, row) for one in row.amendments.all()[:50]],
    )


def scan_out(scan: ScanEvent) -> ScanOut:
    return ScanOut(
        at=scan.at,
        status=scan.status,
        sub_status=scan.sub_status,
        text=masks.mask_text(scan.raw_text),
        place=scan.place,
        branch_id=scan.branch_id,
        source=scan.source,
    )


def exception_row(one: WaybillException, waybill: Waybill) -> ExceptionRow:
    return ExceptionRow(
        id=one.pk,
        waybill=waybill.pk,
        number=waybill.number,
        kind=one.kind,
        severity=one.severity,
        state=one.state,
        branch=ref(one.branch),
        began_at=one.began_at,
        raised_at=one.raised_at,
        due_at=one.due_at,
        case=one.case_key,
        cleared_at=one.cleared_at,
        cleared_by=one.cleared_by,
        clear_note=masks.mask_text(one.clear_note),
    )


def follow_up_row(one: FollowUp, waybill: Waybill) -> FollowUpRow:
    return FollowUpRow(
        id=one.pk,
        waybill=waybill.pk,
        number=waybill.number,
        requirement=masks.mask_text(one.requirement),
        stage=one.stage,
        next_action=masks.mask_text(one.next_action),
        owner=ref(one.owner),
        due_at=one.due_at,
        result=masks.mask_text(one.result),
        version=one.version,
    )


def amendment_row(one: Amendment, waybill: Waybill) -> AmendmentRow:
    return AmendmentRow(
        id=one.pk,
        waybill=waybill.pk,
        number=waybill.number,
        kind=one.kind,
        state=one.state,
        after=_masked(one),
        asked_by=masks.mask_name(one.asked_by),
        reason=masks.mask_text(one.reason),
        answer=masks.mask_text(one.answer),
        created_at=one.created_at,
        settled_at=one.settled_at,
    )


def _masked(one: Amendment) -> str:
    mask = {
        "recipient_address": masks.mask_address,
        "recipient_phone": masks.mask_phone,
        "recipient_name": masks.mask_name,
    }.get(one.writes_label, masks.mask_text)
    return mask(one.after)
