"""What carriers tell: single pushes through the HTTP door and to their handlers, and scans in bulk; all kept."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.test import Client

from suhui.platform.core import dispatch
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import BEIJING, now
from suhui.platform.core.models import Delivery
from suhui.records.shipments import services, track
from suhui.records.shipments.adapters.kuaidi100 import md5
from suhui.records.shipments.choices import Source
from suhui.records.shipments.models import Carrier, CarrierAccount, Waybill, WaybillException
from suhui.records.shipments.services.bulk import record_scans_in_bulk
from suhui.records.shipments.told import Scan

SINGLE, MANY, EACH = 400, 4000, 5
"""Pushes; waybills that get news in bulk, and how many lines each."""
SINGLE_TARGET, BULK_TARGET = 300, 20_000
SALT = "the-salt-of-the-bench"
BY = Actor.system("bench")
TEXTS = ("已揽收", "快件到达转运中心", "快件离开转运中心", "派送中", "外包装破损，已拍照登记")
CODES = ("103", "1002", "1002", "5", "")


def run(size: int) -> dict[str, Any]:
    # What an earlier run left to be told (the cases of its exceptions) is not this one's.
    Delivery.objects.all().delete()
    found = {**_single(min(SINGLE, size // 50)), **_bulk(min(MANY, size // 4))}
    Delivery.objects.all().delete()
    print(f"  pushes: {found}", flush=True)
    return found


def _single(count: int) -> dict[str, Any]:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    if not CarrierAccount.objects.filter(provider="kuaidi100").exists():
        secrets = {"key": "the-key", "salt": SALT}
        callback = "http://127.0.0.1/hooks/carriers/kuaidi100/"
        services.save_account(
            provider="kuaidi100", name="快递100", customer="C1", secrets=secrets, callback=callback, by=BY
        )
    Carrier.objects.filter(code="yto", kuaidi100_code="").update(kuaidi100_code="yuantong")
    numbers = list(Waybill.objects.filter(carrier__code="yto").order_by("-id").values_list("number", flat=True)[:count])
    client = Client()
    bodies = [_body(number, now()) for number in numbers]
    client.post("/hooks/carriers/kuaidi100/", bodies.pop())
    began = time.perf_counter()
    for body in bodies:
        answer = client.post("/hooks/carriers/kuaidi100/", body)
        if answer.status_code != 200:
            raise RuntimeError(answer.content.decode())
    door = time.perf_counter() - began
    began = time.perf_counter()
    handled = dispatch.run_all(1_000_000)
    return {
        "single_per_second": round(len(bodies) / door),
        "handled_per_second": round(len(bodies) / (time.perf_counter() - began)),
        "deliveries": handled,
        "single_floor": round(len(bodies) / _inserts(bodies)),
        "single_target": SINGLE_TARGET,
    }


def _body(number: str, at: datetime) -> dict[str, str]:
    when = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    line = {"time": when, "ftime": when, "context": f"快件到达【华东转运中心】{time.time_ns()}", "statusCode": "1002"}
    last = {"nu": number, "com": "yuantong", "state": "0", "data": [line]}
    text = json.dumps({"status": "polling", "lastResult": last}, ensure_ascii=False)
    return {"sign": md5(text + SALT), "param": text}


def _inserts(bodies: list[dict[str, str]]) -> float:
    """Seconds for the same rows written down one by one and committed, by the bare line."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as line:
        line.execute("DROP TABLE IF EXISTS bench_push")
        line.execute("CREATE TABLE bench_push (LIKE shipments_carrierpush INCLUDING ALL)")
        began = time.perf_counter()
        for number, body in enumerate(bodies):
            line.execute(
                "INSERT INTO bench_push (provider, digest, fields, state, times_received, received_at, error) "
                "VALUES ('kuaidi100', %s, %s, 'received', 1, now(), '')",
                [str(number), json.dumps(body)],
            )
        took = time.perf_counter() - began
        line.execute("DROP TABLE bench_push")
    return took


def _bulk(count: int) -> dict[str, Any]:
    ids = list(Waybill.objects.under_way().order_by("-id").values_list("pk", flat=True)[:count])
    ids += list(Waybill.objects.order_by("-id").values_list("pk", flat=True)[: count - len(ids)])
    ids = list(dict.fromkeys(ids))
    at = now() - timedelta(hours=2)
    told = list(_scans(ids, at))
    before = WaybillException.objects.count()
    began = time.perf_counter()
    done = record_scans_in_bulk(scans=told, source=Source.KUAIDI100.value, by=BY)
    took = time.perf_counter() - began
    return {
        "bulk_per_second": round(len(told) / took),
        "bulk_scans": len(told),
        "bulk_new": done.new,
        "bulk_raised": WaybillException.objects.count() - before,
        "bulk_floor": round(len(told) / _copied(told)),
        "bulk_target": BULK_TARGET,
    }


def _scans(ids: list[int], at: datetime) -> Iterator[tuple[int, Scan]]:
    """Five lines a parcel; one parcel in fifty comes in broken."""
    for number, pk in enumerate(ids):
        for place in range(EACH):
            last = place == EACH - 1
            text = TEXTS[-1] if last and number % 50 == 0 else TEXTS[place % (EACH - 1)]
            code = "" if text == TEXTS[-1] else CODES[place % (EACH - 1)]
            moment = at + timedelta(minutes=place * 10, seconds=time.time_ns() % 600)
            yield pk, Scan(at=moment, code=code or "0", text=text, place="华东转运中心")


def _copied(told: list[tuple[int, Scan]]) -> float:
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
