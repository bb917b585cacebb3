"""How long files take to come in: python -m bench.importing [--rows 100000] [--kind customers|waybills]

An empty company, a file as a shop would send it, and a worker beside it as in `suhui run`. Counted are reading and
trying every line, writing with events, and the worker's search index, until nothing is left to do; on the clock and in
processor time of the importer, the worker and the database, without what it takes to start them. The floor is what the
database takes to COPY the same rows into tables with the same indexes and no more: no keys between them, no questions,
no second thought.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import home
from suhui.config.collecting import collect_seldom

ROWS_THAT_COUNT = 1000
NAME = "suhui_bench_import"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉力健世广志义兴良海山仁波宁贵福生龙元全胜学祥才"
CITIES = (
    ("浙江省杭州市", "西湖区 拱墅区 滨江区 余杭区 萧山区"),
    ("江苏省苏州市", "姑苏区 吴中区 虎丘区 相城区"),
    ("上海市", "浦东新区 闵行区 徐汇区 杨浦区"),
    ("广东省深圳市", "南山区 福田区 宝安区 龙岗区"),
    ("四川省成都市", "武侯区 锦江区 青羊区 成华区"),
)
ROADS = (
    "文三路",
    "人民路",
    "解放路",
    "建设路",
    "中山路",
    "和平路",
    "长江路",
    "学院路",
    "科技路",
    "新华路",
    "胜利路",
    "迎宾路",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kind", choices=["customers", "waybills"], default="customers")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with database() as address, TemporaryDirectory() as folder:
        use(address, Path(folder))
        file = Path(folder) / "file.csv"
        with file.open("w", encoding="gb18030", newline="") as opened:
            opened.writelines(lines(arguments.kind, arguments.rows, arguments.seed))
        measure(file, arguments.kind, arguments.rows, address)
    return 0


@contextmanager
def database() -> Iterator[str]:
    server = home.server()
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)'.encode())
        line.execute(f'CREATE DATABASE "{NAME}" TEMPLATE template0'.encode())
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
    finally:
        home.stop()


def use(address: str, folder: Path) -> None:
    os.environ["SUHUI_DATABASE_URL"] = address
    os.environ["SUHUI_SECRET_KEY"] = "only-for-the-bench"
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    from suhui.config import running

    running.migrate()
    from django.conf import settings

    settings.MEDIA_ROOT = folder / "files"


def lines(kind: str, count: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    if kind == "customers":
        yield "客户名称,手机号码,详细地址,客户类型,备注\r\n"
        for number in range(count):
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
            yield f"{name},{phone(number)},{place(chance)},个人,{'老客户' if number % 9 == 0 else ''}\r\n"
        return
    yield "运单号,快递公司,收件人,收件人电话,收件地址,寄件人,寄件人电话,重量(kg),代收货款\r\n"
    for number in range(count):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
        weight = chance.randrange(1, 200) / 10
        yield f"YT{number:013},圆通速递,{name},{phone(number)},{place(chance)},远行服饰,0571-88881234,{weight},0\r\n"


def phone(number: int) -> str:
    return f"1{(38, 39, 50, 86, 58)[number % 5]}{number * 7919 % 10**8:08}"


def place(chance: random.Random) -> str:
    city, districts = chance.choice(CITIES)
    flat = f"{chance.randrange(1, 30)}幢{chance.randrange(1, 30)}0{chance.randrange(1, 9)}室"
    return f"{city}{chance.choice(districts.split())}{chance.choice(ROADS)}{chance.randrange(1, 900)}号{flat}"


def measure(file: Path, kind: str, count: int, address: str) -> None:
    from django.core.files import File

    from suhui.platform.exchange import running, services

    collect_seldom()
    user = company()
    worker = subprocess.Popen([sys.executable, "-m", "suhui.config.cli", "worker"], env=dict(os.environ))
    try:
        rest(worker)
        meter = Meter(worker.pid)
        started = last = time.perf_counter()
        row: Any = None

        def done(what: str) -> None:
            nonlocal last
            now = time.perf_counter()
            print(f"{what:<34} {now - last:7.1f} s   {count / (now - last):8,.0f} lines a second", flush=True)
            last = now

        with file.open("rb") as opened:
            row = services.receive(upload=File(opened, name=file.name), kind_name=kind, user=user)
        services.check(row=row, given=row.mapping, user=user, here=True)
        while not running.work(row.pk):
            pass
        row.refresh_from_db()
        done("read, understood, tried, staged")
        services.start(row=row, user=user, known="update", perhaps="anew", here=True)
        while not running.work(row.pk):
            pass
        row.refresh_from_db()
        done("written with events")
        rest(worker)
        done("rest of search index and tiers")
        last = started
        done(f"all of {count:,} {kind}")
        print(row.get_state_display(), row.counts)
        print("processor time: " + ", ".join(f"{who} {spent:.1f} s" for who, spent in meter.spent().items()))
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    finally:
        worker.terminate()
        worker.wait()
    spent = floor()
    print(f"floor, the same rows by COPY: {spent['importer'] + spent['database']:.1f} s of the processor")


class Meter:
    """Processor time from now on, of this process, the worker and the database on the same machine."""

    def __init__(self, worker: int = 0) -> None:
        self._worker = worker
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        return {who: now - self._before[who] for who, now in self._now().items()}

    def _now(self) -> dict[str, float]:
        postmaster = int(_stat(backend())[1])
        fields = [_stat(int(folder.name)) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
        children = sum(_ticks(found[11:13]) for found in fields if found and int(found[1]) == postmaster)
        theirs = children + _ticks(_stat(postmaster)[11:15])
        worker = _ticks(_stat(self._worker)[11:15]) if self._worker else 0.0
        return {"importer": time.process_time(), "worker": worker, "database": theirs}


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, whose blanks would mislead; none for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ticks(fields: list[str]) -> float:
    return sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")


def backend() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def floor() -> dict[str, float]:
    """COPY what the import wrote out of its tables and into others like them."""
    from django.db import connection

    copied = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table}")
            if cursor.fetchone()[0] < ROWS_THAT_COUNT:
                continue
            with cursor.copy(f"COPY {table} TO STDOUT") as line:
                copied.append((table, b"".join(line)))
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
        meter = Meter()
        for table, rows in copied:
            with cursor.copy(f"COPY floor_{table} FROM STDIN") as line:
                line.write(rows)
    return meter.spent()


def company() -> Any:
    from suhui.platform.core.actors import Actor
    from suhui.platform.people import services as people
    from suhui.platform.people.models import Role

    by = Actor.system("bench")
    top = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=by)
    role = Role.objects.get(code="administrator")
    return people.add_person(username="admin", name="管理员", branch=top, roles=[role], by=by)


def rest(worker: "subprocess.Popen[bytes]") -> None:
    """Wait until no job and no delivery is left."""
    from django.db import connection

    while worker.poll() is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
                "AND queue_name <> 'schedules') OR EXISTS (SELECT 1 FROM core_delivery WHERE failed_at IS NULL)"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
