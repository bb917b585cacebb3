"""Finding trouble by the table "shipment.exceptions", and ending it (SHP-3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from suhui.engines.rules import selectors as rules
from suhui.engines.rules import services as deciding
from suhui.engines.rules.models import Decision
from suhui.platform.calendars import selectors as calendars
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.bulk import binary_rows
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk.undo import undoes
from suhui.platform.people.models import Branch
from suhui.records.shipments import events, rule_table, signs
from suhui.records.shipments.choices import LASTING_DETAILS, ExceptionState, Until
from suhui.records.shipments.models import Carrier, Waybill, WaybillException
from suhui.records.shipments.signs import ParcelLike

_LASTING = """
    SELECT waybill_id, id, sub_status, at, received_at FROM shipments_scanevent
    WHERE waybill_id = ANY(%s) AND waybill_created_at BETWEEN %s AND %s AND sub_status IN ({details}) ORDER BY at
""".format(details=", ".join(f"'{detail}'" for detail in LASTING_DETAILS))  # noqa: S608 - our own words
"""Answered by the index of such scans, of which few waybills have one."""
AGAIN = timedelta(minutes=30)
"""How often a parcel under way is looked at for what only time brings about."""
BATCH = 200


@dataclass
class _Known:
    """What the batch needs to know beforehand: three queries for any number of waybills."""

    lasting: dict[int, list[signs.Lasting]]
    had: dict[int, list[WaybillException]]
    carriers: dict[int, str]


@dataclass(frozen=True)
class _Trouble:
    """A sign that is an exception by the table, not written down yet."""

    waybill: ParcelLike
    seen: signs.Seen
    given: dict[str, Any]


@transaction.atomic
def find_exceptions(*, waybill: Waybill, by: Actor, at: datetime | None = None) -> list[WaybillException]:
    """Look at one parcel now; those raised. Looking twice raises nothing twice."""
    locked = Waybill.objects.select_for_update().get(pk=waybill.pk)
    return _look([locked], at or now(), by)


def look_again(*, at: datetime, by: Actor, limit: int = BATCH) -> int:
    """Look at the parcels that are due for it, `limit` at a time; how many. Several workers share the work."""
    with transaction.atomic():
        due = list(
            Waybill.objects.select_for_update(skip_locked=True)
            .filter(next_check_at__lte=at)
            .order_by("next_check_at")[:limit]
        )
        if due:
            _look(due, at, by)
    return len(due)


def look_at(
    waybills: Sequence[ParcelLike], *, at: datetime, by: Actor, history: bool = False
) -> list[WaybillException]:
    """Raise and clear what the rules say about these locked waybills; those raised. The number of statements does not
    grow with them. `history`: see models.WaybillException."""
    if not waybills:
        return []
    known = _read(waybills)
    machine = rules.compiled(rules.version_in_force(rule_table.CODE, at))
    troubles: list[_Trouble] = []
    firing: set[tuple[int, str]] = set()
    for waybill in waybills:
        had = known.had[waybill.pk]
        for seen in signs.signs_of(waybill, known.lasting[waybill.pk], at):
            given = signs.inputs(waybill, seen, known.carriers[waybill.carrier_id])
            matches = machine.decide(given)
            kind = matches[0][1]["exception"] if matches else None
            if not kind:
                continue
            if (waybill.pk, kind) not in firing and not _had(had, kind, seen):
                troubles.append(_Trouble(waybill, seen, given))
            firing.add((waybill.pk, kind))
    raised = _raise(troubles, at, by, history)
    for row in raised:
        known.had[row.waybill_id].append(row)
    _clear_passed(waybills, known.had, firing, at, by)
    return raised


def _look(waybills: Sequence[Waybill], at: datetime, by: Actor) -> list[WaybillException]:
    raised = look_at(waybills, at=at, by=by)
    _plan_next(waybills, at)
    return raised


def _read(waybills: Sequence[ParcelLike]) -> _Known:
    ids = [waybill.pk for waybill in waybills]
    months = [waybill.created_at for waybill in waybills]
    lasting: dict[int, list[signs.Lasting]] = defaultdict(list)
    for waybill_id, *scan in binary_rows(_LASTING, [ids, min(months), max(months)]):
        lasting[waybill_id].append(signs.Lasting(*scan))
    had: dict[int, list[WaybillException]] = defaultdict(list)
    for row in WaybillException.objects.filter(waybill__in=among(ids)):
        had[row.waybill_id].append(row)
    carriers = dict(Carrier.objects.values_list("pk", "code"))
    return _Known(lasting, had, carriers)


def among(ids: Iterable[int]) -> RawSQL:
    """For `__in`: one parameter however many there are; thousands of placeholders take longer than the question."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


def _had(rows: Iterable[WaybillException], kind: str, seen: signs.Seen) -> bool:
    """Open already, or raised before for this very occurrence: what a person cleared does not come back by itself."""
    return any(row.kind == kind and (row.state == ExceptionState.OPEN or row.began_at == seen.began_at) for row in rows)


def _raise(troubles: Sequence[_Trouble], at: datetime, by: Actor, history: bool) -> list[WaybillException]:
    if not troubles:
        return []
    about = [(f"waybill:{trouble.waybill.pk}", trouble.given) for trouble in troubles]
    decisions = deciding.decide_many(table=rule_table.CODE, about=about, by=by, at=at)
    due = _DueTimes(at, {_branch_of(trouble.waybill) for trouble in troubles})
    rows = [
        _row(trouble, decision, due, history=history) for trouble, decision in zip(troubles, decisions, strict=True)
    ]
    told = [
        events.ExceptionRaised(
            waybill_id=row.waybill_id,
            exception_id=row.pk,
            exception_kind=row.kind,
            severity=row.severity,
            open_case=bool(decision.outputs["open_case"]) and not history,
            notify_customer=row.tell_customer,
        )
        for row, decision in zip(WaybillException.objects.bulk_create(rows), decisions, strict=True)
    ]
    stored.store_many(told, by=by, topics=["exceptions:all"])
    return rows


def _row(trouble: _Trouble, decision: Decision, due: "_DueTimes", *, history: bool) -> WaybillException:
    waybill, seen, said = trouble.waybill, trouble.seen, decision.outputs
    branch_id = _branch_of(waybill)
    return WaybillException(
        waybill_id=waybill.pk,
        kind=said["exception"],
        severity=said["severity"],
        until=said["until"] or Until.PERSON,
        branch_id=branch_id,
        scan_id=seen.scan_id,
        sign=seen.sign,
        began_at=seen.began_at,
        raised_at=due.at,
        due_at=due.of(branch_id, float(said["handle_hours"] or 0)),
        decision_id=decision.pk,
        tell_customer=bool(said["notify"]) and not history,
        history=history,
    )


def _branch_of(waybill: ParcelLike) -> int | None:
    """Who is to handle its trouble."""
    return waybill.current_branch_id or waybill.destination_id or waybill.origin_id


class _DueTimes:
    """When an exception raised at `at` is to be handled by, in each branch's working time, counted once per branch."""

    def __init__(self, at: datetime, branches: set[int | None]) -> None:
        self.at = at
        self._branches = Branch.objects.in_bulk([pk for pk in branches if pk])
        self._known: dict[tuple[int | None, float], datetime] = {}

    def of(self, branch_id: int | None, hours: float) -> datetime:
        if (branch_id, hours) not in self._known:
            branch = self._branches.get(branch_id) if branch_id else None
            length = timedelta(hours=hours)
            due = calendars.working_time(branch).add(self.at, length).at if branch else self.at + length
            self._known[branch_id, hours] = due
        return self._known[branch_id, hours]


def _clear_passed(
    waybills: Iterable[ParcelLike],
    had: Mapping[int, Sequence[WaybillException]],
    firing: Collection[tuple[int, str]],
    at: datetime,
    by: Actor,
) -> None:
    moved: list[WaybillException] = []
    arrived: list[WaybillException] = []
    for waybill in waybills:
        for row in had[waybill.pk]:
            if row.state != ExceptionState.OPEN:
                continue
            if row.until == Until.DELIVERED and waybill.final:
                arrived.append(row)
            elif row.until == Until.MOVES and (waybill.pk, row.kind) not in firing:
                moved.append(row)
    _clear(moved, at, by, _("The parcel moved on."))
    _clear(arrived, at, by, _("The parcel arrived."))


def _clear(rows: Sequence[WaybillException], at: datetime, by: Actor, words: str) -> list[int]:
    """Compare and set: one clearing, one event; the ids of those that were still open."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shipments_waybillexception "
            "SET state = 'cleared', cleared_at = %s, cleared_by = %s, clear_note = %s "
            "WHERE id = ANY(%s) AND state = 'open' RETURNING id",
            [at, by.label[:120], words[:300], [row.pk for row in rows]],
        )
        done = {pk for (pk,) in cursor.fetchall()}
    for row in rows:
        if row.pk in done:
            row.state, row.cleared_at = ExceptionState.CLEARED, at
            row.cleared_by, row.clear_note = by.label[:120], words[:300]
    told = [
        events.ExceptionCleared(
            waybill_id=row.waybill_id, exception_id=row.pk, exception_kind=row.kind, note=words[:300]
        )
        for row in rows
        if row.pk in done
    ]
    stored.store_many(told, by=by, topics=["exceptions:all"])
    return [row.pk for row in rows if row.pk in done]


def _plan_next(waybills: Sequence[Waybill], at: datetime) -> None:
    under_way = [waybill.pk for waybill in waybills if not waybill.final]
    arrived = [waybill.pk for waybill in waybills if waybill.final]
    Waybill.objects.filter(pk__in=among(under_way)).update(next_check_at=at + AGAIN)
    Waybill.objects.filter(pk__in=among(arrived)).update(next_check_at=None)


@transaction.atomic
def clear_exception(
    *, exception: WaybillException, note: str, by: Actor, at: datetime | None = None
) -> WaybillException:
    """A person says it is dealt with, and how. Clearing twice is harmless: the first answer stays."""
    clear_exceptions(exceptions=[exception], note=note, by=by, at=at or now())
    exception.refresh_from_db()
    return exception


@transaction.atomic
def clear_exceptions(*, exceptions: Iterable[WaybillException], note: str, by: Actor, at: datetime) -> list[int]:
    """Clear several with one remark; the ids of those that were still open. Raises BadInput without a remark."""
    words = note.strip()
    if not words:
        raise BadInput(_("Say how it was dealt with."), {"note": _("Say how it was dealt with.")})
    return _clear(list(exceptions), at, by, words)


@transaction.atomic
def reopen_exceptions(*, ids: Iterable[int], by: Actor) -> int:
    """Take a clearing back (undo). One that was raised anew meanwhile stays as it is; how many came back."""
    done = 0
    for row in WaybillException.objects.select_for_update().filter(pk__in=list(ids), state=ExceptionState.CLEARED):
        if WaybillException.objects.filter(waybill=row.waybill_id, kind=row.kind, state=ExceptionState.OPEN).exists():
            continue
        row.state, row.cleared_at, row.cleared_by, row.clear_note = ExceptionState.OPEN, None, "", ""
        row.save(update_fields=["state", "cleared_at", "cleared_by", "clear_note"])
        stored.hint([f"waybill:{row.waybill_id}", "exceptions:all"])
        done += 1
    return done


@transaction.atomic
def link_case(*, exception_id: int, case_key: str, by: Actor) -> None:
    """The room of cases opened a case from it ("case:17"). Harmless to repeat; the first case stays."""
    linked = WaybillException.objects.filter(pk=exception_id, case_key="").update(case_key=case_key[:40])
    if linked:
        waybill_id = WaybillException.objects.values_list("waybill_id", flat=True).get(pk=exception_id)
        stored.hint([f"waybill:{waybill_id}", "exceptions:all"])


@transaction.atomic
def note_told(*, case_key: str, at: datetime) -> None:
    """The customer of this case ("case:17") knows now what happened to the parcel. Harmless to repeat."""
    rows = WaybillException.objects.filter(case_key=case_key, tell_customer=True, told_at=None)
    waybills = list(rows.values_list("waybill_id", flat=True))
    rows.update(told_at=at)
    stored.hint([*(f"waybill:{pk}" for pk in waybills), "exceptions:all"] if waybills else [])


@undoes("shipments.clear")
def _undo_clear(payload: dict[str, Any], by: Actor) -> None:
    reopen_exceptions(ids=payload["ids"], by=by)
