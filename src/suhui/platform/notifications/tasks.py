from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import schedule
from suhui.platform.notifications import services

KEPT = timedelta(days=90)


@schedule(name="notifications.forget_old", cron="23 3 * * *", title=_("Forget notifications after ninety days"))
def forget_old(timestamp: int) -> None:
    """A bell is no archive: lines go after ninety days."""
    services.forget_old(before=datetime.fromtimestamp(timestamp, UTC) - KEPT)
