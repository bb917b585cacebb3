"""What a table asks, what it says now, what it said before."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.engines.rules import registry, selectors, sheets
from suhui.engines.rules.api.room import VersionOut, VersionRow, api, spec_of, version_out, version_rows
from suhui.engines.rules.choices import VersionState
from suhui.engines.rules.models import Decision, Version
from suhui.engines.rules.registry import Column, TableSpec
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Listing, Paging, Row, Words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RuleTableRow(BaseModel):
    code: str = Field(examples=["case.priority"])
    name: str
    version: int | None = Field(description="Number of the one in force")
    verified: bool
    draft: bool
    planned_for: datetime | None
    decisions: int = Field(description="In the last 30 days")


class RuleTableList(BaseModel):
    rows: list[RuleTableRow]


@api.get("/rules", Perm.RULE_VIEW, Perm.RULE_MANAGE, answer=RuleTableList, summary=_("Every decision table"))
def list_tables(request: Call) -> RuleTableList:
    open_states = [VersionState.ACTIVE, VersionState.DRAFT, VersionState.PLANNED]
    found = Version.objects.filter(state__in=open_states).defer("rows", "trial")
    versions = {(version.table, version.state): version for version in found}
    since = now() - timedelta(days=30)
    asked = Decision.objects.filter(at__gte=since).values_list("table").annotate(number=Count("pk")).order_by("table")
    counts = dict(asked)
    return RuleTableList(rows=[_line(spec, versions, counts.get(spec.code, 0)) for spec in registry.tables()])


def _line(spec: TableSpec, versions: dict[tuple[str, str], Version], decisions: int) -> RuleTableRow:
    active = versions.get((spec.code, VersionState.ACTIVE))
    planned = versions.get((spec.code, VersionState.PLANNED))
    return RuleTableRow(
        code=spec.code,
        name=str(spec.title),
        version=active.number if active else None,
        verified=active.verified if active else spec.verified,
        draft=(spec.code, VersionState.DRAFT) in versions,
        planned_for=planned.active_from if planned else None,
        decisions=decisions,
    )


class ColumnChoice(BaseModel):
    value: Any
    name: str


class ColumnShape(BaseModel):
    name: str = Field(examples=["kind"])
    label: str
    type: str = Field(examples=["enum"])
    unit: str
    help: str
    choices: list[ColumnChoice]


class RuleTableOut(BaseModel):
    """A table with its columns and the version in force."""

    code: str
    name: str
    help: str
    hit: str = Field(description="first: the topmost row that fits decides; collect: every row that fits")
    inputs: list[ColumnShape]
    outputs: list[ColumnShape]
    active: VersionOut


def _column(column: Column) -> ColumnShape:
    choices = [ColumnChoice(value=value, name=label) for value, label in column.options()]
    return ColumnShape(
        name=column.name,
        label=str(column.label),
        type=column.type,
        unit=str(column.unit),
        help=str(column.help),
        choices=choices,
    )


@api.get(
    "/rules/{table}",
    Perm.RULE_VIEW,
    Perm.RULE_MANAGE,
    answer=RuleTableOut,
    summary=_("A decision table: columns and the version in force"),
)
def one_table(request: Call, table: str) -> RuleTableOut:
    spec = spec_of(table)
    return RuleTableOut(
        code=spec.code,
        name=str(spec.title),
        help=str(spec.help),
        hit=spec.hit,
        inputs=[_column(column) for column in spec.inputs],
        outputs=[_column(column) for column in spec.outputs],
        active=version_out(_in_force(table)),
    )


def _in_force(table: str) -> Version:
    held = selectors.version_in_force(table)
    return Version.objects.select_related("made_by", "switched_on_by").get(pk=held.pk)


@api.get(
    "/rules/{table}/versions",
    Perm.RULE_VIEW,
    Perm.RULE_MANAGE,
    answer=Listing[VersionRow],
    summary=_("A table's history, the newest version first"),
)
def list_versions(request: Call, table: str, pages: Query[Paging]) -> Listing[VersionRow]:
    found = Version.objects.of(spec_of(table).code).defer("rows", "trial").select_related("made_by", "switched_on_by")
    return paging.page(request, pages, found, order=("-number", "-id"), build=version_rows)


@api.get(
    "/rules/{table}/versions/{int:number}",
    Perm.RULE_VIEW,
    Perm.RULE_MANAGE,
    answer=VersionOut,
    summary=_("One version with its rows, to keep or to send again"),
)
def version(request: Call, table: str, number: int) -> VersionOut:
    return version_out(_numbered(table, number))


def _numbered(table: str, number: int) -> Version:
    rows = Version.objects.of(spec_of(table).code).select_related("made_by", "switched_on_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


class SheetWords(Words):
    version: int | None = Field(None, ge=1, le=2_000_000_000, description="Its number; else the one in force")


@api.get(
    "/rules/{table}/sheet",
    Perm.RULE_VIEW,
    Perm.RULE_MANAGE,
    answer=None,
    download=(XLSX,),
    summary=_("A version as an XLSX sheet"),
)
def sheet(request: Call, table: str, words: Query[SheetWords]) -> HttpResponse:
    spec = spec_of(table)
    held = _in_force(table) if words.version is None else _numbered(table, words.version)
    response = HttpResponse(sheets.write(spec, held.rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{table}-v{held.number}.xlsx"'
    return response


class DecisionRow(Row):
    id: int
    at: datetime
    subject: str = Field(examples=["case:17"])
    version: int
    row: int | None = Field(description="Which row decided, counted from 0; null: none fitted")
    outputs: dict[str, Any]


def _decisions(rows: list[Decision]) -> list[DecisionRow]:
    return [
        DecisionRow(
            id=one.pk, at=one.at, subject=one.subject, version=one.version.number, row=one.row, outputs=one.outputs
        )
        for one in rows
    ]


@api.get(
    "/rules/{table}/decisions",
    Perm.RULE_VIEW,
    Perm.RULE_MANAGE,
    answer=Listing[DecisionRow],
    summary=_("What the table decided, the newest first"),
)
def list_decisions(request: Call, table: str, pages: Query[Paging]) -> Listing[DecisionRow]:
    found = Decision.objects.filter(table=spec_of(table).code).select_related("version")
    return paging.page(request, pages, found, order=("-at", "-id"), build=_decisions)
