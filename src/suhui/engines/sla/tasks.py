from django.utils.translation import gettext_lazy as _

from suhui.engines.sla import services
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now


@jobs.schedule(name="sla.tick", cron="* * * * * */15", title=_("Warn of deadlines and escalate what is late"))
def tick(timestamp: int) -> None:
    """Warn, note what is late, escalate: every 15 seconds, by the present moment, so that a late run misses nothing."""
    services.tick(now())


@jobs.job(name="sla.recount")
def recount(**change: int) -> None:
    """A calendar was changed: count the running clocks that lean on it anew."""
    services.recount(change=change, at=now(), by=Actor.system("sla"))
