from django.utils.translation import gettext_lazy as _

from suhui.engines.tasks import services
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now


@jobs.schedule(name="tasks.tick", cron="* * * * * */15", title=_("Warn, chase and escalate tasks and promises"))
def tick(timestamp: int) -> None:
    """Warnings, broken promises, chases, escalations and reminders, every fifteen seconds."""
    services.tick(now())


@jobs.job(name="tasks.recount")
def recount(**change: int) -> None:
    """A calendar was changed: count the open tasks that lean on it anew."""
    services.recount(change=change, at=now(), by=Actor.system("tasks"))
