"""The weekly complaint reports of the last two weeks, as the schedule would have made them, confirmed by most."""

from datetime import timedelta

from suhui.demo.world import World
from suhui.insight.reports import services, weeks
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import ReportReading
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import turned_to

CONFIRMED = (0.9, 0.6)
"""The share of readers who have confirmed the report before last, and the last one."""


def make_past_weeks(world: World) -> None:
    """What stood on the readers' desks on the last two Mondays."""
    report = services.ship()
    last = weeks.last_planned(world.now, weekday=report.weekday, minute=report.minute)
    for planned, share in zip((last - weeks.WEEK, last), CONFIRMED, strict=True):
        with turned_to(planned):
            run = services.make(
                report=report,
                period_start=weeks.week_before(planned),
                at=planned,
                trigger=Trigger.SCHEDULE,
                by=Actor.system("reports"),
            )
        for reading in ReportReading.objects.filter(run=run).select_related("user").order_by("pk"):
            at = min(planned + timedelta(minutes=world.random.randrange(10, 600)), world.now)
            if world.random.random() < share:
                services.confirm(run=run, user=reading.user, at=at, by=Actor.staff(reading.user))
