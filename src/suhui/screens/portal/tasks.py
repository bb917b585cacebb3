from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import schedule
from suhui.screens.portal import asking
from suhui.screens.portal.models import Meter

COUNTS_KEPT = timedelta(days=40)


@schedule(name="portal.sweep", cron="52 3 * * *", title=_("Forget what was begun on the portal and never sent"))
def sweep(timestamp: int) -> None:
    """Every night: what was begun and never sent, and counts nobody needs any more, are forgotten."""
    at = datetime.fromtimestamp(timestamp, UTC)
    asking.sweep(at=at)
    Meter.objects.filter(last_at__lt=at - COUNTS_KEPT).delete()
