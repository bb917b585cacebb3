"""Finding trouble by the table "shipment.exceptions", and ending it (SHP-3)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import selectors as rules
from suhui.engines.rules import services as deciding
from suhui.platform.calendars import selectors as calendars
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk.undo import undoes
from suhui.platform.people.models import Branch
from suhui.records.shipments import events, rule_table, signs
from suhui.records.shipments.choices import ExceptionState, Until
from suhui.records.shipments.models import Carrier, ScanEvent, Waybill, WaybillException

AGAIN = timedelta(minutes=30)
"""How often a parcel under way is looked at for what only time brings about."""
BATCH = 200


@dataclass
class _Known:
    """What the batch needs to know beforehand: three queries for any number of waybills."""

    lasting: dict[int, list[ScanEvent]]
    had: dict[int, list[WaybillException]]
    carriers: dict[int, str]


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


def _look(waybills: Sequence[Waybill], at: datetime, by: Actor) -> list[WaybillException]:
    known = _read(waybills)
    version = rules.version_in_force(rule_table.CODE, at)
    machine = rules.compiled(version)
    raised: list[WaybillException] = []
    for waybill in waybills:
        firing: set[str] = set()
        for seen in signs.signs_of(waybill, known.lasting[waybill.pk], at):
            given = signs.inputs(waybill, seen, known.carriers[waybill.carrier_id])
            matches = machine.decide(given)
            if not matches or not matches[0][1]["exception"]:
                continue
            kind = matches[0][1]["exception"]
            firing.add(kind)
            if not _had(known.had[waybill.pk], kind, seen):
                raised.append(_raise(waybill, seen, given, at, by))
                known.had[waybill.pk].append(raised[-1])
        _clear_passed(waybill, known.had[waybill.pk], firing, at, by)
    _plan_next(waybills, at)
    return raised


def _read(waybills: Sequence[Waybill]) -> _Known:
    ids = [waybill.pk for waybill in waybills]
    lasting: dict[int, list[ScanEvent]] = defaultdict(list)
    for scan in ScanEvent.objects.filter(waybill__in=ids, sub_status__in=list(signs.LASTING)).order_by("at"):
        lasting[scan.waybill_id].append(scan)
    had: dict[int, list[WaybillException]] = defaultdict(list)
    for row in WaybillException.objects.filter(waybill__in=ids):
        had[row.waybill_id].append(row)
    carriers = dict(Carrier.objects.values_list("pk", "code"))
    return _Known(lasting, had, carriers)


def _had(rows: Iterable[WaybillException], kind: str, seen: signs.Seen) -> bool:
    """Open already, or raised before for this very occurrence: what a person cleared does not come back by itself."""
    return any(row.kind == kind and (row.state == ExceptionState.OPEN or row.began_at == seen.began_at) for row in rows)


def _raise(waybill: Waybill, seen: signs.Seen, given: dict[str, Any], at: datetime, by: Actor) -> WaybillException:
    decision = deciding.decide(table=rule_table.CODE, inputs=given, subject=f"waybill:{waybill.pk}", by=by, at=at)
    said = decision.outputs
    branch_id = waybill.current_branch_id or waybill.destination_id or waybill.origin_id
    row = WaybillException.objects.create(
        waybill=waybill,
        kind=said["exception"],
        severity=said["severity"],
        until=said["until"] or Until.PERSON,
        branch_id=branch_id,
        scan_id=seen.scan_id,
        sign=seen.sign,
        began_at=seen.began_at,
        raised_at=at,
        due_at=_due(branch_id, at, float(said["handle_hours"] or 0)),
        decision_id=decision.pk,
        tell_customer=bool(said["notify"]),
    )
    stored.store(
        events.ExceptionRaised(
            waybill_id=waybill.pk,
            exception_id=row.pk,
            exception_kind=row.kind,
            severity=row.severity,
            open_case=bool(said["open_case"]),
            notify_customer=bool(said["notify"]),
        ),
        by=by,
        topics=["exceptions:all"],
    )
    return row


def _due(branch_id: int | None, at: datetime, hours: float) -> datetime:
    """The handling time in the branch's working time."""
    branch = Branch.objects.filter(pk=branch_id).first() if branch_id else None
    length = timedelta(hours=hours)
    return calendars.working_time(branch).add(at, length).at if branch else at + length


def _clear_passed(
    waybill: Waybill, rows: Iterable[WaybillException], firing: set[str], at: datetime, by: Actor
) -> None:
    for row in rows:
        if row.state != ExceptionState.OPEN or row.kind in firing:
            continue
        moved = row.until == Until.MOVES
        if moved or (row.until == Until.DELIVERED and waybill.final):
            _clear(row, at, by, _("The parcel moved on.") if moved else _("The parcel arrived."))


def _clear(row: WaybillException, at: datetime, by: Actor, words: str) -> bool:
    """Compare and set: one clearing, one event."""
    done = WaybillException.objects.filter(pk=row.pk, state=ExceptionState.OPEN).update(
        state=ExceptionState.CLEARED, cleared_at=at, cleared_by=by.label[:120], clear_note=words[:300]
    )
    row.refresh_from_db()
    if done:
        stored.store(
            events.ExceptionCleared(
                waybill_id=row.waybill_id, exception_id=row.pk, exception_kind=row.kind, note=words[:300]
            ),
            by=by,
            topics=["exceptions:all"],
        )
    return bool(done)


def _plan_next(waybills: Sequence[Waybill], at: datetime) -> None:
    under_way = [waybill.pk for waybill in waybills if not waybill.final]
    arrived = [waybill.pk for waybill in waybills if waybill.final]
    Waybill.objects.filter(pk__in=under_way).update(next_check_at=at + AGAIN)
    Waybill.objects.filter(pk__in=arrived).update(next_check_at=None)


@transaction.atomic
def clear_exception(
    *, exception: WaybillException, note: str, by: Actor, at: datetime | None = None
) -> WaybillException:
    """A person says it is dealt with, and how. Clearing twice is harmless: the first answer stays."""
    clear_exceptions(exceptions=[exception], note=note, by=by, at=at or now())
    return exception


@transaction.atomic
def clear_exceptions(*, exceptions: Iterable[WaybillException], note: str, by: Actor, at: datetime) -> list[int]:
    """Clear several with one remark; the ids of those that were still open. Raises BadInput without a remark."""
    words = note.strip()
    if not words:
        raise BadInput(_("Say how it was dealt with."), {"note": _("Say how it was dealt with.")})
    return [row.pk for row in exceptions if _clear(row, at, by, words)]


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
