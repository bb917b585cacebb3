"""What other systems may hear of parcels (webhooks): numbers, states and branches; names and phones masked."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.events import DomainEvent, Happened
from suhui.platform.privacy.masks import mask_name, mask_phone
from suhui.platform.webhooks.registry import Kind, Told, offer
from suhui.records.shipments import access, events
from suhui.records.shipments.models import Waybill, WaybillException


def register() -> None:
    kinds: list[tuple[str, Any, type[DomainEvent], Callable[[Any], dict[str, Any]]]] = [
        ("waybill.registered", _("A waybill was registered"), events.WaybillRegistered, lambda _event: {}),
        ("waybill.status_changed", _("A parcel's status changed"), events.WaybillStatusChanged, _before),
        ("exception.raised", _("Trouble with a parcel was found"), events.ExceptionRaised, _trouble),
        ("exception.cleared", _("Trouble with a parcel ended"), events.ExceptionCleared, _trouble),
    ]
    for name, label, event, more in kinds:
        offer(Kind(name, label, event, _teller(more)))


def _before(event: events.WaybillStatusChanged) -> dict[str, Any]:
    now = {"status": event.status, "sub_status": event.sub_status or None, "since": event.at}
    return {**now, "before": event.before, "sub_before": event.sub_before or None}


def _trouble(event: events.ExceptionRaised | events.ExceptionCleared) -> dict[str, Any]:
    row = WaybillException.objects.filter(pk=event.exception_id).first()
    if row is None:
        return {"exception": {"id": event.exception_id, "kind": event.exception_kind}}
    times = {"began_at": row.began_at, "due_at": row.due_at, "cleared_at": row.cleared_at}
    return {
        "exception": {"id": row.pk, "kind": row.kind, "severity": row.severity, "case": row.case_key or None, **times}
    }


def _teller(more: Callable[[Any], dict[str, Any]]) -> Callable[[Happened], Told | None]:
    def tell(happened: Happened) -> Told | None:
        waybill = (
            Waybill.objects.select_related("carrier", "origin", "destination", "current_branch")
            .filter(pk=happened.data.waybill_id)
            .first()
        )
        return Told({**_face(waybill), **more(happened.data)}, _branches(waybill)) if waybill else None

    return tell


def _branches(waybill: Waybill) -> frozenset[int]:
    return frozenset(pk for name in access.BRANCHES if (pk := getattr(waybill, name)) is not None)


def _face(waybill: Waybill) -> dict[str, Any]:
    return {
        "id": waybill.pk,
        "number": waybill.number,
        "carrier": waybill.carrier.code,
        "order_number": waybill.order_number or None,
        "status": waybill.status,
        "sub_status": waybill.sub_status or None,
        "since": waybill.status_since,
        "origin": waybill.origin.code if waybill.origin else None,
        "destination": waybill.destination.code if waybill.destination else None,
        "current_branch": waybill.current_branch.code if waybill.current_branch else None,
        "recipient": mask_name(waybill.recipient_name) or None,
        "recipient_phone": mask_phone(waybill.recipient_phone) or None,
        "promised_at": waybill.promised_at,
        "delivered_at": waybill.delivered_at,
    }
