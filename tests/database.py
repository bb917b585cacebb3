"""The tests' database: migrated once for a state of the migrations, then copied for each worker of each run.

A copy takes a tenth of a second where migrating takes ten. The original is named by a fingerprint of the migrations
and of every file they import, so that a change of any of them makes a new one; what is half made is never used.
"""

import ast
import hashlib
import importlib.metadata
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from suhui.engines.rules import services as rules
from suhui.platform.core.models import StoredEvent
from tests import shipped

SOURCE = Path(__file__).resolve().parent.parent / "src"
PREFIX, COPY = "suhui_shape_", "test_suhui_"
LOCK = 7_304_002
"""The advisory lock under which one worker migrates and the others wait."""


@contextmanager
def copied(worker: str) -> Iterator[None]:
    """Let Django use this worker's own copy, thrown away afterwards."""
    name = f"{COPY}{worker}_{os.getpid()}"
    with _server() as server:
        _drop_left(server)
        shape = _shape(server)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{shape}"'.encode())
    _use(name)
    _ship()
    shipped.keep()
    try:
        yield
    finally:
        connection.close()
        with _server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A line to the server's own database, alone among the workers while it is open."""
    known = {name: value for name, value in connection.settings_dict.items() if name in ("HOST", "PORT", "USER")}
    password = connection.settings_dict["PASSWORD"] or None
    more = {name.lower(): str(value) for name, value in known.items() if value}
    with psycopg.connect(dbname="postgres", password=password, autocommit=True, **more) as server:  # type: ignore[arg-type]
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


def _drop_left(server: psycopg.Connection) -> None:
    """Copies of runs that were killed: nobody is connected to them, and their process is gone."""
    rows = server.execute(
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s) "
        "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)",
        [COPY],
    ).fetchall()
    for (name,) in rows:
        pid = name.rpartition("_")[2]
        if not pid.isdecimal() or not psutil.pid_exists(int(pid)):
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _shape(server: psycopg.Connection) -> str:
    """The name of the migrated database for the present sources, made when missing; older ones go."""
    name = PREFIX + fingerprint()
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    if (name,) in rows:
        return name
    for (old,) in rows:
        server.execute(f'DROP DATABASE "{old}" WITH (FORCE)'.encode())
    making = f"{PREFIX}being_made"
    server.execute(f'CREATE DATABASE "{making}" TEMPLATE template0'.encode())
    _use(making)
    call_command("migrate", verbosity=0, interactive=False)
    _ship()
    connection.close()
    server.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"'.encode())
    return name


def _ship() -> None:
    """What an installation begins with besides its migrations. That it was put there is nobody's news."""
    if rules.ship():
        StoredEvent.objects.all().delete()


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def fingerprint() -> str:
    """Of the migrations, of whatever of ours they import, and of the packages that bring migrations of their own."""
    files = set(SOURCE.rglob("migrations/*.py"))
    waiting = list(files)
    while waiting:
        found = {file for file in _imported(waiting.pop()) if file not in files}
        files |= found
        waiting += found
    total = hashlib.sha256(Path(__file__).read_bytes() + Path(shipped.__file__).read_bytes())
    for package in ("django", "procrastinate"):
        total.update(importlib.metadata.version(package).encode())
    for file in sorted(files):
        total.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:16]


def _imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("suhui"):
            module = SOURCE.joinpath(*node.module.split("."))
            for place in (module, *(module / alias.name for alias in node.names)):
                yield from (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists())
