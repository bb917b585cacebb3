"""The worker against real processes: what was in flight when it was killed is done, once, by the next."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from suhui.config import embedded
from tests.house.line import django_says
from tests.product import ROOT, Suhui, until

pytestmark = pytest.mark.house

ROOM = """
import time
from dataclasses import dataclass
from django.db import connection
from suhui.platform.core import events

@dataclass(frozen=True, kw_only=True)
class Tried(events.DomainEvent):
    subject_kind = "trial"
    subject_field = "number"
    number: int

@events.handles(Tried, name="trial.count")
def count(happened):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial_seen (number) VALUES (%s)", [happened.data.number])
        if happened.data.number == 1:
            cursor.execute("SELECT pg_notify('trial_begun', '')")
            time.sleep(1.5)
"""
WORK = "import trial_room_settings; from suhui.config import worker; worker.work()"
SETTINGS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
import django
django.setup()
import trial_room
"""


@pytest.fixture
def workshop(suhui: Suhui, tmp_path: Path) -> tuple[Suhui, str]:
    """An installation with a room of its own whose handler takes its time, and the database's address."""
    (tmp_path / "trial_room.py").write_text(ROOM)
    (tmp_path / "trial_room_settings.py").write_text(SETTINGS)
    address = embedded.start(suhui.home / "postgres")
    suhui.more = {"SUHUI_DATABASE_URL": address, "PYTHONPATH": f"{ROOT / 'src'}:{tmp_path}"}
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE trial_seen (number int)")
    return suhui, address


def work(suhui: Suhui) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WORK], env=suhui.environment(), stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    suhui.started.append(process)
    return process


def put(address: str, number: int) -> None:
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "INSERT INTO core_storedevent (kind, subject, payload, actor_kind, actor_label, at, topics) "
            "VALUES ('trial_room.Tried', 'trial:1', %s, 'system', '', now(), '{}') RETURNING id",
            [json.dumps({"number": number})],
        ).fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO core_delivery (event_id, handler, subject, attempts, next_at, error) "
            "VALUES (%s, 'trial.count', 'trial:1', 0, now(), '')",
            [row[0]],
        )
        connection.execute("SELECT pg_notify('suhui_events', '')")


def seen(address: str) -> list[int]:
    try:
        with psycopg.connect(address) as connection:
            return [row[0] for row in connection.execute("SELECT number FROM trial_seen ORDER BY ctid")]
    except psycopg.Error:
        return []


def in_hand(address: str) -> bool:
    """A handler is at work: its claim's row lock is held."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%trial_begun%'"
        ).fetchone()
    return row is not None and row[0] > 0


def test_what_a_killed_worker_had_in_hand_is_done_once_by_the_next_and_in_order(workshop: tuple[Suhui, str]) -> None:
    suhui, address = workshop
    for number in (1, 2, 3):
        put(address, number)
    first = work(suhui)
    until(lambda: in_hand(address))
    first.kill()
    first.wait()
    assert seen(address) == []
    work(suhui)
    until(lambda: seen(address) == [1, 2, 3])


PUSHES = """
import json
from suhui.platform.core.actors import Actor
from suhui.records.shipments import services
from suhui.records.shipments.adapters.kuaidi100 import md5

services.ensure_carrier("yto")
account = services.save_account(
    provider="kuaidi100", name="", customer="C1", secrets={"key": "k", "salt": "s"}, by=Actor.system("test"))
for number in range(1500):
    line = {"time": "2026-11-19 10:00:00", "context": "已揽收", "statusCode": "103"}
    last = {"nu": f"YT96930836{number:05d}", "com": "yuantong", "data": [line]}
    text = json.dumps({"status": "polling", "lastResult": last})
    services.receive_push(account=account, fields={"sign": md5(text + "s"), "param": text})
"""


def test_pushes_that_were_answered_become_scans_once_though_the_worker_is_killed_at_them(suhui: Suhui) -> None:
    address = embedded.start(suhui.home / "postgres")
    suhui.more = {"SUHUI_DATABASE_URL": address}
    django_says(suhui, PUSHES, address)

    def taken() -> tuple[int, int]:
        with psycopg.connect(address) as connection:
            pushes = "SELECT count(*) FROM shipments_carrierpush WHERE state = 'processed'"
            row = connection.execute(f"SELECT ({pushes}), (SELECT count(*) FROM shipments_scanevent)").fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    first = suhui.start("worker")
    until(lambda: taken()[0] > 0)
    first.kill()
    first.wait()
    assert taken()[0] == taken()[1]
    suhui.start("worker")
    until(lambda: taken() == (1500, 1500))


def test_a_worker_outlives_a_restart_of_the_database_and_stops_when_asked(workshop: tuple[Suhui, str]) -> None:
    suhui, address = workshop
    process = work(suhui)
    put(address, 5)
    until(lambda: seen(address) == [5])
    embedded.stop(suhui.home / "postgres")
    time.sleep(1.0)
    embedded.start(suhui.home / "postgres")
    put(address, 6)
    until(lambda: seen(address) == [5, 6])
    assert process.poll() is None
    until(lambda: heartbeats(address) > 0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def heartbeats(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '7 seconds'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_the_doctor_says_what_is_wrong_and_what_to_do(suhui: Suhui) -> None:
    code, said = suhui.said("doctor")
    assert code == 1
    assert "✓ Tables" in said
    assert "✗ Worker" in said
    assert "suhui worker" in said


def test_the_doctor_leaves_no_database_running_and_says_versions(suhui: Suhui) -> None:
    code, said = suhui.said("doctor")
    assert f"✓ Database: PostgreSQL {embedded.VERSION}." in said
    assert "✓ Clock" in said
    assert code == 1
    assert suhui.everything() == []


def test_the_doctor_names_each_fault_of_a_deployment(suhui: Suhui) -> None:
    suhui.more = {
        "SUHUI_DATABASE_URL": embedded.start(suhui.home / "postgres"),
        "SUHUI_REDIS_URL": "redis://127.0.0.1:1/0",
        "SUHUI_DEMO": "1",
        "SUHUI_ALLOWED_HOSTS": "desk.example",
    }
    with psycopg.connect(suhui.more["SUHUI_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'trial.do', 'failed')"
        )
        connection.execute("DELETE FROM calendars_holidayyear")
        connection.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id) "
            "VALUES ('people.turn_absences', extract(epoch FROM now())::bigint - 7200, 'x')"
        )
    code, said = suhui.said("doctor")
    assert code == 1
    wrong = {line.split(":")[0] for line in said.splitlines() if line.startswith("✗")}
    assert {"✗ Redis", "✗ Demo", "✗ Calendar data", "✗ Worker", "✗ Schedules", "✗ Failed jobs"} <= wrong
    assert "people.turn_absences" in said
    assert "Traceback" not in said


def test_the_doctor_does_not_trip_over_missing_tables(fresh: Suhui) -> None:
    code, said = fresh.said("doctor")
    assert (code, "✗ Database" in said) == (1, True)
    fresh.more["SUHUI_DATABASE_URL"] = embedded.start(fresh.home / "postgres")
    code, said = fresh.said("doctor")
    assert (code, "✗ Tables" in said) == (1, True)
    assert "Traceback" not in said


def test_carriers_recognise_answers_in_json_without_a_database(tmp_path: Path) -> None:
    code, said = Suhui(tmp_path / "var").said("carriers", "recognise", "SF1234567890123")
    assert code == 0
    assert json.loads(said)[0]["carrier"] == "sf"
