"""The real processes on a bench database, and people signed in to them: for benches that drive from outside."""

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import home

TOKEN = "b" * 32
PATIENCE = 60.0


@dataclass(frozen=True)
class Seat:
    """Somebody at a desk: who, the key of their session, the branch they sit in."""

    user: int
    session: str
    branch: int

    @property
    def headers(self) -> dict[str, str]:
        """As a page of theirs sends them."""
        return {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "X-Suhui-Page": "1",
        }


def demand(cases: int) -> None:
    """Have a whole company of this size, made now where there is none, and Django on it in this process."""
    if home.loaded(cases) is None or _is_old(cases):
        subprocess.run([sys.executable, "-m", "bench.load", "--cases", str(cases)], check=True)
    home.use(cases)


def _is_old(cases: int) -> bool:
    """Whether it was loaded by an older Suhui, whose tables are others."""
    code = (
        f"from bench import home; home.use({cases}); from suhui.config import doctor_inside as d; print(d.migrations())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return bool(done.stdout.strip())


class Work:
    """Processor time that our processes and the database's took meanwhile: the same on a busy machine as on an idle one
    (nearly), where a clock on the wall is not."""

    def __init__(self) -> None:
        self.before = _worked()

    def so_far(self) -> tuple[float, float]:
        """Seconds of ours and of the database's."""
        ours, database = _worked()
        return ours - self.before[0], database - self.before[1]

    def line(self, actions: int) -> str:
        ours, database = self.so_far()
        each = [1000 * seconds / max(actions, 1) for seconds in (ours, database)]
        return f"work of {actions:,} actions: {each[0]:.1f} ms ours and {each[1]:.1f} ms the database's each"


def _worked() -> tuple[float, float]:
    me = psutil.Process()
    database = [one for one in psutil.process_iter() if "suhui_bench" in _title(one)]
    return _seconds(me.children(recursive=True)), _seconds(database)


def _title(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline()) if process.name() == "postgres" else ""
    return ""


def _seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for one in processes:
        with suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system
    return total


@contextmanager
def running(web_processes: int = 1) -> Iterator[str]:
    """`suhui web` and `suhui worker` on 127.0.0.1, as `suhui run` starts them; their address."""
    port = _free_port()
    environment = os.environ | {"SUHUI_SERVER_TIMING": "1", "SUHUI_PARENT": str(os.getpid())}
    commands = (["web", "--port", str(port), "--workers", str(web_processes)], ["worker"])
    children = [
        subprocess.Popen([sys.executable, "-m", "suhui.config.cli", *command], env=environment) for command in commands
    ]
    try:
        address = f"http://127.0.0.1:{port}"
        _await(f"{address}/readyz")
        time.sleep(4)  # what a process loads by itself after its start
        yield address
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _await(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            # A server cannot say when it will be up: it is asked again, seldom enough not to slow its start.
            time.sleep(0.2)


def agents(count: int) -> list[Seat]:
    """Agents of all regions in turn, each signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from suhui.platform.people.models import User

    seats = []
    people = User.objects.filter(is_active=True, posts__role__code="agent").order_by("pk")
    users = list(people[: max(count, 1)])
    for number in range(count):
        user = users[number % len(users)]
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.save()
        seats.append(Seat(user.pk, str(session.session_key), user.branch_id))
    return seats


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def line(words: str, values: list[float]) -> str:
    """A row of the table that a bench prints: how many, median, 95th and 99th of a hundred, worst; milliseconds."""
    found = [percentile(values, share) * 1000 for share in (0.5, 0.95, 0.99, 1.0)]
    return f"{words:34} {len(values):6,} " + " ".join(f"{value:8.1f}" for value in found)


HEAD = f"{'milliseconds':34} {'count':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8}"


def machine() -> str:
    load = os.getloadavg()
    model = next(
        (row.split(":")[1].strip() for row in _about_processors() if row.startswith("model name")),
        platform.processor(),
    )
    return f"{os.cpu_count()} cores of {model}, load before the start {load[0]:.1f}, Python {platform.python_version()}"


def _about_processors() -> list[str]:
    known = Path("/proc/cpuinfo")
    return known.read_text().splitlines() if known.exists() else []
