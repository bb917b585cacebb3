"""The work list or any of its views as a file: what stands on the screen, masked the same way."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.clock import now
from suhui.platform.exchange.exporting import Column, View, joined
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers import phones
from suhui.service.cases import selectors
from suhui.service.cases.selectors.lists import MANY, ONE, Filter


def _rows(user: User, query: QueryDict) -> Any:
    """A free filter when the address has any word of one, else the view it names, else one's own cases."""
    wanted = Filter.read(query)
    if not wanted.as_query():
        views = selectors.views_for(user)
        named = next((view for view in views if view.key == query.get("view", "")), None)
        wanted = (named or selectors.first_view(user, views)).wanted
    return selectors.listed(user, wanted, now()).prefetch_related("waybill_links__waybill")


VIEW = View(
    name="cases",
    label=_("Cases"),
    permission=Perm.CASE_VIEW,
    rows=_rows,
    back="cases:list",
    words=("view", *MANY, *ONE),
    columns=(
        Column(_("Number"), lambda row: row.number),
        Column(_("Subject"), lambda row: row.subject, masks.mask_text),
        Column(_("Kind"), lambda row: row.get_kind_display()),
        Column(_("Category"), lambda row: row.category.full_label if row.category else ""),
        Column(_("State"), lambda row: row.get_state_display()),
        Column(_("Priority"), lambda row: row.get_priority_display()),
        Column(_("Customer"), lambda row: row.contact_name, masks.mask_name),
        Column(
            _("Phone"), lambda row: phones.national(row.contact_phone) if row.contact_phone else "", masks.mask_phone
        ),
        Column(_("Parcels"), lambda row: joined(one.waybill.number for one in row.waybill_links.all())),
        Column(_("Owner"), lambda row: row.owner.name if row.owner else ""),
        Column(_("Branch"), lambda row: row.branch.name),
        Column(_("Tags"), lambda row: joined(row.tags)),
        Column(_("Opened"), lambda row: row.opened_at),
        Column(_("Due"), lambda row: row.next_due_at),
        Column(_("Closed"), lambda row: row.closed_at),
    ),
)
