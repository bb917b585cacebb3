from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.insight.reports import building, events, selectors, weeks
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Report, ReportReading, ReportRun
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.notifications import services as notifications

BY = Actor.system("reports")
READY = gettext_noop("%(report)s for %(first)s to %(last)s is ready: please read and confirm it")


def make_due(at: datetime) -> list[ReportRun]:
    """Make every report whose planned moment has passed and whose week is not made yet. Run often: a moment the
    machine slept through is made up for, and nothing is made twice."""
    made = []
    for report in Report.objects.filter(active=True):
        planned = weeks.last_planned(at, weekday=report.weekday, minute=report.minute)
        period = weeks.week_before(planned)
        if planned < report.created_at or report.runs.filter(period_start=period).exists():
            continue
        made.append(make(report=report, period_start=period, at=at, trigger=Trigger.SCHEDULE, by=BY))
    return made


@transaction.atomic
def make(*, report: Report, period_start: date, at: datetime, trigger: Trigger, by: Actor) -> ReportRun:
    """Make the report about the week that begins on `period_start`, and tell its readers. A week that is made already
    is given back as it is. Raises BadInput for a day that is no Monday, or a week that is not over."""
    if period_start.weekday() != 0:
        raise BadInput(_("A week begins on a Monday."), {"week": _("A week begins on a Monday.")})
    if weeks.moment(period_start + weeks.WEEK) > at:
        raise BadInput(_("This week is not over yet."), {"week": _("This week is not over yet.")})
    Report.objects.select_for_update().get(pk=report.pk)
    before = report.runs.filter(period_start=period_start).first()
    if before is not None:
        return before
    run = ReportRun.objects.create(
        report=report,
        period_start=period_start,
        made_at=at,
        trigger=trigger,
        made_by=by.label[:120],
        target=report.target,
        labels=building.labels(),
    )
    cases = building.fill(run)
    readers = _tell(run, at)
    made = events.ReportMade(
        run_id=run.pk, code=report.code, period_start=period_start.isoformat(), cases=cases, readers=readers
    )
    stored.store(made, by=by)
    return run


def _tell(run: ReportRun, at: datetime) -> int:
    readers = list(selectors.readers_now(run.report))
    ReportReading.objects.bulk_create(ReportReading(run=run, user=user, told_at=at) for user in readers)
    notifications.notify(to=readers, text=READY, params=words(run), url=url_of(run), key=ready_key(run), at=at)
    return len(readers)


def words(run: ReportRun) -> dict[str, str]:
    """What lines on the bell say about a run."""
    return {"report": run.report.name, "first": f"{run.period_start:%m-%d}", "last": f"{run.period_end:%m-%d}"}


def url_of(run: ReportRun) -> str:
    return reverse("reports:run", args=[run.pk])


def ready_key(run: ReportRun) -> str:
    return f"report:{run.pk}:ready"
