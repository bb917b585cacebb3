"""Jobs and schedules, on procrastinate: enqueued in the transaction that needs them, retried, once per cluster."""

from collections.abc import Callable
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)


def job(*, name: str, queue: str = "default") -> Callable[[Callable[..., Any]], Any]:
    """Declare a job. It takes ids, is idempotent, and is retried five times. Call `the_job.defer(...)`."""
    return app.task(name=name, queue=queue, retry=RETRY)


titles: dict[str, Any] = {}
"""What each schedule does, in the reader's language, by its name."""


def schedule(*, name: str, cron: str, title: Any) -> Callable[[Callable[[int], Any]], Any]:
    """Declare a job that runs by the clock, once in the whole cluster. `cron` has five fields, or six with seconds
    last, and is read in UTC; a run missed by more than ten minutes is not made up for. Administrators read `title`.

    The function takes the planned time as a Unix time stamp. Two runs of one schedule never overlap.
    """

    def register(function: Callable[[int], Any]) -> Any:
        titles[name] = title
        task = app.task(name=name, queue="schedules", queueing_lock=name, lock=name, pass_context=False)(function)
        return app.periodic(cron=cron, periodic_id=name)(task)

    return register


def defer(name: str, **arguments: Any) -> None:
    """Enqueue a job of another room by its name, in the current transaction."""
    app.configure_task(name).defer(**arguments)
