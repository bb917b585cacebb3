"""What carriers tell: single pushes through the real door until everything they lead to is done (bench.door), and scans
in bulk, by one caller and by two at once. All is kept: the parcels are new ones, registered for it.

In bulk a parcel has five lines, one in fifty comes in broken. Figures: whole tracks of parcels just registered (one
caller, two callers), five newer lines each, five older lines each as history, and parcels that are all overdue, each of
which raises an exception. Beside each its work: processor time, ours and the database's, a line.
"""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from bench import door, measuring
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery
from suhui.platform.people.models import Branch
from suhui.records.shipments import services, track
from suhui.records.shipments.choices import Source
from suhui.records.shipments.services import Facts, NewWaybill
from suhui.records.shipments.services.bulk import BulkRecorded, record_scans_in_bulk
from suhui.records.shipments.told import Scan

SINGLE, MANY = 1000, 4000
"""Parcels pushed about; parcels told about in bulk."""
SINGLE_TARGET, BULK_TARGET = 300, 20_000
BY = Actor.system("bench")
WAY = (
    ("103", "【杭州市】西湖网点已揽收，收件员王师傅"),
    ("1002", "【杭州市】快件离开西湖网点，发往华东转运中心"),
    ("1002", "【嘉兴市】快件到达华东转运中心"),
    ("1002", "【嘉兴市】快件离开华东转运中心，发往华北转运中心"),
    ("5", "【北京市】朝阳网点派件员李师傅正在为您派件"),
)
BROKEN = ("209", "【北京市】外包装破损，已拍照登记")
EACH = len(WAY)
Told = list[tuple[int, Scan]]


def run(size: int) -> dict[str, Any]:
    # What an earlier run left to be told (the cases of its exceptions) is not this one's.
    Delivery.objects.all().delete()
    found = {**_single(min(SINGLE, size // 10)), **_bulk(min(MANY, size // 4))}
    Delivery.objects.all().delete()
    print(f"  pushes: {found}", flush=True)
    return found


def _single(parcels: int) -> dict[str, Any]:
    """The processes live at the true time of day."""
    numbers = [number for number, _pk in fresh(parcels, promised_at=datetime.now().astimezone() + timedelta(days=3))]
    measured = door.measure(numbers)
    floor = round(len(numbers) / _inserts(door.bodies(numbers[:400], stage=0)) * min(1, 400 / len(numbers)))
    return {**measured, "single_floor": floor, "single_target": SINGLE_TARGET}


def fresh(count: int, *, promised_at: datetime) -> list[tuple[str, int]]:
    """Number and id of so many parcels that nobody has told anything about, each on its way to a branch."""
    carrier = services.ensure_carrier("yto")
    branches = list(Branch.objects.order_by("id")[:200])
    first = time.time_ns() // 1_000_000
    rows = [
        NewWaybill(
            number=f"YT{first * 10_000 + place}"[:20],
            carrier=carrier,
            facts=Facts(
                recipient_name="王小明",
                recipient_phone=f"138{place:08d}",
                recipient_address="北京市朝阳区建国路1号",
                destination=branches[place % len(branches)],
                promised_at=promised_at,
            ),
        )
        for place in range(count)
    ]
    found: list[tuple[str, int]] = []
    for start in range(0, count, 1000):
        some = rows[start : start + 1000]
        ids = services.register_many(waybills=some, by=BY, source=Source.KUAIDI100).ids
        found += [(row.number, pk) for row, pk in zip(some, ids, strict=True)]
    Delivery.objects.all().delete()
    return found


def _inserts(bodies: Sequence[str]) -> float:
    """Seconds for the same rows written down one by one and committed, by the bare line."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as line:
        line.execute("DROP TABLE IF EXISTS bench_push")
        line.execute("CREATE TABLE bench_push (LIKE shipments_carrierpush INCLUDING ALL)")
        began = time.perf_counter()
        for number, body in enumerate(bodies):
            line.execute(
                "INSERT INTO bench_push (provider, digest, fields, state, times_received, received_at, error) "
                "VALUES ('kuaidi100', %s, to_jsonb(%s::text), 'received', 1, now(), '')",
                [str(number), body],
            )
        took = time.perf_counter() - began
        line.execute("DROP TABLE bench_push")
    return took


def _bulk(count: int) -> dict[str, Any]:
    soon, overdue = now() + timedelta(days=3), now() - timedelta(days=3)
    ids = [pk for _number, pk in fresh(count, promised_at=soon)]
    at = now() - timedelta(hours=8)
    whole = list(_scans(ids, at))
    found: dict[str, Any] = {"bulk_scans": len(whole), "bulk_target": BULK_TARGET}
    found |= _told("bulk_one", whole)
    found |= _told("bulk_news", list(_scans(ids, at + timedelta(hours=4))))
    found |= _told("bulk_history", list(_scans(ids, at - timedelta(days=400))), history=True)
    found |= _told("bulk_overdue", list(_scans([pk for _number, pk in fresh(count, promised_at=overdue)], at)))
    found["bulk_per_second"] = _two_callers(list(_scans([pk for _n, pk in fresh(count, promised_at=soon)], at)))
    found["bulk_floor"] = round(len(whole) / _copied(whole))
    return found


def _told(name: str, told: Told, *, history: bool = False) -> dict[str, Any]:
    began, work = time.perf_counter(), measuring.worked()
    done = _record(told, history=history)
    took, work = time.perf_counter() - began, measuring.worked() - work
    each = round(1000 * work / len(told))
    return {f"{name}_per_second": round(len(told) / took), f"{name}_work_us": each, f"{name}_raised": done.raised}


def _record(told: Told, *, history: bool = False) -> BulkRecorded:
    return record_scans_in_bulk(scans=told, source=Source.KUAIDI100.value, by=BY, history=history)


def _two_callers(told: Told) -> int:
    """Lines a second where two processes tell half of the parcels each, as two calls or two workers do."""
    middle = len(told) // EACH // 2 * EACH
    connection.close()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(3)
    callers = [context.Process(target=_caller, args=(half, ready)) for half in (told[:middle], told[middle:])]
    for caller in callers:
        caller.start()
    ready.wait()
    began = time.perf_counter()
    for caller in callers:
        caller.join()
        if caller.exitcode:
            raise RuntimeError("a caller failed")
    return round(len(told) / (time.perf_counter() - began))


def _caller(told: Told, ready: Any) -> None:
    connection.ensure_connection()
    # What a process reads once in its life (rules, codes) is read.
    _record(told[:EACH])
    ready.wait()
    _record(told)
    connection.close()


def _scans(ids: list[int], at: datetime) -> Iterator[tuple[int, Scan]]:
    for number, pk in enumerate(ids):
        for place, line in enumerate(WAY):
            code, text = BROKEN if place == EACH - 1 and number % 50 == 0 else line
            yield pk, Scan(at=at + timedelta(minutes=place * 40, seconds=number % 60), code=code, text=text)


def _copied(told: Told) -> float:
    """Seconds for as many rows by COPY into a table with the scans' columns and indexes."""
    moment = now().isoformat()
    lines = "".join(
        f"{number}\t{pk}\t{track.natural_key(at=scan.at, code=scan.code, text=scan.text)}\t{scan.at.isoformat()}\t"
        f"{moment}\t{scan.text}\t{scan.place}\n"
        for number, (pk, scan) in enumerate(told)
    )
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as line:
        line.execute("DROP TABLE IF EXISTS bench_scan")
        columns = "id, waybill_id, key, at, received_at, raw_text, place"
        line.execute(f"CREATE TABLE bench_scan AS SELECT {columns} FROM shipments_scanevent WHERE false".encode())
        for index in ("UNIQUE INDEX ON bench_scan (id)", "UNIQUE INDEX ON bench_scan (waybill_id, key)"):
            line.execute(f"CREATE {index}".encode())
        line.execute("CREATE INDEX ON bench_scan (waybill_id, at DESC, id DESC)")
        began = time.perf_counter()
        with line.cursor().copy("COPY bench_scan FROM STDIN") as copy:
            copy.write(lines)
        took = time.perf_counter() - began
        line.execute("DROP TABLE bench_scan")
    return took
