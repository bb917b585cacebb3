"""Runs requests through the real handler and middleware in this process and reads the server's own timing of each."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.asking import Asker, Kind

_TIMING = re.compile(r'app;dur=([\d.]+), db;dur=([\d.]+);desc="(\d+)"')
WARM = 8
FLOORED = 12
"""Requests whose statements are asked again, bare."""


@dataclass
class Line:
    """One line of the table; times in milliseconds. `floor` is an empty page and the same statements, bare; `work` the
    processor's time, ours and the database's, which says the same on a busy machine."""

    key: str
    words: str
    who: str
    target: int
    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    work: float = 0.0
    work95: float = 0.0
    worst: float = 0.0
    sql: float = 0.0
    queries: int = 0
    floor: float = 0.0
    slow: list[tuple[float, str]] = field(default_factory=list)

    @property
    def met(self) -> bool:
        return not self.target or self.p95 < self.target

    @property
    def ratio(self) -> float:
        return self.p50 / self.floor if self.floor else 0.0


def client_of(asker: Asker) -> Client:
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(asker.user)
    return client


def worked() -> float:
    """Milliseconds of processor time that this process and its line's server process have used until now."""
    try:
        text = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except (AttributeError, OSError):
        return time.process_time() * 1000
    return time.process_time() * 1000 + int(text.split()[0]) / 1e6


@dataclass(frozen=True)
class Took:
    """One answer: the server's own time, of it in the database, processor time, and the queries."""

    url: str
    whole: float
    sql: float
    work: float
    queries: int


def ask(client: Client, url: str) -> Took:
    before = worked()
    answer = client.get(url)
    work = worked() - before
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    found = _TIMING.fullmatch(answer["Server-Timing"])
    if found is None:
        raise RuntimeError("no Server-Timing: SUHUI_SERVER_TIMING is not set")
    return Took(url, float(found[1]), float(found[2]), work, int(found[3]))


def share(values: list[float], of: float) -> float:
    """The value that this share of all stays under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * of))]


def measure(kind: Kind, asker: Asker, client: Client, count: int, empty: float) -> Line:
    """Ask for `count` different addresses after some others to warm up, then for the floor of a dozen."""
    wanted = list(islice(dict.fromkeys(islice(kind.urls(asker, Random(5)), 4 * count)), count + WARM))
    for url in wanted[:WARM]:
        ask(client, url)
    asked = wanted[WARM:] if len(wanted) > 2 * WARM else wanted
    found = [ask(client, url) for url in asked]
    line = Line(kind.key, kind.words, asker.who, kind.target, len(found))
    line.p50, line.p95 = share([one.whole for one in found], 0.5), share([one.whole for one in found], 0.95)
    line.work, line.work95 = share([one.work for one in found], 0.5), share([one.work for one in found], 0.95)
    line.slow = sorted(((round(one.work, 1), one.url) for one in found), reverse=True)[:5]
    line.worst = max(one.whole for one in found)
    line.sql = statistics.median(one.sql for one in found)
    line.queries = max(one.queries for one in found)
    line.floor = empty + statistics.median(bare(client, one.url) for one in found[:: max(1, len(found) // FLOORED)])
    return line


def bare(client: Client, url: str) -> float:
    """Milliseconds of the page's statements alone: read again on the same line, rows fetched and thrown away."""
    with noted() as statements:
        client.get(url)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.cursor.execute(sql, values)
            if cursor.cursor.description:
                cursor.cursor.fetchall()
    return (time.perf_counter() - began) * 1000


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """The reading statements asked inside."""
    found: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().upper().startswith("SELECT") and not many:
            found.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield found


def empty_page(client: Client, count: int = 100) -> tuple[float, float]:
    """(p50, p95) of a page that asks nothing but who is there and shows the frame alone."""
    times = [ask(client, f"/bench/empty/?n={number}").whole for number in range(count + WARM)][WARM:]
    return share(times, 0.5), share(times, 0.95)
