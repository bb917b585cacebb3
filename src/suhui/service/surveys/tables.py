"""The decision table "survey.rating": which ratings are answered by a case. Rows are data."""

from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.registry import Column, Row, TableSpec, at_most

CODE = "survey.rating"
SPEC = TableSpec(
    code=CODE,
    title=_("Ratings that are answered"),
    help=_("Asked for every rating that comes in or changes: whether a complaint is opened from it."),
    inputs=[
        Column(
            "about", _("About"), "enum", choices=[("waybill", _("A parcel")), ("case", _("The handling of a case"))]
        ),
        Column("score", _("Stars"), "number"),
        Column("commented", _("With words"), "flag"),
        Column("source", _("Where it was given"), "text"),
        Column("age_days", _("Days since it was given"), "number"),
    ],
    outputs=[
        Column("open_case", _("Open a complaint"), "flag"),
        Column("severity", _("Severity (1 minor to 4 critical)"), "number"),
    ],
    rows=[
        Row(
            {"about": "waybill", "score": at_most(2), "commented": True},
            {"open_case": True, "severity": 2},
            basis="公司规定",
        ),
        Row({}, {"open_case": False}, basis="公司规定"),
    ],
    order=26,
)
