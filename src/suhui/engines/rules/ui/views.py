from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from suhui.engines.rules import registry, selectors, sheets
from suhui.engines.rules.choices import VersionState
from suhui.engines.rules.explaining import cell_in_words
from suhui.engines.rules.models import Decision, Version
from suhui.engines.rules.registry import TableSpec
from suhui.engines.rules.subjects import links
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm

TONES = {"draft": "amber", "planned": "blue", "active": "green", "retired": ""}


@dataclass(frozen=True)
class Line:
    """One table of the list."""

    spec: TableSpec
    active: Version | None
    draft: Version | None
    planned: Version | None
    decisions: int


@require_safe
@requires(Perm.RULE_VIEW, Perm.RULE_MANAGE)
def list_tables(request: Request) -> HttpResponse:
    """Every decision table: which version is in force, whether it rests on verified figures, how often it is asked."""
    open_states = [VersionState.ACTIVE, VersionState.DRAFT, VersionState.PLANNED]
    versions: dict[tuple[str, str], Version] = {}
    for version in Version.objects.filter(state__in=open_states).defer("rows", "trial"):
        versions[version.table, version.state] = version
    since = now() - timedelta(days=30)
    counts = dict(
        Decision.objects.filter(at__gte=since).values_list("table").annotate(number=Count("pk")).order_by("table")
    )
    lines = [
        Line(
            spec,
            versions.get((spec.code, "active")),
            versions.get((spec.code, "draft")),
            versions.get((spec.code, "planned")),
            counts.get(spec.code, 0),
        )
        for spec in registry.tables()
    ]
    return pages.render(request, "rules/list.html", {"lines": lines})


def spec_of(code: str) -> TableSpec:
    """Raises Missing for a table no room registers."""
    spec = registry.find_table(code)
    if spec is None:
        raise Missing(_("There is no such table."))
    return spec


@require_safe
@requires(Perm.RULE_VIEW, Perm.RULE_MANAGE)
def table(request: Request, code: str) -> HttpResponse:
    """The version in force (or the one asked for) as people read it, and the table's history."""
    spec = spec_of(code)
    selectors.version_in_force(code)
    history = list(
        Version.objects.of(code)
        .defer("rows", "trial")
        .select_related("made_by", "switched_on_by")
        .order_by("-number")[:200]
    )
    wanted = request.GET.get("version", "")
    chosen = Version.objects.of(code).filter(pk=wanted).first() if wanted.isdecimal() else None
    version = chosen or Version.objects.of(code).in_force().get()
    recent = list(Decision.objects.filter(table=code).select_related("version").order_by("-id")[:10])
    context = {
        "spec": spec,
        "version": version,
        "rows": readable(spec, version.rows),
        "history": history,
        "draft": next((v for v in history if v.state == VersionState.DRAFT), None),
        "planned": next((v for v in history if v.state == VersionState.PLANNED), None),
        "tones": TONES,
        "may_change": request.user.may(Perm.RULE_MANAGE),
        "recent": recent,
        "where": links(decision.subject for decision in recent),
    }
    return pages.render(request, "rules/table.html", context)


def readable(spec: TableSpec, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with every cell in words."""
    return [
        {
            "when": [cell_in_words(column, row["when"].get(column.name)) for column in spec.inputs],
            "then": [cell_in_words(column, row["then"].get(column.name)) for column in spec.outputs],
            "basis": row["basis"],
            "verified": row["verified"],
            "note": row["note"],
        }
        for row in rows
    ]


@require_safe
@requires(Perm.RULE_VIEW, Perm.RULE_MANAGE)
def export(request: Request, code: str) -> HttpResponse:
    """The version asked for (default: in force) as an XLSX sheet that can be imported again."""
    spec = spec_of(code)
    wanted = request.GET.get("version", "")
    chosen = Version.objects.of(code).filter(pk=wanted).first() if wanted.isdecimal() else None
    version = chosen or Version.objects.get(pk=selectors.version_in_force(code).pk)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(sheets.write(spec, version.rows), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{code}-v{version.number}.xlsx"'
    return response
