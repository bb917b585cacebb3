from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.clock import now
from suhui.platform.core.jobs import schedule
from suhui.platform.people import services


@schedule(name="people.turn_absences", cron="* * * * *", title=_("Begin and end absences"))
def turn_absences(timestamp: int) -> None:
    """Absences begin and end at their minute."""
    services.turn_absences(at=datetime.fromtimestamp(timestamp, UTC))


@schedule(name="people.let_go_the_unseen", cron="* * * * *", title=_("Take whoever left without a word off the desk"))
def let_go_the_unseen(timestamp: int) -> None:
    """Whose browser has fallen silent is not waited for."""
    services.let_go_the_unseen(at=now())
