"""What went wrong with a parcel, as its customer reads it: what happened, what comes next, by when, who sees to it."""

from dataclasses import dataclass
from datetime import datetime

from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import links, tracking
from suhui.screens.portal.choices import Side
from suhui.service.cases.models import Case


@dataclass(frozen=True)
class Trouble:
    """`link` leads to the case about it, where it is this customer's own; `due_at` is gone once it is past."""

    kind: str
    severity: str
    since: datetime
    headline: str
    happened: str
    next_step: str
    due_at: datetime | None
    link: str


def troubles(waybill: Waybill, side: Side, at: datetime) -> list[Trouble]:
    """The open exceptions that a rule wants this parcel's customers told of, the most urgent first."""
    found = parcels.told_to_customer(parcels.open_exceptions(waybill))
    own = _own_cases([told.exception.case_key for told in found], waybill, side) if found else {}
    return [
        Trouble(
            kind=told.exception.kind,
            severity=told.exception.severity,
            since=told.exception.began_at,
            headline=told.headline,
            happened=told.happened,
            next_step=told.next_step,
            due_at=told.exception.due_at if told.exception.due_at > at else None,
            link=own.get(told.exception.case_key, ""),
        )
        for told in found
    ]


def _own_cases(keys: list[str], waybill: Waybill, side: Side) -> dict[str, str]:
    """The public pages of those cases that belong to whoever has shown to know this side's phone."""
    ids = [int(key.partition(":")[2]) for key in keys if key.startswith("case:")]
    owner = waybill.recipient_id if side == Side.RECIPIENT else waybill.sender_id
    phone = tracking.phone_of(waybill, side)
    return {
        case.key: links.case_link(case)
        for case in Case.objects.filter(pk__in=ids)
        if (owner is not None and case.customer_id == owner) or (phone and case.contact_phone == phone)
    }
