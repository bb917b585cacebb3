"""The real product, started as its users start it, with a data folder and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
import pytest

from suhui.config import embedded

ROOT = Path(__file__).resolve().parents[1]
LATEST = 60.0
LONGEST = 300.0
"""Seconds: a first start on a busy machine may take its time."""


def until(true: Callable[[], object], within: float = LATEST) -> None:
    """Wait until `true()`; fails when it has not become so in time."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


@dataclass
class Suhui:
    """One installation: its data folder, its port, and the processes a test has started on it."""

    home: Path
    port: int = field(default_factory=free_port)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)
    output: "IO[str] | None" = None

    def environment(self) -> dict[str, str]:
        other = ("SUHUI_", "LC_", "LANG", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(other)}
        return kept | {"SUHUI_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8"} | self.more

    def start(self, *arguments: str, under: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*under, sys.executable, "-m", "suhui.config.cli", *arguments],
            env=self.environment(), stdin=subprocess.DEVNULL, stdout=self.output or subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, *more: str, demo: bool = False) -> "subprocess.Popen[str]":
        """`suhui run`, given back once it is ready."""
        process = self.start("run", "--demo" if demo else "--no-demo", "--port", str(self.port), *more)
        until(lambda: process.poll() is not None or self.get("/readyz") == 200, within=LONGEST)
        if process.poll() is not None:
            pytest.fail(process.communicate()[0])
        return process

    def said(self, *arguments: str) -> tuple[int, str]:
        """Run to the end: exit code and everything written."""
        process = self.start(*arguments)
        out, _nothing = process.communicate(timeout=LONGEST)
        return process.returncode, out.strip()

    def said_on_a_small_disk(self, room: str, *arguments: str) -> tuple[int, str]:
        """Like `said`, with the folder above the data folder on a disk of its own that holds no more than `room`."""
        unshare = ("unshare", "--mount", "sh", "-c")
        mount = f"mount -t tmpfs -o size={room},mode=711 tmpfs {self.home.parent}"
        if subprocess.run([*unshare, mount], capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody mount a small disk")
        process = self.start(*arguments, under=(*unshare, f'{mount} && exec "$@"', "sh"))
        out, _nothing = process.communicate(timeout=LATEST)
        return process.returncode, out.strip()

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def read(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def children(self, process: "subprocess.Popen[str]", word: str) -> list[psutil.Process]:
        found = []
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children():
                with suppress(psutil.Error):
                    found += [child] if word in child.cmdline() else []
        return found

    def everything(self) -> list[psutil.Process]:
        """All processes of this installation, the database included."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mine = process.environ().get("SUHUI_HOME") == str(self.home)
                if mine or str(self.home / "postgres") in process.cmdline():
                    found.append(process)
        return found

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=30)
        embedded.stop(self.home / "postgres")
        for left in self.everything():
            with suppress(psutil.Error):
                left.kill()


def copied(migrated: Path, folder: Path) -> Suhui:
    home = folder / "var"
    # Owners too: PostgreSQL wants to own its files.
    subprocess.run(["cp", "-a", str(migrated), str(home)], check=True)
    return Suhui(home)
