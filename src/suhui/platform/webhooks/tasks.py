from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from procrastinate.exceptions import AlreadyEnqueued

from suhui.platform.core.jobs import job, schedule
from suhui.platform.webhooks import selectors, services

KEPT, FAILED_KEPT = timedelta(days=30), timedelta(days=90)


@schedule(name="webhooks.begin", cron="* * * * * */5", title=_("Send webhooks that are due"))
def begin(timestamp: int) -> None:
    """Put every endpoint with something due on the list of jobs, once; a slow one holds up no other."""
    for endpoint_id in selectors.due_endpoints():
        lock = f"webhooks:{endpoint_id}"
        with suppress(AlreadyEnqueued):
            send.configure(lock=lock, queueing_lock=lock).defer(endpoint_id=endpoint_id)


@job(name="webhooks.send")
def send(endpoint_id: int) -> None:
    """Send what is due to one endpoint."""
    services.send_due(endpoint_id=endpoint_id)


@schedule(name="webhooks.forget_old", cron="11 19 * * *", title=_("Forget webhooks that arrived a month ago"))
def forget_old(timestamp: int) -> None:
    """What arrived is kept for thirty days, what was given up for ninety."""
    at = datetime.fromtimestamp(timestamp, UTC)
    services.forget_old(delivered_before=at - KEPT, failed_before=at - FAILED_KEPT)
