"""Scans by the thousand: one transaction per lot, its statements set-based, the rules those of a single scan."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.search import services as search
from suhui.records.shipments import access, events, track
from suhui.records.shipments.choices import Status
from suhui.records.shipments.mapping import UNKNOWN
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services.exceptions import AGAIN, among, look_at
from suhui.records.shipments.services.scans import TOO_FAR_AHEAD, branches_named, count_unknown, meanings_of
from suhui.records.shipments.told import Scan

LOT = 5_000
"""Scans one transaction takes."""
_DONE_HERE = ("shipments.find_exceptions", "shipments.index_moved")
"""Handlers of the changed status whose work is done for the whole lot."""
_READ = (
    "id",
    "carrier_id",
    "status",
    "sub_status",
    "status_since",
    "current_branch_id",
    "origin_id",
    "destination_id",
    "registered_branch_id",
    "product",
    "insured_fen",
    "promised_at",
    "created_at",
)
_SCANS = "waybill_id, key, at, received_at, source, raw_code, raw_text, place, branch_id, operator_name, operator_phone"
_COLUMNS = {
    "status": "varchar",
    "sub_status": "varchar",
    "fault": "varchar",
    "status_since": "timestamptz",
    "collected_at": "timestamptz",
    "out_at": "timestamptz",
    "delivered_at": "timestamptz",
    "last_event_at": "timestamptz",
    "last_text": "varchar",
    "failed_attempts": "smallint",
    "current_branch_id": "bigint",
    "next_check_at": "timestamptz",
}
_UPDATE = """
    UPDATE shipments_waybill AS waybill SET {changes}, updated_at = %s
    FROM jsonb_to_recordset(%s::jsonb) AS told (id bigint, {types}) WHERE waybill.id = told.id
""".format(  # noqa: S608 - names of our own columns
    changes=", ".join(f"{name} = told.{name}" for name in _COLUMNS),
    types=", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items()),
)


@dataclass
class BulkRecorded:
    """What came of it: scans that were new, waybills whose status changed, exceptions raised, scans left out because
    there is no such waybill."""

    new: int = 0
    changed: int = 0
    raised: int = 0
    left_out: int = 0

    def add(self, other: "BulkRecorded") -> None:
        self.new += other.new
        self.changed += other.changed
        self.raised += other.raised
        self.left_out += other.left_out


@dataclass(slots=True)
class _Line:
    """A scan as track.summarise reads it."""

    id: int
    at: datetime
    status: str
    sub_status: str
    fault: str
    raw_text: str
    branch_id: int | None


@dataclass
class _Track:
    """A waybill's scans: those it had, and the keys by which a repeated one is known."""

    lines: list[_Line] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def record_scans_in_bulk(
    *,
    scans: Iterable[tuple[int, Scan]],
    source: str,
    by: Actor,
    history: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> BulkRecorded:
    """Record (waybill id, scan) pairs of many parcels, LOT by LOT, each lot in a transaction of its own.

    As with `record_scans`, told twice, late or out of order is harmless, so an interrupted call is begun again. Trouble
    is looked for at once by the same rules; with `history` it is only written down (models.WaybillException).
    `progress(done)` is called after every lot. Inside a caller's transaction the lots are one.
    """
    all_told, done, left = BulkRecorded(), 0, iter(scans)
    while lot := list(islice(left, LOT)):
        all_told.add(_record(lot, source, by, history))
        done += len(lot)
        progress(done)
    return all_told


@settled.steady()
@transaction.atomic
def _record(lot: Sequence[tuple[int, Scan]], source: str, by: Actor, history: bool) -> BulkRecorded:
    moment = now()
    told = sorted(
        ((pk, scan) for pk, scan in lot if scan.at <= moment + TOO_FAR_AHEAD), key=lambda pair: (pair[0], pair[1].at)
    )
    waybills = {row.pk: row for row in _locked({pk for pk, _scan in told})}
    tracks = _tracks(waybills.values())
    fresh = _add([(waybills[pk], scan) for pk, scan in told if pk in waybills], tracks, source, moment)
    if not fresh:
        return BulkRecorded(left_out=sum(pk not in waybills for pk, _scan in told))
    touched = [waybills[pk] for pk in sorted(fresh)]
    before = {row.pk: (row.status, row.sub_status) for row in touched}
    for row in touched:
        _bring_in_line(row, tracks[row.pk], moment)
    _write(touched, moment)
    changed = [row for row in touched if (row.status, row.sub_status) != before[row.pk]]
    _tell(touched, changed, before, by)
    raised = look_at(touched, at=moment, by=by, history=history)
    search.moved("waybill", [(row.pk, row.last_event_at, _branches_of(row)) for row in touched if row.last_event_at])
    return BulkRecorded(
        new=sum(fresh.values()),
        changed=len(changed),
        raised=len(raised),
        left_out=sum(pk not in waybills for pk, _scan in told),
    )


def _locked(ids: set[int]) -> list[Waybill]:
    """In the order of their ids, so that two lots about the same parcels wait for each other and never forever."""
    rows = Waybill.objects.filter(pk__in=among(ids)).order_by("pk").select_for_update(of=("self",))
    return list(rows.only(*_READ))


def _tracks(waybills: Collection[Waybill]) -> dict[int, _Track]:
    found: dict[int, _Track] = defaultdict(_Track)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT waybill_id, key, id, at, status, sub_status, fault, raw_text, branch_id "
            "FROM shipments_scanevent WHERE waybill_id = ANY(%s) AND waybill_created_at = ANY(%s)",
            [[row.pk for row in waybills], list({row.created_at for row in waybills})],
        )
        for waybill_id, key, *line in cursor.fetchall():
            one = found[waybill_id]
            one.keys.add(key)
            one.lines.append(_Line(*line))
    return found


def _add(
    told: Sequence[tuple[Waybill, Scan]], tracks: dict[int, _Track], source: str, moment: datetime
) -> Counter[int]:
    """Copy the new ones into the table; how many of each waybill. Its row is locked, so nobody adds between."""
    meanings = meanings_of(source, {scan.code for _row, scan in told if scan.code})
    branches = branches_named({scan.place for _row, scan in told if scan.place and scan.branch is None})
    unknown: list[tuple[str, str]] = []
    fresh: Counter[int] = Counter()
    sql = f"COPY shipments_scanevent ({_SCANS}, status, sub_status, fault, waybill_created_at) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for place, (row, scan) in enumerate(told):
            key = track.natural_key(at=scan.at, code=scan.code, text=scan.text)
            one = tracks[row.pk]
            if key in one.keys:
                continue
            meaning = meanings.get(scan.code, UNKNOWN)
            branch_id = scan.branch.pk if scan.branch else branches.get(scan.place)
            says = (meaning.status.value, meaning.sub.value, meaning.fault.value)
            what = (scan.code[:60], _plain(scan.text)[:500], _plain(scan.place)[:120], branch_id)
            who = (_plain(scan.operator_name)[:60], scan.operator_phone[:32])
            copy.write_row((row.pk, key, scan.at, moment, source, *what, *who, *says, row.created_at))
            one.keys.add(key)
            one.lines.append(_Line(_LAST + place, scan.at, *says, what[1], branch_id))
            fresh[row.pk] += 1
            if scan.code and meaning is UNKNOWN:
                unknown.append((what[0], what[1]))
    count_unknown(source, unknown, moment)
    return fresh


_LAST = 2**62
"""Those being added come after those that were there."""


def _plain(text: str) -> str:
    return text.replace("\0", "")


def _bring_in_line(waybill: Waybill, one: _Track, moment: datetime) -> None:
    said = track.summarise(one.lines, before=Status.CREATED)
    waybill.status, waybill.sub_status, waybill.fault = said.status, said.sub_status, said.fault
    waybill.status_since = said.status_since or waybill.status_since
    waybill.collected_at, waybill.out_at, waybill.delivered_at = said.collected_at, said.out_at, said.delivered_at
    waybill.last_event_at, waybill.last_text = said.last_event_at, said.last_text
    waybill.failed_attempts = said.failed_attempts
    waybill.current_branch_id = said.branch_id or waybill.current_branch_id
    waybill.next_check_at = None if track.is_final(said.status) else moment + AGAIN


def _write(waybills: Sequence[Waybill], moment: datetime) -> None:
    rows = [{"id": row.pk, **{name: getattr(row, name) for name in _COLUMNS}} for row in waybills]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [moment, json.dumps(rows, default=str)])


def _tell(
    touched: Sequence[Waybill], changed: Sequence[Waybill], before: dict[int, tuple[str, str]], by: Actor
) -> None:
    told = [
        events.WaybillStatusChanged(
            waybill_id=row.pk,
            status=row.status,
            sub_status=row.sub_status,
            before=before[row.pk][0],
            sub_before=before[row.pk][1],
            at=row.status_since.isoformat(),
        )
        for row in changed
    ]
    stored.store_many(told, by=by, besides=_DONE_HERE)
    news = {row.pk for row in touched} - {row.pk for row in changed}
    stored.hint(f"waybill:{pk}" for pk in sorted(news))


def _branches_of(waybill: Waybill) -> list[int]:
    return sorted({pk for name in access.BRANCHES if (pk := getattr(waybill, name))})
