from django.utils.translation import gettext_lazy as _

from suhui.engines.sla import services
from suhui.platform.core import jobs
from suhui.platform.core.clock import now


@jobs.schedule(name="sla.tick", cron="* * * * * */15", title=_("Warn of deadlines and escalate what is late"))
def tick(timestamp: int) -> None:
    """Warn, note what is late, escalate: every 15 seconds, by the present moment, so that a late run misses nothing."""
    services.tick(now())
