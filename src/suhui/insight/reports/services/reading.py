from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.insight.reports import events
from suhui.insight.reports.models import ReportReading, ReportRun
from suhui.insight.reports.services.making import url_of, words
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import Refused
from suhui.platform.notifications import services as notifications
from suhui.platform.notifications.choices import Level
from suhui.platform.people.models import User

MOST = 3
"""A reader is reminded by the clock this often at most; people may remind again by hand."""
CHASE = gettext_noop("Still to confirm: %(report)s for %(first)s to %(last)s")


@transaction.atomic
def open_run(*, run: ReportRun, user: User, at: datetime) -> ReportReading | None:
    """Note that a receiver has opened the report. None for a reader who is no receiver."""
    ReportReading.objects.filter(run=run, user=user, read_at=None).update(read_at=at)
    return ReportReading.objects.filter(run=run, user=user).first()


@transaction.atomic
def confirm(*, run: ReportRun, user: User, at: datetime, by: Actor) -> ReportReading:
    """The receiver has read it. Harmless to repeat. Raises Refused for someone it was not sent to."""
    moved = ReportReading.objects.filter(run=run, user=user, confirmed_at=None).update(confirmed_at=at)
    reading = ReportReading.objects.filter(run=run, user=user).first()
    if reading is None:
        raise Refused(_("This report was not sent to you, so there is nothing to confirm."))
    if moved:
        ReportReading.objects.filter(pk=reading.pk, read_at=None).update(read_at=at)
        stored.store(events.ReportConfirmed(run_id=run.pk, user_id=user.pk), by=by, topics=[f"user:{user.pk}"])
    return reading


@transaction.atomic
def chase_unread(at: datetime) -> int:
    """Remind receivers who have not confirmed in the time their report gives them, three times at most; how many."""
    waiting = (
        ReportReading.objects.filter(confirmed_at=None, chases__lt=MOST, user__is_active=True)
        .select_related("run__report", "user")
        .select_for_update(skip_locked=True, of=("self",))
    )
    late = [reading for reading in waiting if at >= _last_word(reading) + _patience(reading)]
    for reading in late:
        _chase(reading, at)
    return len(late)


@transaction.atomic
def chase_by_hand(*, run: ReportRun, at: datetime, by: Actor) -> int:
    """Remind everyone who has not confirmed, now; how many. Twice within ten minutes reminds once."""
    recent = at - timedelta(minutes=10)
    waiting = ReportReading.objects.filter(run=run, confirmed_at=None, user__is_active=True)
    readings = list(waiting.select_related("run__report", "user").select_for_update(of=("self",)))
    due = [reading for reading in readings if reading.chased_at is None or reading.chased_at < recent]
    for reading in due:
        _chase(reading, at)
    return len(due)


def _last_word(reading: ReportReading) -> datetime:
    return reading.chased_at or reading.told_at


def _patience(reading: ReportReading) -> timedelta:
    return timedelta(hours=reading.run.report.chase_hours)


def _chase(reading: ReportReading, at: datetime) -> None:
    ReportReading.objects.filter(pk=reading.pk).update(chases=F("chases") + 1, chased_at=at)
    notifications.notify(
        to=[reading.user],
        text=CHASE,
        params=words(reading.run),
        url=url_of(reading.run),
        key=f"report:{reading.run_id}:chase:{reading.chases + 1}",
        level=Level.WARN,
        at=at,
    )
