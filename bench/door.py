"""Single pushes through the door of the real web process, and on through the worker until nothing is left to do.

Two pushes a parcel, as kuaidi100 sends them (each with the whole track so far), over several connections; one parcel in
fifty comes in broken, which raises an exception and opens a case. The sender is this process, on the same cores.
"""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import connection

from bench import pushing, serving
from suhui.platform.core.clock import BEIJING
from suhui.platform.core.models import Delivery
from suhui.records.shipments import services
from suhui.records.shipments.adapters.kuaidi100 import md5
from suhui.records.shipments.choices import PushState
from suhui.records.shipments.models import Carrier, CarrierAccount, CarrierPush, ScanEvent, Waybill, WaybillException

CONNECTIONS = 8
SALT = "the-salt-of-the-bench"
PATH = "/hooks/carriers/kuaidi100/"
PATIENCE = 300.0


def measure(numbers: list[str]) -> dict[str, Any]:
    """Pushes a second that the door took, that were wholly done with, and what one took of the processor."""
    _prepare()
    with serving.running() as address:
        _until_idle()
        _until_quiet()
        before = ScanEvent.objects.count(), WaybillException.objects.count()
        work, began = serving.Work(), time.perf_counter()
        for stage in (0, 1):
            _send(address, bodies(numbers, stage))
        door = time.perf_counter() - began
        at_door = work.so_far()
        _until_idle()
        done = time.perf_counter() - began
        ours, database = work.so_far()
    pushes = 2 * len(numbers)
    if CarrierPush.objects.exclude(state=PushState.PROCESSED).exists():
        raise RuntimeError("a push was lost or not understood")
    return {
        "single_per_second": round(pushes / door),
        "handled_per_second": round(pushes / done),
        "single_pushes": pushes,
        "single_scans": ScanEvent.objects.count() - before[0],
        "single_raised": WaybillException.objects.count() - before[1],
        "single_door_work_ms": round(1000 * sum(at_door) / pushes, 2),
        "single_work_ms": [round(1000 * seconds / pushes, 2) for seconds in (ours, database)],
    }


def bodies(numbers: list[str], stage: int) -> list[str]:
    """The forms of one push about each number: the first has one line, the second that and the next."""
    at = datetime.now(UTC) - timedelta(hours=1)
    return [_body(number, stage, at, broken=place % 50 == 0) for place, number in enumerate(numbers)]


def _body(number: str, stage: int, at: datetime, *, broken: bool) -> str:
    way = [pushing.WAY[0], pushing.BROKEN if broken else pushing.WAY[1]][: stage + 1]
    lines = []
    for place, (code, text) in enumerate(way):
        when = f"{at.astimezone(BEIJING).replace(minute=0, second=0) + timedelta(minutes=30 * place):%Y-%m-%d %H:%M:%S}"
        lines.append({"time": when, "ftime": when, "context": text, "statusCode": code})
    last = {"nu": number, "com": "yuantong", "state": "0", "data": lines[::-1]}
    text = json.dumps({"status": "polling", "lastResult": last}, ensure_ascii=False)
    return urlencode({"sign": md5(text + SALT), "param": text})


def _prepare() -> None:
    CarrierPush.objects.all().delete()
    if not CarrierAccount.objects.filter(provider="kuaidi100").exists():
        secrets = {"key": "the-key", "salt": SALT}
        services.save_account(
            provider="kuaidi100",
            name="快递100",
            customer="C1",
            secrets=secrets,
            callback=f"http://127.0.0.1{PATH}",
            by=pushing.BY,
        )
    Waybill.objects.filter(next_check_at__lt=datetime.now(UTC)).update(
        next_check_at=datetime.now(UTC) + timedelta(days=1)
    )
    Carrier.objects.filter(code="yto", kuaidi100_code="").update(kuaidi100_code="yuantong")


def _until_quiet() -> None:
    """What time has brought about in the loaded company (parcels and deadlines due) is not the pushes'."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        work = serving.Work()
        time.sleep(1)
        if sum(work.so_far()) < 0.1:
            return
    print("  the worker does not come to rest: figures of pushes hold other work too", flush=True)


def _send(address: str, sent: list[str]) -> None:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda start: _send_some(address, sent[start::CONNECTIONS]), range(CONNECTIONS)))


def _send_some(address: str, sent: list[str]) -> None:
    line = http.client.HTTPConnection(urlsplit(address).netloc)
    for body in sent:
        line.request("POST", PATH, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = line.getresponse()
        said = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(said)
    line.close()


def _until_idle() -> None:
    """Until no push waits, no delivery and no job that somebody asked for."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = %s",
                ["shipments.index"],
            )
            (jobs,) = cursor.fetchone()
        waiting = CarrierPush.objects.filter(state=PushState.RECEIVED).exists()
        if not jobs and not waiting and not Delivery.objects.filter(failed_at=None).exists():
            return
        time.sleep(0.1)
    raise RuntimeError("it is not done with after minutes")
