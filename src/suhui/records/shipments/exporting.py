"""The lists of waybills and exceptions as files: what stands on the screen, masked the same way."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from suhui.platform.exchange.exporting import Column, View
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers import phones
from suhui.records.shipments import access
from suhui.records.shipments.ui import filters, troubles


def _waybills(user: User, query: QueryDict) -> Any:
    wanted = filters.Filters.read(query)
    order = filters.SORTS[filters.order_of(query.get("sort", ""), None)]
    rows = wanted.apply(access.visible_to(user), user.pk).order_by(*order)
    return rows.select_related("carrier", "current_branch", "origin", "destination")


def _exceptions(user: User, query: QueryDict) -> Any:
    return troubles.listed(user, query).select_related("waybill__carrier", "branch")


def _national(number: str) -> str:
    return phones.national(number) if number else ""


WAYBILLS = View(
    name="waybills",
    label=_("Waybills"),
    permission=Perm.WAYBILL_VIEW,
    rows=_waybills,
    back="shipments:list",
    words=(*filters.NAMES, "sort"),
    columns=(
        Column(_("Waybill"), lambda row: row.number),
        Column(_("Carrier"), lambda row: row.carrier.name),
        Column(_("Order number"), lambda row: row.order_number),
        Column(_("Status"), lambda row: row.status_words),
        Column(_("Latest news"), lambda row: row.last_text, masks.mask_text),
        Column(_("When"), lambda row: row.last_event_at),
        Column(_("Recipient"), lambda row: row.recipient_name, masks.mask_name),
        Column(_("Recipient's phone"), lambda row: _national(row.recipient_phone), masks.mask_phone),
        Column(_("Recipient's address"), lambda row: row.recipient_address, masks.mask_address),
        Column(_("Sender"), lambda row: row.sender_name, masks.mask_name),
        Column(_("Sender's phone"), lambda row: _national(row.sender_phone), masks.mask_phone),
        Column(_("Where it is"), lambda row: row.current_branch.name if row.current_branch else ""),
        Column(_("Collecting branch"), lambda row: row.origin.name if row.origin else ""),
        Column(_("Delivering branch"), lambda row: row.destination.name if row.destination else ""),
        Column(_("Goods"), lambda row: row.goods),
        Column(_("Pieces"), lambda row: row.pieces),
        Column(_("Weight (kg)"), lambda row: row.weight_grams / 1000 if row.weight_grams else None),
        Column(_("Cash on delivery"), lambda row: row.cod_fen / 100 if row.cod_fen else None),
        Column(_("Insured value"), lambda row: row.insured_fen / 100 if row.insured_fen else None),
        Column(_("Promised"), lambda row: row.promised_at),
        Column(_("Registered"), lambda row: row.created_at),
        Column(_("Delivered"), lambda row: row.delivered_at),
    ),
)
EXCEPTIONS = View(
    name="exceptions",
    label=_("Exceptions"),
    permission=Perm.EXCEPTION_HANDLE,
    rows=_exceptions,
    back="shipments:exceptions",
    words=troubles.NAMES,
    columns=(
        Column(_("Waybill"), lambda row: row.waybill.number),
        Column(_("Carrier"), lambda row: row.waybill.carrier.name),
        Column(_("Kind"), lambda row: row.get_kind_display()),
        Column(_("Severity"), lambda row: row.get_severity_display()),
        Column(_("State"), lambda row: row.get_state_display()),
        Column(_("Branch"), lambda row: row.branch.name if row.branch else ""),
        Column(_("Case"), lambda row: row.case_key.partition(":")[2]),
        Column(_("Recipient"), lambda row: row.waybill.recipient_name, masks.mask_name),
        Column(_("Raised"), lambda row: row.raised_at),
        Column(_("Due"), lambda row: row.due_at),
        Column(_("Cleared"), lambda row: row.cleared_at),
    ),
)
