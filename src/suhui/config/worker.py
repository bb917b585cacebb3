"""The worker process: the dispatcher of stored events beside procrastinate's jobs and schedules."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from suhui.config.collecting import collect_seldom
from suhui.config.supervisor import end_with_parent

if TYPE_CHECKING:
    from procrastinate import App

log = logging.getLogger(__name__)

DISPATCHERS = 3
"""Threads that bring events to handlers."""
JOBS_AT_ONCE = 4
POLL = 1.0
"""Seconds after which the dispatcher looks by itself: a delivery put off has come due, a wake-up call was lost."""
LOOK = 0.5
"""Seconds between two looks at what waits in lots."""
HEARTBEAT, STALLED = 5.0, 20.0
"""A worker that gave no sign of life for STALLED seconds is dead; its jobs are begun anew."""
MOST_TRIES = 5


def work() -> None:
    """Work until a signal comes, then finish what has begun."""
    end_with_parent()
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    collect_seldom()
    stopping, wake = threading.Event(), threading.Condition()
    threads = [
        threading.Thread(target=dispatch_until, args=(stopping, wake), name=f"dispatch-{number}")
        for number in range(DISPATCHERS)
    ]
    threads.append(threading.Thread(target=take_until, args=(stopping,), name="lots"))
    listener = threading.Thread(target=listen_until, args=(stopping, wake), name="listen", daemon=True)
    for thread in [*threads, listener]:
        thread.start()
    try:
        asyncio.run(_jobs(stopping))
    finally:
        stopping.set()
        with wake:
            wake.notify_all()
        for thread in threads:
            thread.join()


def dispatch_until(stopping: threading.Event, wake: threading.Condition) -> None:
    """Handle deliveries as they come due. A lost database only makes it wait."""
    from suhui.platform.core import dispatch

    def rest() -> None:
        with wake:
            if not stopping.is_set():
                wake.wait(POLL)

    _work_until(stopping, dispatch.run_some, rest)


def take_until(stopping: threading.Event) -> None:
    """Take what waits in lots. Nobody is woken for each row: what came within LOOK is one lot."""
    from suhui.platform.core import gathering

    _work_until(stopping, gathering.take_some, lambda: stopping.wait(LOOK))


def _work_until(stopping: threading.Event, some: Callable[[], int], rest: Callable[[], object]) -> None:
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    while not stopping.is_set():
        try:
            if some():
                continue
        except (DatabaseError, InterfaceError):
            log.exception("the worker lost its database and tries again")
            close_old_connections()
            connection.close()
            stopping.wait(POLL)
            continue
        rest()
    connection.close()


def listen_until(stopping: threading.Event, wake: threading.Condition) -> None:
    """Wake the dispatchers when an event is stored anywhere."""
    import psycopg
    from procrastinate.contrib.django.utils import connector_params

    from suhui.platform.core import events

    while not stopping.is_set():
        try:
            with psycopg.connect(**connector_params(), autocommit=True) as line:
                line.execute(f"LISTEN {events.DISPATCH_CHANNEL}")
                while not stopping.is_set():
                    for _notice in line.notifies(timeout=POLL, stop_after=1):
                        with wake:
                            wake.notify_all()
        except psycopg.Error:
            stopping.wait(POLL)


async def _jobs(stopping: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    ended = asyncio.create_task(stop.wait())
    while not stop.is_set():
        running = asyncio.create_task(_run_procrastinate())
        await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            running.cancel()
        try:
            await running
        except asyncio.CancelledError:
            pass
        except Exception:
            log.exception("the job worker lost its database and tries again")
            await asyncio.wait({ended}, timeout=POLL)
    stopping.set()


async def _run_procrastinate() -> None:
    from procrastinate.contrib.django import app

    # A second app on the same tasks: jobs deferred by a handler still go through Django's connection, and so into
    # the handler's transaction.
    own = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with own.open_async():
        revival = asyncio.create_task(_revive(own))
        try:
            await own.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                install_signal_handlers=False,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
            )
        finally:
            revival.cancel()


async def _revive(app: "App") -> None:
    """Begin the jobs of dead workers anew; one that has outlived several workers waits for a person as failed."""
    from procrastinate import exceptions
    from procrastinate.jobs import Status

    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                if job.attempts >= MOST_TRIES:
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
                    continue
                try:
                    await app.job_manager.retry_job(job)
                except exceptions.UniqueViolation:
                    # The same schedule is queued again already.
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except exceptions.ConnectorException:
            log.warning("could not look for stalled jobs", exc_info=True)
        await asyncio.sleep(HEARTBEAT)
