"""The list of customers as a file: what stands on the screen, masked the same way."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.clock import now
from suhui.platform.exchange.exporting import Column, View
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers import listing, phones


def _rows(user: User, query: QueryDict) -> Any:
    wanted = query.get("sort", "")
    order = wanted if wanted in listing.ORDERS else listing.DEFAULT_ORDER
    return listing.customers(user, listing.Filters.read(query), order, now())


def _phone(row: Any) -> str:
    return phones.national(row.living_phones[0].number) if row.living_phones else ""


VIEW = View(
    name="customers",
    label=_("Customers"),
    permission=Perm.CUSTOMER_VIEW,
    rows=_rows,
    back="customers:list",
    words=("q", "kind", "tier", "source", "industry", "branch", "mine", "phone", "sort"),
    columns=(
        Column(_("Archive number"), lambda row: row.number),
        Column(_("Name"), lambda row: row.name, masks.mask_name, lambda row: not row.is_person),
        Column(_("Kind"), lambda row: row.get_kind_display()),
        Column(_("Tier"), lambda row: row.get_tier_display()),
        Column(_("Phone"), _phone, masks.mask_phone),
        Column(_("Place"), lambda row: row.living_addresses[0].area if row.living_addresses else ""),
        Column(
            _("Address"), lambda row: row.living_addresses[0].detail if row.living_addresses else "", masks.mask_address
        ),
        Column(_("WeChat"), lambda row: row.wechat, masks.mask_handle),
        Column(_("Branch"), lambda row: row.branch.name),
        Column(_("Owner"), lambda row: row.owner.name if row.owner else ""),
        Column(_("Source"), lambda row: row.get_source_display()),
        Column(_("Industry"), lambda row: row.get_industry_display() if row.industry else ""),
        Column(_("Note"), lambda row: row.note, masks.mask_text),
        Column(_("Added"), lambda row: row.created_at),
        Column(_("Changed"), lambda row: row.updated_at),
    ),
)
