from django.utils.translation import gettext_lazy as _

from suhui.contact.conversations import access, exporting, finding, moving, personal, texts, timelines
from suhui.platform.core import live
from suhui.platform.desk import filters
from suhui.platform.desk.navigation import Place, register_place
from suhui.platform.desk.timeline import register_provider
from suhui.platform.exchange.exporting import register_view
from suhui.platform.files.access import register_owner
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.registry import register_field
from suhui.platform.search.registry import register_kind
from suhui.records.customers.merging import register_mover

live.register_topic("contact", access.may_see)
live.register_topic("contacts", access.may_watch_branch)
register_owner("contact", access.may_see)
register_view(exporting.VIEW)
register_mover(moving.MOVER)
register_kind(finding.KIND)
register_provider("customer", "conversations", timelines.of_customer)
register_provider("waybill", "conversations", timelines.of_waybill)
filters.register("linked", texts.linked_for_reader)
register_field("contact", personal.read, label=personal.LABEL, url=personal.url)
register_place(
    Place(
        name="conversations:list",
        label=_("Contact log"),
        icon="messages",
        permission=Perm.CONTACT_VIEW,
        order=30,
        key="l",
    )
)
