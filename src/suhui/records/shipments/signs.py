"""Signs of trouble in a parcel's state: pure. What counts as an exception is decided by the table
"shipment.exceptions", which is asked once per sign; no figure stands here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from suhui.records.shipments.choices import Status, SubStatus


class Sign(TextChoices):
    NO_SIGN_OFF = "no_sign_off", _("Out for delivery, not signed for")
    NO_UPDATE = "no_update", _("No scan since")
    IN_LOCKER = "in_locker", _("Lies in a locker")
    AT_STATION = "at_station", _("Lies at a station")
    OVER_PROMISE = "over_promise", _("Past the promised delivery time")
    CAME_LATE = "came_late", _("Delivered after the promised time")
    DAMAGED = "damaged", _("Scan: damaged")
    SHORT = "short", _("Scan: contents short")
    MISSORTED = "missorted", _("Scan: missorted")
    LOST_SUSPECTED = "lost_suspected", _("Scan: perhaps lost")
    LOST_CONFIRMED = "lost_confirmed", _("Scan: lost")
    FAILED = "failed", _("Scan: delivery failed")
    ADDRESS_WRONG = "address_wrong", _("Scan: address wrong")
    PHONE_WRONG = "phone_wrong", _("Scan: phone wrong")
    REFUSED = "refused", _("Scan: refused")
    OUT_OF_AREA = "out_of_area", _("Scan: outside the delivery area")
    PROHIBITED = "prohibited", _("Scan: prohibited goods")
    CUSTOMS_HELD = "customs_held", _("Scan: held by customs")
    WEATHER = "weather", _("Scan: held up by weather")


LASTING = {
    SubStatus.DAMAGED: Sign.DAMAGED,
    SubStatus.SHORT: Sign.SHORT,
    SubStatus.LOST_SUSPECTED: Sign.LOST_SUSPECTED,
    SubStatus.LOST_CONFIRMED: Sign.LOST_CONFIRMED,
    SubStatus.PROHIBITED: Sign.PROHIBITED,
}
"""Trouble that a later scan does not undo: it is read from the whole track, not only from its newest line."""
_PASSING = {
    SubStatus.MISSORTED: Sign.MISSORTED,
    SubStatus.OUT_OF_AREA: Sign.OUT_OF_AREA,
    SubStatus.CUSTOMS_HELD: Sign.CUSTOMS_HELD,
    SubStatus.DUTY_UNPAID: Sign.CUSTOMS_HELD,
    SubStatus.WEATHER: Sign.WEATHER,
    SubStatus.ADDRESS_WRONG: Sign.ADDRESS_WRONG,
    SubStatus.PHONE_WRONG: Sign.PHONE_WRONG,
}
NEWS = timedelta(hours=24)
"""A damage told within this time counts even when the parcel has been delivered meanwhile."""


class ParcelLike(Protocol):
    """What is read of a waybill: its row, or what a lot of scans knows of it."""

    @property
    def pk(self) -> int: ...
    @property
    def carrier_id(self) -> int: ...
    @property
    def origin_id(self) -> int | None: ...
    @property
    def destination_id(self) -> int | None: ...
    @property
    def current_branch_id(self) -> int | None: ...
    @property
    def status(self) -> str: ...
    @property
    def sub_status(self) -> str: ...
    @property
    def status_since(self) -> datetime: ...
    @property
    def out_at(self) -> datetime | None: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def last_event_at(self) -> datetime | None: ...
    @property
    def failed_attempts(self) -> int: ...
    @property
    def product(self) -> str: ...
    @property
    def insured_fen(self) -> int: ...
    @property
    def promised_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def final(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Lasting:
    """A scan with a detail in LASTING."""

    id: int
    sub_status: str
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One sign: since when (`began_at`), and the scan that showed it, if one did."""

    sign: str
    began_at: datetime
    hours: float
    scan_id: int | None = None


def signs_of(waybill: ParcelLike, lasting: Iterable[Lasting], at: datetime) -> list[Seen]:
    """What is worth asking the table about. `lasting` are the waybill's scans with a detail in LASTING."""
    found = [
        _seen(LASTING[SubStatus(scan.sub_status)], scan.at, at, scan.id)
        for scan in lasting
        if not waybill.final or scan.received_at >= at - NEWS
    ]
    if waybill.final:
        return found + _on_arrival(waybill)
    if passing := _PASSING.get(SubStatus(waybill.sub_status)):
        found.append(_seen(passing, waybill.status_since, at))
    if waybill.status == Status.ATTEMPT_FAILED:
        found.append(_seen(Sign.FAILED, waybill.status_since, at))
    if waybill.status == Status.REFUSED:
        found.append(_seen(Sign.REFUSED, waybill.status_since, at))
    return found + _by_time(waybill, at)


def _by_time(waybill: ParcelLike, at: datetime) -> list[Seen]:
    found = [_seen(Sign.NO_UPDATE, waybill.last_event_at or waybill.created_at, at)]
    if waybill.status == Status.OUT_FOR_DELIVERY and waybill.out_at:
        found.append(_seen(Sign.NO_SIGN_OFF, waybill.out_at, at))
    if waybill.status == Status.AWAITING_PICKUP:
        station = waybill.sub_status == SubStatus.STATION
        found.append(_seen(Sign.AT_STATION if station else Sign.IN_LOCKER, waybill.status_since, at))
    if waybill.promised_at and waybill.promised_at <= at:
        found.append(_seen(Sign.OVER_PROMISE, waybill.promised_at, at))
    return found


def _on_arrival(waybill: ParcelLike) -> list[Seen]:
    """A parcel nobody looked at between its promise and its delivery was late all the same; `hours` is by how much."""
    promised, came = waybill.promised_at, waybill.delivered_at
    return [_seen(Sign.CAME_LATE, promised, came)] if promised and came and came > promised else []


def _seen(sign: Sign, began_at: datetime, at: datetime, scan_id: int | None = None) -> Seen:
    return Seen(sign.value, began_at, round(max(0.0, (at - began_at).total_seconds()) / 3600, 2), scan_id)


def inputs(waybill: ParcelLike, seen: Seen, carrier_code: str) -> dict[str, Any]:
    """What the table "shipment.exceptions" is given."""
    return {
        "sign": seen.sign,
        "hours": seen.hours,
        "attempts": waybill.failed_attempts,
        "status": waybill.status,
        "product": waybill.product,
        "carrier": carrier_code,
        "insured": waybill.insured_fen > 0,
    }
