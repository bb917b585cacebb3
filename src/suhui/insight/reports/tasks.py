from django.utils.translation import gettext_lazy as _

from suhui.insight.reports import services
from suhui.platform.core import jobs
from suhui.platform.core.clock import now


@jobs.schedule(name="reports.due", cron="* * * * *", title=_("Make reports that are due and remind their readers"))
def due(timestamp: int) -> None:
    """Every minute: make what the plan (Monday 09:00 in Shanghai) says is due, and remind who has not confirmed.

    It looks at the plan rather than running at it, so that a plan people change holds at once and a machine that was
    off at nine makes the report when it is back.
    """
    services.make_due(now())
    services.chase_unread(now())
