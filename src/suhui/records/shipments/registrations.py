from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.registry import register_table
from suhui.platform.core.live import register_topic
from suhui.platform.core.partitions import divided_by_month
from suhui.platform.desk import filters, panels, timeline, workday
from suhui.platform.desk.navigation import Place, SettingsPage, register_place, register_settings
from suhui.platform.exchange import exporting as exports
from suhui.platform.exchange import registry as exchange
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.registry import register_field
from suhui.platform.search.registry import SearchKind, ids_of, register_kind
from suhui.records.customers import tiers
from suhui.records.shipments import (
    access,
    divisions,
    exporting,
    importing,
    moving,
    outward,
    personal,
    rule_table,
    selectors,
    story,
    words,
)
from suhui.records.shipments.models import Waybill


def _may_watch(user: User, key: str) -> bool:
    return key.isdecimal() and access.visible_to(user).filter(pk=int(key)).exists()


def _may_watch_exceptions(user: User, key: str) -> bool:
    return key == "all" and user.may(Perm.EXCEPTION_HANDLE)


divided_by_month(divisions.SCANS.table, divisions.SCANS.column)
register_table(rule_table.SPEC)
tiers.register_count("parcels", selectors.counts_of)
register_topic("waybill", _may_watch)
register_topic("exceptions", _may_watch_exceptions)
register_field("waybill", personal.read, label=personal.LABEL, url=personal.url)
register_kind(
    SearchKind(
        "waybill",
        _("Waybill"),
        "package",
        Perm.WAYBILL_VIEW,
        story.document,
        ids=ids_of(Waybill),
        order=20,
        build_many=story.documents,
    )
)
exchange.register_kind(importing.KIND)
exports.register_view(exporting.WAYBILLS)
exports.register_view(exporting.EXCEPTIONS)
register_place(Place("shipments:list", _("Waybills"), "package", Perm.WAYBILL_VIEW, order=40, key="p"))
register_place(
    Place("shipments:exceptions", _("Exceptions"), "alert-triangle", Perm.EXCEPTION_HANDLE, order=45, key="e")
)
register_settings(
    SettingsPage(
        "shipments:carriers",
        _("Carriers"),
        _("Accounts with providers, what codes mean, how numbers look"),
        "truck-delivery",
        Perm.CARRIER_CONFIGURE,
        order=50,
    )
)
register_settings(
    SettingsPage(
        "shipments:all-words",
        _("What customers are told"),
        _("The words of the portal for every kind of parcel exception"),
        "message-2",
        Perm.CASE_CONFIGURE,
        order=55,
    )
)
workday.register_provider("shipments", story.work)
timeline.register_provider("waybill", "shipments", story.of_waybill)
timeline.register_provider("customer", "shipments", story.of_customer)
panels.register_panel("customer", "shipments", story.customer_panel, order=20)
moving.register()
for word in words.ALL:
    filters.register(word.__name__, word)
outward.register()
