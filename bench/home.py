"""Where the bench's databases live: a server of its own under SUHUI_HOME/bench, or the one of SUHUI_DATABASE_URL."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from suhui.config import embedded

FOLDER = Path(os.environ.get("SUHUI_HOME", "var")).resolve() / "bench"
OUTSIDE = os.environ.get("SUHUI_DATABASE_URL", "")
UNFINISHED = "suhui bench, being made"


@dataclass(frozen=True)
class Load:
    """What a bench database holds; kept as its comment. `at` is the moment its company is alive at."""

    cases: int
    seed: int
    at: str
    seconds: float = 0.0

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def name_of(cases: int) -> str:
    return f"suhui_bench_{cases}"


def server() -> str:
    """The address of the server's own database; the embedded one is started when it does not run."""
    if OUTSIDE:
        return _named(OUTSIDE, "postgres")
    address = embedded.start(FOLDER / "postgres", database="postgres")
    if _sized(address):
        embedded.stop(FOLDER / "postgres")
        address = embedded.start(FOLDER / "postgres", database="postgres")
    return address


def _sized(address: str) -> bool:
    """Give the server a third of the memory, as docs/scaling.md says of a server of its own; whether that was new."""
    wanted = psutil.virtual_memory().total // 3 // 2**20
    with psycopg.connect(address, autocommit=True) as line:
        row = line.execute("SELECT setting::bigint / 128 FROM pg_settings WHERE name = 'shared_buffers'").fetchone()
        if row and row[0] == wanted:
            return False
        line.execute(f"ALTER SYSTEM SET shared_buffers = '{wanted}MB'".encode())
        line.execute(f"ALTER SYSTEM SET effective_cache_size = '{2 * wanted}MB'".encode())
    return True


def warm(cases: int) -> None:
    """Read all tables once, so that they lie in the server's memory as after a day of work: a machine that has just
    loaded them, or takes memory away from what rests, would be measured by its disk."""
    with psycopg.connect(address(cases), autocommit=True) as line:
        rows = line.execute(_TABLES).fetchall()
        line.execute("SET enable_seqscan = off")
        for (table,) in rows:
            line.execute(f"SELECT count(ctid) FROM {table} WHERE id > 0".encode())


_TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 1000000
"""


def address(cases: int) -> str:
    return _named(server(), name_of(cases))


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def stop() -> None:
    """Stop the embedded server; an outside one is its owner's."""
    if not OUTSIDE:
        embedded.stop(FOLDER / "postgres")


def use(cases: int) -> None:
    """Django on the bench database of this size, in this process."""
    os.environ["SUHUI_DATABASE_URL"] = address(cases)
    os.environ.setdefault("SUHUI_SECRET_KEY", "only-for-the-bench")
    os.environ["SUHUI_SERVER_TIMING"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()


def loaded(cases: int) -> Load | None:
    """What is there, or None when there is nothing whole of this size."""
    with psycopg.connect(server(), autocommit=True) as line:
        found = line.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name_of(cases)]
        ).fetchone()
    if found is None or not found[0] or found[0] == UNFINISHED:
        return None
    return Load(**json.loads(found[0]))


def mark(cases: int, load: Load | None) -> None:
    """Write down what the database holds; None: it is being made."""
    words = json.dumps(asdict(load)) if load else UNFINISHED
    with psycopg.connect(server(), autocommit=True) as line:
        line.execute(psycopg.sql.SQL("COMMENT ON DATABASE {} IS {}").format(*_quoted(cases, words)))


def _quoted(cases: int, words: str) -> list[Any]:
    return [psycopg.sql.Identifier(name_of(cases)), psycopg.sql.Literal(words)]


def drop(cases: int) -> None:
    with psycopg.connect(server(), autocommit=True) as line:
        line.execute(f'DROP DATABASE IF EXISTS "{name_of(cases)}" WITH (FORCE)'.encode())


def create(cases: int) -> None:
    with psycopg.connect(server(), autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name_of(cases)}" TEMPLATE template0'.encode())
