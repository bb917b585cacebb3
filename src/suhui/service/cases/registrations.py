from django.utils.translation import gettext_lazy as _

from suhui.engines.tasks.handover import Portfolio, register_portfolio
from suhui.platform.core.live import register_topic
from suhui.platform.core.partitions import divided_by_month
from suhui.platform.desk import panels, timeline, workday
from suhui.platform.desk.navigation import Place, SettingsPage, register_place, register_settings
from suhui.platform.exchange.exporting import register_view
from suhui.platform.files.access import register_owner
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.registry import register_field
from suhui.platform.search.registry import SearchKind, ids_of, register_kind
from suhui.records.customers import tiers
from suhui.records.customers.merging import Mover, register_mover
from suhui.service.cases import divisions, exporting, outward, selectors, tables, topics, work
from suhui.service.cases.models import Case

register_place(Place("cases:list", _("Cases"), "ticket", Perm.CASE_VIEW, order=20, key="c"))
register_settings(
    SettingsPage(
        "cases:setup",
        _("Cases"),
        _("Categories, causes, fields of each kind, checklists and macros."),
        "ticket",
        Perm.CASE_CONFIGURE,
        order=30,
    )
)
divided_by_month(divisions.ENTRIES.table, divisions.ENTRIES.column)
tiers.register_count("complaints", selectors.complaints_of)
register_view(exporting.VIEW)
register_topic("case", topics.may_watch_case)
register_topic("cases", topics.may_watch_branch)
register_topic("desk", topics.may_watch_desk)
register_owner("case", work.may_see_files)
register_field("case", work.read_personal, label=_("Case"), url=work.url_of_key)
panels.register_panel("customer", "cases", work.customer_panel, order=10)
panels.register_panel("waybill", "cases", work.waybill_panel, order=10)
workday.register_provider("cases", work.my_cases)
timeline.register_provider("customer", "cases", work.customer_story)
timeline.register_provider("customer", "promises", work.customer_promises)
timeline.register_provider("customer", "ratings", work.customer_ratings)
timeline.register_provider("waybill", "cases", work.waybill_story)
register_portfolio(Portfolio("cases", _("Cases"), work.open_case_ids, work.hand_over))
register_mover(Mover("cases", work.move_customer, work.put_customer_back))
register_kind(SearchKind("case", _("Cases"), "ticket", Perm.CASE_VIEW, work.search_doc, ids=ids_of(Case), order=10))
tables.register()
outward.register()
