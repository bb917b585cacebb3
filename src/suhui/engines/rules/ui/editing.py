"""Changing a table: the draft as a grid, tried before it is switched on."""

import json
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from suhui.engines.rules import selectors, services, sheets
from suhui.engines.rules.choices import Op
from suhui.engines.rules.comparing import differences
from suhui.engines.rules.explaining import result_in_words
from suhui.engines.rules.models import Version
from suhui.engines.rules.registry import Column, TableSpec
from suhui.engines.rules.subjects import links, name_of
from suhui.engines.rules.ui.views import spec_of
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm

_PLAIN = [Op.IS, Op.IS_NOT]
_OPS: dict[str, list[Op]] = {
    "enum": [Op.IS, Op.IS_NOT, Op.ANY_OF, Op.NONE_OF],
    "number": [Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN, Op.BETWEEN, Op.IS_NOT],
    "text": [*_PLAIN, Op.CONTAINS, Op.STARTS_WITH],
    "flag": [Op.IS],
}


def _draft(code: str) -> Version:
    found = selectors.draft_of(code)
    if found is None:
        raise Missing(_("There is no draft of this table."))
    return found


def _to_draft(code: str) -> HttpResponse:
    return pages.go(reverse("rules:draft", args=[code]))


@require_POST
@requires(Perm.RULE_MANAGE)
def start(request: Request, code: str) -> HttpResponse:
    """A draft from the version in force, or from an older one named by `like`."""
    spec = spec_of(code)
    raw = request.POST.get("like", "")
    like = Version.objects.of(code).filter(pk=raw).first() if raw.isdecimal() else None
    services.start_draft(table=spec.code, by=Actor.staff(request.user), like=like)
    return _to_draft(code)


@require_safe
@requires(Perm.RULE_MANAGE)
def draft(request: Request, code: str) -> HttpResponse:
    spec = spec_of(code)
    found = _draft(code)
    return _page(request, spec, found, found.rows, {}, "")


def _page(
    request: Request,
    spec: TableSpec,
    found: Version,
    rows: list[dict[str, Any]],
    errors: dict[str, str],
    message: str,
) -> HttpResponse:
    active = Version.objects.of(spec.code).in_force().get()
    context = {
        "spec": spec,
        "draft": found,
        "active": active,
        "rows": rows,
        "columns": [
            *(_column(column, "when") for column in spec.inputs),
            *(_column(column, "then") for column in spec.outputs),
        ],
        "grid_words": _words(),
        "errors": errors,
        "message": message,
        "changes": differences(spec, active.rows, found.rows),
        "trial": _trial(spec, found),
        "trial_at": datetime.fromisoformat(found.trial["at"]) if found.trial else None,
        "stamp": token_hex(4),
        "soonest": local(now()).strftime("%Y-%m-%dT%H:%M"),
    }
    return pages.render(request, "rules/draft.html", context, status=422 if errors or message else 200)


def _column(column: Column, side: str) -> dict[str, Any]:
    """A column as the grid's script needs it, labels in the reader's language."""
    ops = [*_OPS[column.type], Op.UNKNOWN, Op.KNOWN, Op.ZEN] if side == "when" else [Op.IS, Op.ZEN]
    return {
        "name": column.name,
        "label": str(column.label),
        "side": side,
        "type": column.type,
        "unit": str(column.unit),
        "help": str(column.help),
        "options": [[value, label] for value, label in column.options()],
        "ops": [[op.value, str(op.label)] for op in ops],
    }


def _words() -> dict[str, str]:
    return {
        "yes": _("yes"),
        "no": _("no"),
        "from": _("from"),
        "to": _("to"),
        "none": _("none of"),
        "any": _("any"),
        "basis": _("Basis"),
        "verified": _("Verified"),
        "note": _("Note"),
        "row": _("Row"),
        "clear": _("Fits anything"),
        "take": _("Take over"),
        "how": _("How"),
        "value": _("Value"),
        "up": _("Move up"),
        "down": _("Move down"),
        "remove": _("Remove row"),
        "expression": _("ZEN expression; $ is this input, others by name"),
        "unsaved": _("Not saved yet"),
    }


def _trial(spec: TableSpec, found: Version) -> dict[str, Any] | None:
    """The trial with its rows in words and links."""
    if found.trial is None:
        return None
    shown = found.trial["shown"]
    where = links(row["subject"] for row in shown)
    rows = [
        {
            "link": where.get(row["subject"]),
            "subject": name_of(row["subject"]),
            "key": row["subject"],
            "at": datetime.fromisoformat(row["at"]),
            "before": _outputs(spec, row["before"]),
            "after": _outputs(spec, row["after"]),
            "before_row": row["before_row"],
            "after_row": row["after_row"],
        }
        for row in shown
    ]
    return {**found.trial, "rows": rows}


def _outputs(spec: TableSpec, outputs: dict[str, Any]) -> str:
    return "，".join(result_in_words(column, outputs.get(column.name)) for column in spec.outputs)


@require_POST
@requires(Perm.RULE_MANAGE)
def save(request: Request, code: str) -> HttpResponse:
    """Keep the grid. What cannot be understood comes back with its cell marked, nothing typed lost."""
    spec = spec_of(code)
    found = _draft(code)
    rows = _rows_sent(request)
    revision = request.POST.get("revision", "")
    try:
        services.save_draft(
            draft=found,
            revision=int(revision) if revision.isdecimal() else 0,
            rows=rows,
            basis=request.POST.get("basis", ""),
            verified=request.POST.get("verified") == "on",
            note=request.POST.get("note", ""),
            by=Actor.staff(request.user),
        )
    except BadInput as error:
        return _page(request, spec, found, rows, {k: str(v) for k, v in error.fields.items()}, str(error.message))
    return _to_draft(code)


def _rows_sent(request: Request) -> list[dict[str, Any]]:
    try:
        rows = json.loads(request.POST.get("rows", ""))
    except ValueError as error:
        raise BadInput(_("The table could not be read. Load the page again.")) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(_("The table could not be read. Load the page again."))
    return [{"when": {}, "then": {}, "basis": "", "verified": True, "note": "", "key": "", **row} for row in rows]


@require_POST
@requires(Perm.RULE_MANAGE)
def try_out(request: Request, code: str) -> HttpResponse:
    services.try_out(draft=_draft(code), by=Actor.staff(request.user), at=now())
    return _to_draft(code)


@require_POST
@requires(Perm.RULE_MANAGE)
def switch_on(request: Request, code: str) -> HttpResponse:
    """Now, or at the day and time given in `start` (the house's wall clock)."""
    found, at = _draft(code), now()
    start = None
    if request.POST.get("when") == "later":
        try:
            given = datetime.fromisoformat(request.POST.get("start", ""))
        except ValueError as error:
            raise BadInput(_("Give a day and a time."), {"start": _("Give a day and a time.")}) from error
        start = given.replace(tzinfo=local(at).tzinfo)
    services.switch_on(draft=found, by=Actor.staff(request.user), at=at, start=start)
    return pages.go(reverse("rules:table", args=[code]))


@require_POST
@requires(Perm.RULE_MANAGE)
def drop(request: Request, code: str) -> HttpResponse:
    services.drop_draft(draft=_draft(code), by=Actor.staff(request.user))
    return pages.go(reverse("rules:table", args=[code]))


@require_POST
@requires(Perm.RULE_MANAGE)
def drop_plan(request: Request, code: str) -> HttpResponse:
    planned = selectors.planned_of(spec_of(code).code)
    if planned is not None:
        services.drop_plan(version=planned, by=Actor.staff(request.user))
    return pages.go(reverse("rules:table", args=[code]))


@require_POST
@requires(Perm.RULE_MANAGE)
def import_rows(request: Request, code: str) -> HttpResponse:
    """Replace the draft's rows by those of an XLSX sheet; a sheet with errors changes nothing and says which cells."""
    spec = spec_of(code)
    upload = request.FILES.get("sheet")
    if upload is None:
        raise BadInput(_("Choose a sheet."), {"sheet": _("Choose a sheet.")})
    by = Actor.staff(request.user)
    rows = sheets.read(spec, upload.read())
    found = services.start_draft(table=spec.code, by=by)
    services.save_draft(
        draft=found,
        revision=found.revision,
        rows=rows,
        basis=found.basis,
        verified=found.verified,
        note=found.note,
        by=by,
    )
    return _to_draft(code)
