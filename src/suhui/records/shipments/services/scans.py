"""Recording scans: whatever the order and however often they are told, the waybill says the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch
from suhui.records.shipments import events, track
from suhui.records.shipments.choices import Fault, Status, SubStatus
from suhui.records.shipments.mapping import UNKNOWN, Meaning, shipped_meaning
from suhui.records.shipments.models import ScanEvent, StatusCode, UnknownCode, Waybill
from suhui.records.shipments.told import Scan

__all__ = ["Recorded", "Scan", "record_scans", "remap"]

TOO_FAR_AHEAD = timedelta(hours=24)


@dataclass(frozen=True)
class Recorded:
    """What came of it: the scans that were new, and whether the waybill now says something else."""

    new: int
    changed: bool
    waybill: Waybill


@transaction.atomic
def record_scans(*, waybill: Waybill, scans: Iterable[Scan], source: str, by: Actor) -> Recorded:
    """Add what is new of `scans` and compute the waybill anew. Told twice, late or out of order is harmless.

    A scan more than a day in the future is a mistake of the source and is left out. Unknown codes are kept with the
    scan, counted for the administrator, and do not change the status.
    """
    locked = Waybill.objects.select_for_update().get(pk=waybill.pk)
    moment = now()
    told = sorted((scan for scan in scans if scan.at <= moment + TOO_FAR_AHEAD), key=lambda scan: scan.at)
    meanings = meanings_of(source, {scan.code for scan in told if scan.code})
    branches = branches_named({scan.place for scan in told if scan.place and scan.branch is None})
    rows = [_row(locked, scan, source, moment, meanings, branches) for scan in told]
    new = _insert(locked, rows)
    unknown = [
        (row.raw_code, row.raw_text) for row in new if row.raw_code and meanings.get(row.raw_code, UNKNOWN) is UNKNOWN
    ]
    count_unknown(source, unknown, moment)
    changed = _compute(locked, by) if new else False
    if new and not changed:
        stored.hint([f"waybill:{locked.pk}"])
    return Recorded(len(new), changed, locked)


def _row(
    waybill: Waybill,
    scan: Scan,
    source: str,
    moment: datetime,
    meanings: dict[str, Meaning],
    branches: dict[str, int],
) -> ScanEvent:
    meaning = meanings.get(scan.code, UNKNOWN)
    return ScanEvent(
        waybill=waybill,
        key=track.natural_key(at=scan.at, code=scan.code, text=scan.text),
        at=scan.at,
        received_at=moment,
        source=source,
        raw_code=scan.code[:60],
        raw_text=scan.text[:500],
        place=scan.place[:120],
        branch_id=scan.branch.pk if scan.branch else branches.get(scan.place),
        operator_name=scan.operator_name[:60],
        operator_phone=scan.operator_phone[:32],
        status=meaning.status,
        sub_status=meaning.sub,
        fault=meaning.fault,
    )


def _insert(waybill: Waybill, rows: Sequence[ScanEvent]) -> list[ScanEvent]:
    """Those of `rows` that were not there, with their ids. The waybill's row is locked, so nobody adds between."""
    known = set(ScanEvent.objects.of(waybill).filter(key__in={row.key for row in rows}).values_list("key", flat=True))
    fresh: dict[str, ScanEvent] = {}
    for row in rows:
        if row.key not in known:
            fresh.setdefault(row.key, row)
    return ScanEvent.objects.bulk_create(list(fresh.values()))


def meanings_of(source: str, codes: set[str]) -> dict[str, Meaning]:
    found = {code: shipped_meaning(source, code) for code in codes}
    for row in StatusCode.objects.filter(source=source, code__in=codes) if codes else ():
        found[row.code] = _meaning(row)
    return found


def _meaning(row: StatusCode) -> Meaning:
    return Meaning(Status(row.status), SubStatus(row.sub_status), Fault(row.fault))


def branches_named(places: set[str]) -> dict[str, int]:
    if not places:
        return {}
    return dict(Branch.objects.active().filter(name__in=places).values_list("name", "pk"))


def count_unknown(source: str, codes: Sequence[tuple[str, str]], moment: datetime) -> None:
    """(code, text) of each new scan whose code no table knows, for the administrator."""
    texts = dict(codes)
    for code, count in Counter(code for code, _text in codes).items():
        seen = UnknownCode.objects.filter(source=source, code=code).update(
            count=F("count") + count, last_at=moment, text=texts[code][:300]
        )
        if not seen:
            UnknownCode.objects.get_or_create(
                source=source,
                code=code,
                defaults={"text": texts[code][:300], "count": count, "first_at": moment, "last_at": moment},
            )


def _compute(waybill: Waybill, by: Actor) -> bool:
    """Bring the locked waybill in line with its scans; True when its status or detail changed."""
    scans = ScanEvent.objects.of(waybill).only("id", "at", "status", "sub_status", "fault", "raw_text", "branch_id")
    said = track.summarise(scans, before=Status.CREATED)
    before, sub_before = waybill.status, waybill.sub_status
    values: dict[str, Any] = {
        "status": said.status,
        "sub_status": said.sub_status,
        "fault": said.fault,
        "status_since": said.status_since or waybill.status_since,
        "collected_at": said.collected_at,
        "out_at": said.out_at,
        "delivered_at": said.delivered_at,
        "last_event_at": said.last_event_at,
        "last_text": said.last_text,
        "failed_attempts": said.failed_attempts,
        "current_branch_id": said.branch_id or waybill.current_branch_id,
        "next_check_at": None if track.is_final(said.status) else now(),
        "updated_at": now(),
    }
    Waybill.objects.filter(pk=waybill.pk).update(**values)
    for name, value in values.items():
        setattr(waybill, name, value)
    if (before, sub_before) == (said.status, said.sub_status):
        return False
    _tell(waybill, before, sub_before, by)
    return True


def _tell(waybill: Waybill, before: str, sub_before: str, by: Actor) -> None:
    since = waybill.status_since
    stored.store(
        events.WaybillStatusChanged(
            waybill_id=waybill.pk,
            status=waybill.status,
            sub_status=waybill.sub_status,
            before=before,
            sub_before=sub_before,
            at=since.isoformat(),
        ),
        by=by,
    )


@transaction.atomic
def remap(*, source: str, code: str, meaning: Meaning, by: Actor, limit: int = 5000) -> int:
    """Give the scans that came with `code` their meaning and compute their waybills anew; how many waybills.

    At most `limit` scans at a time: the job calls again until nothing is left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shipments_scanevent SET status = %s, sub_status = %s, fault = %s "
            "WHERE (id, waybill_created_at) IN ("
            "SELECT id, waybill_created_at FROM shipments_scanevent "
            "WHERE source = %s AND raw_code = %s AND status = 'unknown' "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING waybill_id",
            [meaning.status.value, meaning.sub.value, meaning.fault.value, source, code, limit],
        )
        touched = sorted({row[0] for row in cursor.fetchall()})
    for waybill in Waybill.objects.select_for_update().filter(pk__in=touched).order_by("pk"):
        _compute(waybill, by)
    return len(touched)
