"""Changing a table: the draft, tried before it is switched on. Rules are the whole company's: no token that is bound
to a branch changes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from suhui.engines.rules import selectors, services, sheets
from suhui.engines.rules.api.room import RuleShape, VersionOut, api, spec_of, version_out
from suhui.engines.rules.models import Version
from suhui.engines.rules.registry import TableSpec
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.shapes import Moment, Sent

ACT: dict[str, Any] = {"answer": VersionOut, "revision": "revision", "person": True}


def _draft(request: Call, table: str) -> Version:
    found = selectors.draft_of(spec_of(table).code)
    if found is None:
        raise Missing(_("There is no draft of this table."))
    demand_unchanged(request, found.revision)
    return found


def _out(version: Version) -> VersionOut:
    return version_out(Version.objects.select_related("made_by", "switched_on_by").get(pk=version.pk))


@api.get(
    "/rules/{table}/draft",
    Perm.RULE_MANAGE,
    answer=VersionOut,
    revision="revision",
    summary=_("A table's draft, with its trial"),
)
def draft(request: Call, table: str) -> VersionOut:
    found = selectors.draft_of(spec_of(table).code)
    if found is None:
        raise Missing(_("There is no draft of this table."))
    return _out(found)


class DraftStart(Sent):
    like: int | None = Field(None, ge=1, le=2_000_000_000, description="Number of a version; else the one in force")


@api.post("/rules/{table}/draft", Perm.RULE_MANAGE, summary=_("Start a draft, or get the one there is"), **ACT)
def start(request: Call, table: str, sent: DraftStart) -> VersionOut:
    spec, like = spec_of(table), None
    if sent.like is not None:
        like = Version.objects.of(spec.code).filter(number=sent.like).first()
        if like is None:
            said = _("This table has no version with this number.")
            raise BadInput(said, {"like": said})
    selectors.version_in_force(spec.code)
    return _out(services.start_draft(table=spec.code, by=request.actor, like=like))


class DraftIn(Sent):
    rows: list[RuleShape] = Field(max_length=500)
    basis: str = Field("", max_length=200, description="Law, standard or decision the whole table rests on")
    verified: bool = True
    note: str = Field("", max_length=300, description="What changed and why", examples=["双十一期间加急"])


@api.put("/rules/{table}/draft", Perm.RULE_MANAGE, summary=_("Replace the draft's rows"), **ACT)
def save(request: Call, table: str, sent: DraftIn) -> VersionOut:
    spec, found = spec_of(table), _draft(request, table)
    _demand_columns(spec, sent.rows)
    try:
        saved = services.save_draft(
            draft=found,
            revision=found.revision,
            rows=[row.model_dump(mode="json") for row in sent.rows],
            basis=sent.basis,
            verified=sent.verified,
            note=sent.note,
            by=request.actor,
        )
    except BadInput as error:
        places = {f"rows/{name.replace('.', '/')}": text for name, text in error.fields.items()}
        raise BadInput(error.message, places) from error
    return _out(saved)


def _demand_columns(spec: TableSpec, rows: list[RuleShape]) -> None:
    """The grid has no other columns; a call may name one by mistake."""
    known = {"when": {column.name for column in spec.inputs}, "then": {column.name for column in spec.outputs}}
    said = _("The table has no such column.")
    wrong = {
        f"rows/{number}/{side}/{name}": said
        for number, row in enumerate(rows)
        for side, names in known.items()
        for name in getattr(row, side)
        if name not in names
    }
    if wrong:
        raise BadInput(said, wrong)


@api.post(
    "/rules/{table}/draft/try", Perm.RULE_MANAGE, summary=_("Try the draft on the last 30 days' decisions"), **ACT
)
def try_out(request: Call, table: str) -> VersionOut:
    return _out(services.try_out(draft=_draft(request, table), by=request.actor, at=now()))


class SwitchIn(Sent):
    start: Moment | None = Field(None, description="Else now")


@api.post("/rules/{table}/draft/switch-on", Perm.RULE_MANAGE, summary=_("Bring a tried draft into force"), **ACT)
def switch_on(request: Call, table: str, sent: SwitchIn) -> VersionOut:
    found = _draft(request, table)
    return _out(services.switch_on(draft=found, by=request.actor, at=now(), start=sent.start))


@api.delete(
    "/rules/{table}/draft",
    Perm.RULE_MANAGE,
    summary=_("Throw the draft away"),
    revision="revision",
    person=True,
)
def drop(request: Call, table: str) -> None:
    services.drop_draft(draft=_draft(request, table), by=request.actor)


@api.delete(
    "/rules/{table}/plan", Perm.RULE_MANAGE, answer=VersionOut, summary=_("Take a planned version back"), person=True
)
def drop_plan(request: Call, table: str) -> VersionOut:
    planned = selectors.planned_of(spec_of(table).code)
    if planned is None:
        raise Missing(_("No version of this table is planned."))
    return _out(services.drop_plan(version=planned, by=request.actor))


@api.post(
    "/rules/{table}/draft/sheet",
    Perm.RULE_MANAGE,
    summary=_("Replace the draft's rows by a sheet's"),
    upload=True,
    **ACT,
)
def import_sheet(request: Call, table: str, sheet: File[UploadedFile]) -> VersionOut:
    """A sheet with errors changes nothing and says which cells. Without a draft, one is started."""
    spec = spec_of(table)
    rows = sheets.read(spec, sheet.read())
    selectors.version_in_force(spec.code)
    found = services.start_draft(table=spec.code, by=request.actor)
    demand_unchanged(request, found.revision)
    saved = services.save_draft(
        draft=found,
        revision=found.revision,
        rows=rows,
        basis=found.basis,
        verified=found.verified,
        note=found.note,
        by=request.actor,
    )
    return _out(saved)
