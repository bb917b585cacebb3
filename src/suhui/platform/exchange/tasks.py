from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import defer, job, schedule
from suhui.platform.exchange import keeping, running

LEFT_ALONE = timedelta(seconds=90)
"""An import at work that nobody got on with for so long lost its worker."""


@job(name="exchange.check")
def check(import_id: int) -> None:
    _work("exchange.check", import_id)


@job(name="exchange.run")
def run(import_id: int) -> None:
    _work("exchange.run", import_id)


@job(name="exchange.undo")
def undo(import_id: int) -> None:
    _work("exchange.undo", import_id)


def _work(name: str, import_id: int) -> None:
    if not running.work(import_id):
        defer(name, import_id=import_id)


@schedule(name="exchange.resume", cron="* * * * *", title=_("Go on with imports that lost their worker"))
def resume(timestamp: int) -> None:
    running.resume(stale=datetime.fromtimestamp(timestamp, UTC) - LEFT_ALONE)


@schedule(name="exchange.sweep", cron="13 19 * * *", title=_("Remove imported files and lines after their time"))
def sweep(timestamp: int) -> None:
    """Every night (03:13 in Beijing)."""
    keeping.sweep(at=datetime.fromtimestamp(timestamp, UTC))
