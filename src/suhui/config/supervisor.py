"""The parent of `suhui run`: keeps its children alive, passes signals on, and ends them in order."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from suhui.config.words import Trouble, _

log = logging.getLogger(__name__)

TROUBLE_CODE = 3
"""The exit code of a child that has said in a sentence why it cannot work; it is not started again."""
INSTANT = 5.0
"""A child that lived for fewer seconds died at once."""
TOO_MANY = 5
LONGEST_PAUSE = 10.0
GRACE = 15.0
"""Seconds a child may take to finish what it has begun."""


@dataclass
class Child:
    """One process: `arguments` follow `suhui`."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    instant_deaths: int = 0
    next_start: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the parent alone, and the parent ends the children in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "suhui.config.cli", *self.arguments],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "SUHUI_PARENT": str(os.getpid())},
        )
        self.started_at = time.monotonic()


class Supervisor:
    """Runs until a signal comes or a child cannot be kept alive."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self._stopping = threading.Event()

    def run(self, *, when_up: Callable[[], bool] | None = None) -> None:
        """Start the children and look after them. `when_up` is asked until it says True.

        Raises Trouble when a child gives up, or dies at once again and again.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            for child in self.children:
                child.start()
            while not self._stopping.wait(0.1):
                for child in self.children:
                    self._look_after(child)
                if when_up is not None and when_up():
                    when_up = None
        finally:
            self.end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.next_start:
                child.start()
            return
        code = child.process.poll()
        if code is None:
            if child.instant_deaths and now - child.started_at > INSTANT:
                child.instant_deaths = 0
            return
        child.process = None
        child.deaths += 1
        if code == TROUBLE_CODE:
            raise Trouble("")
        child.instant_deaths = child.instant_deaths + 1 if now - child.started_at < INSTANT else 1
        if child.instant_deaths >= TOO_MANY:
            raise Trouble(
                _("The %(name)s process dies as soon as it starts: read what it wrote above, or ask `suhui doctor`.")
                % {"name": child.name}
            )
        pause = min(0.1 * 2 ** (child.instant_deaths - 1), LONGEST_PAUSE)
        log.error("the %s process ended with %s; it is started again in %.1f s", child.name, code, pause)
        child.next_start = now + pause

    def end(self) -> None:
        """Ask every child to finish, all at once, then make it."""
        alive = [child.process for child in self.children if child.process is not None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def end_with_parent() -> None:
    """In a child: end when the parent is gone, however it went (a killed parent cannot say goodbye)."""
    above = multiprocessing.parent_process()
    parent = above.pid if above is not None else int(os.environ.get("SUHUI_PARENT", "0"))
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
