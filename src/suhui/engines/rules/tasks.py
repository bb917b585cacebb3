from django.utils.translation import gettext_lazy as _

from suhui.engines.rules import switching
from suhui.platform.core import jobs
from suhui.platform.core.clock import now


@jobs.schedule(name="rules.switch_due", cron="* * * * *", title=_("Switch on planned versions of rules"))
def switch_due(timestamp: int) -> None:
    """Planned versions come into force on time even when nobody asks their table."""
    switching.switch_due(now())
