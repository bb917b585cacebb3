"""Deciding, and changing a table: draft → tried → switched on."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import compiling, events, registry, selectors, switching
from suhui.engines.rules.choices import Op, VersionState
from suhui.engines.rules.models import Decision, Version
from suhui.platform.core import bulk, settled
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused

ship = switching.ship
TRIAL_SPAN = timedelta(days=30)
TRIAL_LIMIT = 20_000
"""Newest decisions a trial looks at, at most."""
TRIAL_SHOWN = 200
"""Changed decisions a trial lists; the counts cover all."""


@transaction.atomic(savepoint=False)
def decide(*, table: str, inputs: dict[str, Any], subject: str, by: Actor, at: datetime | None = None) -> Decision:
    """Ask a decision table and keep the answer: version, inputs, the row that matched, outputs.

    `subject` says what it is decided for ("case:17"). When no row fits, `row` is None and every output is None.
    """
    decision = _decided(table, inputs, subject, by, at)
    decision.save(force_insert=True)
    return decision


@settled.steady()
@transaction.atomic(savepoint=False)
def decide_many(
    *, table: str, about: Sequence[tuple[str, dict[str, Any]]], by: Actor, at: datetime | None = None
) -> list[Decision]:
    """The same for many (subject, inputs), kept in one statement; in their order."""
    known: dict[str, Any] = {}
    return Decision.objects.bulk_create([_decided(table, inputs, subject, by, at, known) for subject, inputs in about])


@settled.steady()
@transaction.atomic(savepoint=False)
def decide_thousands(
    *, table: str, about: Sequence[tuple[str, dict[str, Any]]], by: Actor, at: datetime | None = None
) -> list[tuple[int, dict[str, Any]]]:
    """The same by COPY, for lots of thousands: (id of the decision, its outputs) of each, in their order."""
    known: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {}
    found = []
    rows = []
    for pk, (subject, inputs) in zip(bulk.take_ids(Decision, len(about)), about, strict=True):
        asked = json.dumps(inputs, cls=DjangoJSONEncoder)
        if asked not in known:
            one = _decided(table, inputs, subject, by, at)
            told = (one.version_id, table, asked, one.row, *map(json.dumps, (one.outputs, one.matches)))
            known[asked] = one.outputs, (*told, one.actor_label, one.at)
        outputs, values = known[asked]
        found.append((pk, outputs))
        rows.append((pk, subject, *values))
    names = ("version_id", "table", "inputs", "row", "outputs", "matches", "actor_label", "at")
    bulk.copy_rows(Decision, ("id", "subject", *names), rows)
    return found


def _decided(
    table: str,
    inputs: dict[str, Any],
    subject: str,
    by: Actor,
    at: datetime | None,
    known: dict[str, Any] | None = None,
) -> Decision:
    """A decision that is not stored yet. `known` keeps answers of the same table to the same question."""
    known = {} if known is None else known
    asked = json.dumps(inputs, cls=DjangoJSONEncoder)
    given = json.loads(asked)
    found = known.get(asked) or known.setdefault(asked, selectors.peek(table, given))
    return Decision(
        version=found.version,
        table=table,
        subject=subject,
        inputs=given,
        row=found.row,
        outputs=found.outputs,
        matches=[[row, outputs] for row, outputs in found.matches] if len(found.matches) > 1 else [],
        actor_label=by.label[:120],
        at=at or now(),
    )


@transaction.atomic
def start_draft(*, table: str, by: Actor, like: Version | None = None) -> Version:
    """The table's draft: the one there is, or a new one with the rows of `like` (default: of the active version)."""
    spec = registry.table(table)
    active = selectors.version_in_force(table)
    Version.objects.select_for_update().get(pk=active.pk)
    found = selectors.draft_of(table)
    if found is not None:
        if like is not None:
            raise Refused(_("There is a draft already. Finish it or throw it away first."))
        return found
    source = like or Version.objects.get(pk=active.pk)
    if source.table != spec.code:
        raise BadInput(_("This version belongs to another table."))
    draft = Version.objects.create(
        table=table,
        number=switching.next_number(table),
        rows=source.rows,
        basis=source.basis,
        verified=source.verified,
        made_by_id=by.user_id,
    )
    _store_saved(draft, by)
    return draft


@transaction.atomic
def save_draft(
    *,
    draft: Version,
    revision: int,
    rows: list[dict[str, Any]],
    by: Actor,
    basis: str = "",
    verified: bool = True,
    note: str = "",
) -> Version:
    """Replace the draft's rows. Raises BadInput naming the cell that cannot be understood ("2.when.kind"), Conflict
    when somebody else saved this draft since `revision`, Refused when it is no draft any more."""
    spec = registry.table(draft.table)
    clean = [_clean_row(spec, row) for row in rows]
    compiling.check_rows(spec, clean)
    moved = Version.objects.filter(pk=draft.pk, state=VersionState.DRAFT, revision=revision).update(
        rows=clean,
        basis=basis.strip()[:200],
        verified=verified,
        note=note.strip()[:300],
        revision=revision + 1,
        trial=None,
        made_by=by.user_id,
        updated_at=now(),
    )
    if not moved:
        draft.refresh_from_db()
        if draft.state != VersionState.DRAFT:
            raise Refused(_("This is no longer a draft. Your changes were not saved."))
        raise Conflict(_("Somebody else saved this draft meanwhile. Load it again; your changes were not saved."))
    draft.refresh_from_db()
    _store_saved(draft, by)
    return draft


@transaction.atomic
def drop_draft(*, draft: Version, by: Actor) -> None:
    """Throw a draft away. Harmless when it is gone already; Refused when it is in force."""
    if draft.state != VersionState.DRAFT:
        raise Refused(_("Only a draft can be thrown away."))
    Version.objects.filter(pk=draft.pk, state=VersionState.DRAFT).delete()


@transaction.atomic
def try_out(*, draft: Version, by: Actor, at: datetime) -> Version:
    """Decide the last 30 days' stored inputs again with the draft and keep what would change in `draft.trial`.

    The trial belongs to the draft's present revision; saving again clears it. Nothing else is changed.
    """
    spec = registry.table(draft.table)
    machine = compiling.Compiled(spec, draft.rows)
    rows = (
        Decision.objects.filter(table=draft.table, at__gte=at - TRIAL_SPAN)
        .order_by("-id")
        .values("id", "subject", "inputs", "row", "outputs", "matches", "at")[:TRIAL_LIMIT]
    )
    total, changed = 0, 0
    shown: list[dict[str, Any]] = []
    for row in rows:
        total += 1
        matches = machine.decide(row["inputs"])
        after = matches[0][1] if matches else {column.name: None for column in spec.outputs}
        before_all = [outputs for _row, outputs in row["matches"]] or [row["outputs"]]
        after_all = [outputs for _row, outputs in matches] or [after]
        if before_all == after_all:
            continue
        changed += 1
        if len(shown) < TRIAL_SHOWN:
            shown.append(
                {
                    "decision": row["id"],
                    "subject": row["subject"],
                    "at": row["at"].isoformat(),
                    "before": row["outputs"],
                    "after": after,
                    "before_row": row["row"],
                    "after_row": matches[0][0] if matches else None,
                }
            )
    trial = {"at": at.isoformat(), "total": total, "changed": changed, "shown": shown, "by": by.label}
    moved = Version.objects.filter(pk=draft.pk, state=VersionState.DRAFT, revision=draft.revision).update(trial=trial)
    if not moved:
        raise Conflict(_("The draft was changed meanwhile. Try it again."))
    draft.refresh_from_db()
    return draft


@transaction.atomic
def switch_on(*, draft: Version, by: Actor, at: datetime, start: datetime | None = None) -> Version:
    """Bring a tried draft into force now, or plan it for `start`. Raises Refused when it has not been tried on the
    last 30 days since its last change, BadInput for a start in the past; harmless to repeat."""
    version = Version.objects.select_for_update().get(pk=draft.pk)
    if version.state == VersionState.ACTIVE:
        return version
    if version.state == VersionState.RETIRED:
        raise Refused(_("This version is history. Make a new draft from it."))
    if version.trial is None:
        raise Refused(_("Try the draft on the last 30 days first; then you can switch it on."))
    if start is not None and start <= at:
        raise BadInput(_("This moment is past."), {"start": _("This moment is past.")})
    compiling.check_rows(registry.table(version.table), version.rows)
    if start is None:
        return switching.bring_into_force(version_id=version.pk, at=at, by=by, switched_on_by=by.user_id)
    Version.objects.of(version.table).filter(state=VersionState.PLANNED).exclude(pk=version.pk).update(
        state=VersionState.RETIRED, retired_at=at
    )
    version.state, version.active_from, version.switched_on_by_id = VersionState.PLANNED, start, by.user_id
    version.save(update_fields=["state", "active_from", "switched_on_by", "updated_at"])
    _store_plan(version, start.isoformat(), by)
    return version


@transaction.atomic
def drop_plan(*, version: Version, by: Actor) -> Version:
    """Take a planned version back to a draft. Raises Refused when another draft exists or it is in force already."""
    if selectors.draft_of(version.table) is not None:
        raise Refused(_("There is a draft already. Finish it or throw it away first."))
    moved = Version.objects.filter(pk=version.pk, state=VersionState.PLANNED).update(
        state=VersionState.DRAFT, active_from=None
    )
    version.refresh_from_db()
    if moved:
        _store_plan(version, "", by)
    elif version.state != VersionState.DRAFT:
        raise Refused(_("It is in force already."))
    return version


def _clean_row(spec: registry.TableSpec, row: dict[str, Any]) -> dict[str, Any]:
    """Only known columns and well-formed cells; a new row gets a key."""
    try:
        when = _clean_cells(row.get("when") or {}, [column.name for column in spec.inputs])
        then = _clean_cells(row.get("then") or {}, [column.name for column in spec.outputs])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(_("The table could not be read. Load the page again.")) from error
    return {
        "key": str(row.get("key") or uuid4().hex[:8])[:20],
        "when": when,
        "then": then,
        "basis": str(row.get("basis") or "").strip()[:200],
        "verified": bool(row.get("verified", True)),
        "note": str(row.get("note") or "").strip()[:300],
    }


def _clean_cells(cells: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {
        name: registry.cell(Op(cells[name]["op"]), cells[name].get("value"))
        for name in names
        if cells.get(name) is not None
    }


def _store_saved(draft: Version, by: Actor) -> None:
    event = events.RulesDraftSaved(table=draft.table, version_id=draft.pk, number=draft.number, revision=draft.revision)
    stored.store(event, by=by)


def _store_plan(version: Version, at: str, by: Actor) -> None:
    event = events.RulesPlanned(table=version.table, version_id=version.pk, number=version.number, at=at)
    stored.store(event, by=by)
