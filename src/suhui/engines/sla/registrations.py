"""What this room tells the house about itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from suhui.engines.rules.registry import Column, Row, TableSpec, any_of, at_least, register_table, vocabulary
from suhui.engines.sla import wording
from suhui.engines.sla.models import Policy
from suhui.engines.sla.shipped import APPEALS, REGULATION, SHIPPED
from suhui.platform.desk import filters
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.permissions import Perm


def _policies() -> list[tuple[str, str]]:
    """Every level a rule may name: also one out of use (the standard level then takes its place)."""
    found = {level.code: level.name for level in SHIPPED}
    found |= {policy.code: policy.label for policy in Policy.objects.filter(is_current=True)}
    return list(found.items())


register_table(
    TableSpec(
        code="sla.policy",
        title=_("Service level"),
        help=_("Which service level holds for a case: how soon it is answered, told about and resolved."),
        inputs=[
            Column(
                "kind",
                _("Kind"),
                "enum",
                choices=[
                    ("enquiry", _("Enquiry")),
                    ("order_query", _("Order query")),
                    ("complaint", _("Complaint")),
                    ("service_request", _("Service request")),
                    ("suggestion", _("Suggestion")),
                ],
            ),
            Column(
                "tier",
                _("Customer tier"),
                "enum",
                choices=[
                    ("vip", _("VIP")),
                    ("key", _("Key account")),
                    ("care", _("Needs care")),
                    ("standard", _("Standard")),
                ],
            ),
            Column(
                "channel",
                _("Channel"),
                "enum",
                choices=[
                    ("phone", pgettext_lazy("channel", "Telephone")),
                    ("portal", pgettext_lazy("channel", "Portal")),
                    ("mail", pgettext_lazy("channel", "E-mail")),
                    ("chat", pgettext_lazy("channel", "Chat")),
                    ("letter", pgettext_lazy("channel", "Letter")),
                    ("visit", pgettext_lazy("channel", "Visit")),
                    ("wechat", pgettext_lazy("channel", "WeChat")),
                    ("exception", _("Parcel exception")),
                    ("callback", _("Call-back")),
                    ("review", _("Customer review")),
                    ("regulator", _("Regulator's appeal 12305")),
                ],
            ),
            Column("category", _("Category"), "enum", choices=vocabulary("case.category")),
            Column("severity", _("Severity"), "number", help=_("1 minor, 2 normal, 3 serious, 4 critical")),
            Column(
                "age_days",
                _("Days before we heard of it"),
                "number",
                help=_("From the day it happened, as the case says, to the day the case was registered."),
            ),
        ],
        outputs=[Column("policy", _("Service level"), "enum", choices=_policies)],
        rows=[
            Row({"channel": "regulator"}, {"policy": "regulator"}, basis=APPEALS, verified=False),
            Row({"channel": "review", "age_days": at_least(30)}, {"policy": "old-review"}, basis="公司规定"),
            Row({"kind": "complaint", "severity": at_least(3)}, {"policy": "complaint-urgent"}),
            Row({"kind": "complaint", "tier": any_of("vip", "key")}, {"policy": "complaint-urgent"}),
            Row({"kind": "complaint", "category": any_of("privacy", "misconduct")}, {"policy": "complaint-urgent"}),
            Row({"kind": "complaint"}, {"policy": "complaint"}, basis=REGULATION),
            Row({"tier": any_of("vip", "key")}, {"policy": "vip"}),
            Row({"kind": "order_query"}, {"policy": "query"}),
            Row({"kind": "enquiry"}, {"policy": "enquiry"}),
            Row({"kind": "suggestion"}, {"policy": "suggestion"}),
            Row({}, {"policy": "standard"}),
        ],
        order=10,
    )
)

filters.register("target_words", wording.target_words)
filters.register("clock_note", wording.clock_note)

register_settings(
    SettingsPage(
        name="sla:list",
        label=_("Service levels"),
        help=_("How soon cases are answered and resolved, when we warn, and who is told when it is late"),
        icon="clock-check",
        permission=Perm.SLA_MANAGE,
        order=50,
    )
)
