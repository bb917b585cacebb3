"""The list of contacts as a file: what stands on the screen, masked the same way."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from suhui.contact.conversations import listing
from suhui.platform.exchange.exporting import Column, View, joined
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers import phones


def _rows(user: User, query: QueryDict) -> Any:
    return listing.contacts(user, listing.Filters.read(query))


VIEW = View(
    name="contacts",
    label=_("Contacts"),
    permission=Perm.CONTACT_VIEW,
    rows=_rows,
    back="conversations:list",
    words=("q", "channel", "direction", "mine", "loose", "start", "end"),
    columns=(
        Column(_("When"), lambda row: row.at),
        Column(_("Channel"), lambda row: row.get_channel_display()),
        Column(_("Direction"), lambda row: row.get_direction_display()),
        Column(
            _("Customer"),
            lambda row: row.customer.name if row.customer else "",
            masks.mask_name,
            lambda row: row.customer is not None and not row.customer.is_person,
        ),
        Column(_("Phone"), lambda row: phones.national(row.phone) if row.phone else "", masks.mask_phone),
        Column(_("What was said"), lambda row: row.text, masks.mask_text),
        Column(_("Parcels"), lambda row: joined(waybill.number for waybill in row.waybills.all())),
        Column(_("Agent"), lambda row: row.agent.name if row.agent else ""),
        Column(_("Branch"), lambda row: row.branch.name if row.branch else ""),
    ),
)
