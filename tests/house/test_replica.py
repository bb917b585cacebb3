"""A real streaming copy of the database: reports read from it while it keeps up, and from the primary when it does not.

The primary has one web process' settings of the product; the copy is made by pg_basebackup and follows over TCP.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from suhui.config import embedded
from tests.product import Suhui, free_port, until

pytestmark = pytest.mark.house
SETUP = "import os, django; os.environ['DJANGO_SETTINGS_MODULE']='suhui.config.settings'; django.setup()\n"
READS = """
from django.db import connection
from suhui.platform.core import replica
from suhui.platform.people.models import Role
with replica.reading() as fit:
    print(fit, Role.objects.all().db, Role.objects.count() > 0)
print(Role.objects.all().db, replica.behind() is not None)
print(Role.objects.using(replica.alias()).first().created_at is not None, replica.alias())
"""
WRITES = """
from django.db import IntegrityError, InternalError
from suhui.platform.core import replica
from suhui.platform.people.models import Role
with replica.reading():
    Role.objects.create(code="written-inside", name="写", reach="all")
print(Role.objects.using("default").filter(code="written-inside").exists())
try:
    Role.objects.using("replica").update(name="x")
except InternalError as error:
    print("read-only" in str(error))
"""
REPORT = """
from datetime import timedelta
from django.db import connections
from django.test.utils import CaptureQueriesContext
from suhui.insight.reports import services
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Report
from suhui.insight.reports.weeks import week_before
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
services.ship()
with CaptureQueriesContext(connections["replica"]) as copy:
    run = services.make(report=Report.objects.get(), period_start=week_before(now()), at=now(),
                        trigger=Trigger.HAND, by=Actor.system("test"))
print(run.pk > 0, any("cases_case" in query["sql"] for query in copy))
"""


@dataclass
class Pair:
    suhui: Suhui
    primary: str
    copy: Path
    copy_port: int
    options: str

    def says(self, code: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", SETUP + code], env=self.suhui.environment(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().split()

    def beat(self, seconds_ago: int = 0) -> None:
        """What a worker writes every few seconds."""
        with psycopg.connect(self.primary, autocommit=True) as line:
            line.execute("DELETE FROM procrastinate_workers")
            line.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
                [seconds_ago],
            )

    def at_the_copy(self, statement: str) -> object:
        address = self.primary.replace(f":{self.suhui.port}/", f":{self.copy_port}/")
        with psycopg.connect(address, autocommit=True) as line:
            row = line.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def caught_up(self) -> bool:
        with psycopg.connect(self.primary, autocommit=True) as line:
            row = line.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row
        return bool(self.at_the_copy(f"SELECT pg_last_wal_replay_lsn() >= '{row[0]}'::pg_lsn"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    first, copy = folder / "first", folder / "copy"
    port, copy_port = free_port(), free_port()
    embedded.start(first)
    embedded.stop(first)
    trust = "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"
    (first / "pg_hba.conf").write_text(trust)
    options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p "
    embedded._call(first, "pg_ctl", "start", "-w", "-o", f"{options}{port}", "-l", str(first / "log"))
    primary = f"postgresql://postgres@127.0.0.1:{port}/suhui"
    try:
        more = {"SUHUI_DATABASE_URL": primary, "SUHUI_SECRET_KEY": "the same"}
        suhui = Suhui(folder / "home", port=port, more=more)
        code, said = suhui.said("migrate")
        assert code == 0, said
        copy.mkdir(mode=0o700)
        shutil.chown(copy, user=first.owner())
        source = ("-h", "127.0.0.1", "-p", str(port), "-U", "postgres")
        embedded._call(copy, "pg_basebackup", "-R", "-X", "stream", "-c", "fast", *source)
        embedded._call(copy, "pg_ctl", "start", "-w", "-o", f"{options}{copy_port}", "-l", str(copy / "log"))
        suhui.more["SUHUI_REPLICA_URL"] = f"postgresql://postgres@127.0.0.1:{copy_port}/suhui"
        yield Pair(suhui, primary, copy, copy_port, options)
    finally:
        for one in (copy, first):
            embedded.stop(one)


def test_reports_read_from_the_copy_and_all_else_from_the_primary(pair: Pair) -> None:
    pair.beat()
    until(pair.caught_up)
    assert pair.says(READS) == ["True", "replica", "True", "default", "True", "True", "replica"]
    assert pair.says(REPORT) == ["True", "True"]


def test_what_is_written_inside_goes_to_the_primary_and_the_copy_takes_nothing(pair: Pair) -> None:
    pair.beat()
    until(pair.caught_up)
    assert pair.says(WRITES) == ["True", "True"]


def test_a_copy_that_is_far_behind_is_not_asked(pair: Pair) -> None:
    pair.beat(300)
    until(pair.caught_up)
    pair.at_the_copy("SELECT pg_wal_replay_pause()::text")
    pair.beat()
    assert pair.says(READS) == ["False", "default", "True", "default", "True", "True", "default"]
    pair.at_the_copy("SELECT pg_wal_replay_resume()::text")
    until(pair.caught_up)
    assert pair.says(READS)[0] == "True"


def test_a_copy_that_is_gone_is_not_asked(pair: Pair) -> None:
    pair.beat()
    until(pair.caught_up)
    embedded.stop(pair.copy)
    assert pair.says(READS) == ["False", "default", "True", "default", "False", "True", "default"]
    code, said = pair.suhui.said("doctor")
    assert code == 1
    assert "SUHUI_REPLICA_URL" in said
    embedded._call(
        pair.copy, "pg_ctl", "start", "-w", "-o", f"{pair.options}{pair.copy_port}", "-l", str(pair.copy / "log")
    )
    assert pair.says(READS)[0] == "True"
