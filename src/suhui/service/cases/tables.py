"""The decision tables of the room: how important, to whom, and how long a case can be reopened. Rows are data."""

from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.registry import (
    Column,
    Row,
    TableSpec,
    any_of,
    at_least,
    at_most,
    more_than,
    register_table,
    register_vocabulary,
)
from suhui.records.customers.choices import Tier
from suhui.service.cases.choices import CaseChannel, CaseKind, Priority
from suhui.service.cases.models import Category
from suhui.service.cases.services.closing import REOPENING
from suhui.service.cases.services.opening import ROUTING
from suhui.service.cases.services.prioritising import TABLE as PRIORITY


def top_categories() -> list[tuple[str, str]]:
    return [(row.code, row.label) for row in Category.objects.filter(parent=None, active=True)]


register_vocabulary("case.category", top_categories)


def _levels(choices: type[Priority]) -> list[tuple[str, object]]:
    return [(str(value), label) for value, label in choices.choices]


KIND = Column("kind", _("Kind"), "enum", choices=CaseKind.choices)
CHANNEL = Column("channel", _("Channel"), "enum", choices=CaseChannel.choices)
SEVERITY = Column("severity", _("Severity (1 minor to 4 critical)"), "number")


def register() -> None:
    register_table(
        TableSpec(
            code=PRIORITY,
            title=_("Priority of a case"),
            help=_("How important a case is when it opens, and again when its kind, category or severity changes."),
            inputs=[
                KIND,
                CHANNEL,
                Column("tier", _("Customer tier"), "enum", choices=Tier.choices),
                Column("category", _("Category"), "enum", choices=top_categories),
                SEVERITY,
                Column("reopened", _("Times reopened"), "number"),
            ],
            outputs=[Column("priority", _("Priority"), "enum", choices=_levels(Priority))],
            rows=[
                Row({"severity": at_least(4)}, {"priority": "4"}, basis="公司规定"),
                Row(
                    {"kind": "complaint", "category": any_of("privacy", "misconduct")},
                    {"priority": "4"},
                    basis="公司规定",
                ),
                Row({"kind": "complaint", "reopened": at_least(1)}, {"priority": "4"}, basis="公司规定"),
                Row({"kind": "complaint", "tier": any_of("vip", "key")}, {"priority": "4"}, basis="公司规定"),
                Row({"kind": "complaint", "category": any_of("lost", "damaged")}, {"priority": "3"}, basis="公司规定"),
                Row({"kind": "complaint", "severity": at_least(3)}, {"priority": "3"}, basis="公司规定"),
                Row({"tier": any_of("vip", "key")}, {"priority": "3"}, basis="公司规定"),
                Row({"channel": "exception", "severity": at_least(3)}, {"priority": "3"}, basis="公司规定"),
                Row({"kind": "suggestion"}, {"priority": "1"}, basis="公司规定"),
                Row({"severity": at_most(1)}, {"priority": "1"}, basis="公司规定"),
                Row({}, {"priority": "2"}, basis="公司规定"),
            ],
            order=20,
        )
    )
    register_table(
        TableSpec(
            code=ROUTING,
            title=_("To whom a new case goes"),
            help=_("The branch's queue, from which colleagues take; or the available colleague with least to do."),
            inputs=[KIND, CHANNEL, SEVERITY, Column("priority", _("Priority (1 low to 4 urgent)"), "number")],
            outputs=[
                Column(
                    "to",
                    _("Goes to"),
                    "enum",
                    choices=[("queue", _("The branch's queue")), ("least_loaded", _("Whoever has least to do"))],
                )
            ],
            rows=[Row({}, {"to": "queue"}, basis="公司规定")],
            order=22,
        )
    )
    register_table(
        TableSpec(
            code=REOPENING,
            title=_("Reopening a case"),
            help=_("How long after its end a case can be taken up again; later, a new case is opened and linked."),
            inputs=[
                KIND,
                Column("days", _("Days since it ended"), "number"),
                Column("reopened", _("Times reopened"), "number"),
            ],
            outputs=[Column("allowed", _("Allowed"), "flag")],
            rows=[
                Row({"reopened": more_than(4)}, {"allowed": False}, basis="公司规定"),
                Row({"kind": "complaint", "days": at_most(30)}, {"allowed": True}, basis="公司规定"),
                Row({"days": at_most(15)}, {"allowed": True}, basis="公司规定"),
                Row({}, {"allowed": False}, basis="公司规定"),
            ],
            order=24,
        )
    )
