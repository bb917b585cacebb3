from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.registry import register_table
from suhui.platform.core import live
from suhui.platform.desk.navigation import Place, SettingsPage, register_place, register_settings
from suhui.platform.desk.timeline import register_provider
from suhui.platform.exchange import exporting as exports
from suhui.platform.exchange import registry as exchange
from suhui.platform.files.access import register_owner
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import registry
from suhui.platform.search.registry import register_kind
from suhui.records.customers import access, exporting, finding, importing, personal, tiers, timelines

live.register_topic("customer", access.may_see)
register_owner("customer", access.may_see)
registry.register_field("customer", personal.read, label=personal.LABEL, url=personal.url)
register_table(tiers.SPEC)
register_kind(finding.KIND)
exchange.register_kind(importing.KIND)
exports.register_view(exporting.VIEW)
register_provider("customer", "customers", timelines.provider)
register_place(
    Place(name="customers:list", label=_("Customers"), icon="users", permission=Perm.CUSTOMER_VIEW, order=50, key="u")
)
register_settings(
    SettingsPage(
        name="customers:freshness",
        label=_("Checking of customers' data"),
        help=_("After how many days a phone, address or e-mail is asked for again."),
        icon="user-check",
        permission=Perm.CUSTOMER_MERGE,
        order=70,
    )
)
