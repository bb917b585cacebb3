"""Looking after the machine: events that failed on their way, jobs that failed, schedules and when they last ran."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import croniter
from django.db import connection, transaction
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)
from procrastinate.exceptions import ConnectorException

from suhui.platform.core import events as stored
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Conflict, Missing
from suhui.platform.core.models import Delivery
from suhui.platform.desk import events

ALIVE = timedelta(seconds=60)
"""A worker that has not been heard of for longer is taken for dead."""


def failed_deliveries() -> QuerySet[Delivery]:
    """What waits for a person, oldest first, each with `held`: how many later ones of its subject wait behind it."""
    return _with_held(Delivery.objects.exclude(failed_at=None)).order_by("failed_at", "pk")


def struggling_deliveries() -> QuerySet[Delivery]:
    """What failed at least once and will be tried again, next first."""
    return _with_held(Delivery.objects.filter(failed_at=None, attempts__gt=0)).order_by("next_at", "pk")


def _with_held(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    behind = Delivery.objects.filter(
        handler=OuterRef("handler"), subject=OuterRef("subject"), event_id__gt=OuterRef("event_id")
    )
    counted = behind.order_by().values("handler").annotate(number=Count("pk")).values("number")
    return deliveries.select_related("event").annotate(held=Subquery(counted))


@transaction.atomic
def retry_delivery(*, delivery_id: int, by: Actor) -> None:
    """Let the handler try again at once, up to eight times more. Raises Missing when it is done meanwhile."""
    delivery = _hold(delivery_id)
    delivery.attempts, delivery.failed_at, delivery.next_at = 0, None, now()
    delivery.save(update_fields=["attempts", "failed_at", "next_at"])
    stored.store(events.DeliveryRetried(event_id=delivery.event_id, handler=delivery.handler), by=by)
    stored.hint([], wake=True)


@transaction.atomic
def skip_delivery(*, delivery_id: int, reason: str, by: Actor) -> None:
    """Take the event off the handler's way for good. Raises BadInput without a reason, Missing when it is done."""
    if not reason.strip():
        raise BadInput(_("Say why this may be skipped."), {"reason": _("Say why this may be skipped.")})
    delivery = _hold(delivery_id)
    event = events.DeliverySkipped(
        event_id=delivery.event_id,
        handler=delivery.handler,
        reason=reason.strip()[:500],
        error=delivery.error.strip().rpartition("\n")[2][:500],
    )
    delivery.delete()
    stored.store(event, by=by)
    stored.hint([], wake=True)


def _hold(delivery_id: int) -> Delivery:
    if not Delivery.objects.filter(pk=delivery_id).exists():
        raise Missing(_("This has been handled meanwhile."))
    delivery = Delivery.objects.select_for_update(skip_locked=True).filter(pk=delivery_id).first()
    if delivery is None:
        raise Conflict(_("This is being tried at this moment. Look again in a minute."))
    return delivery


@dataclass(frozen=True)
class Queue:
    """`waiting` jobs of one queue that are due, `running`, and `failed` ones kept."""

    name: str
    waiting: int
    running: int
    failed: int


def queues() -> list[Queue]:
    """Every queue that holds a job now."""
    rows = ProcrastinateJob.objects.filter(status__in=["todo", "doing", "failed"])
    counted: dict[str, dict[str, int]] = {}
    for name, status, number in rows.values_list("queue_name", "status").annotate(number=Count("id")).order_by():
        counted.setdefault(name, {})[status] = number
    return [
        Queue(name, found.get("todo", 0), found.get("doing", 0), found.get("failed", 0))
        for name, found in sorted(counted.items())
    ]


def failed_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs given up after their tries, newest first, with `failed_on`."""
    last = ProcrastinateEvent.objects.filter(job=OuterRef("pk")).order_by("-at").values("at")[:1]
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.filter(status="failed")
    return jobs.annotate(failed_on=Subquery(last)).order_by("-id")


@transaction.atomic
def retry_job(*, job_id: int, by: Actor) -> None:
    """Put a failed job back into its queue. Raises Missing when it is no longer a failed one."""
    job = ProcrastinateJob.objects.filter(pk=job_id, status="failed").first()
    if job is None:
        raise Missing(_("This has been handled meanwhile."))
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, now())
    except ConnectorException as error:
        raise Conflict(_("The same job waits already.")) from error
    stored.store(events.JobRetried(job_id=job_id, name=job.task_name), by=by)


def anything_failed() -> bool:
    """Whether an event or a job waits for a person. One quick question, asked on every page of who looks after it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM core_delivery WHERE failed_at IS NOT NULL) "
            "OR EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'failed')"
        )
        return bool(cursor.fetchone()[0])


def workers_alive() -> int:
    """How many worker processes were heard of within the last minute."""
    return int(ProcrastinateWorker.objects.filter(last_heartbeat__gte=now() - ALIVE).count())


@dataclass(frozen=True)
class ScheduleLine:
    """A declared schedule: what it does, how often in words, when it was last enqueued, how that run stands."""

    name: str
    title: str
    rhythm: str
    last_at: datetime | None
    state: str
    due_at: datetime | None = None
    """The planned run after the last one; None before the first."""

    def is_overdue(self, at: datetime, grace: timedelta = ALIVE) -> bool:
        """Whether the next run should have begun by `at`, with `grace` for a busy machine."""
        return self.due_at is not None and self.due_at + grace < at


def schedules() -> list[ScheduleLine]:
    """Every schedule of the house, by name, with its last run."""
    last = {
        row["task_name"]: (row["last"], row["job"])
        for row in ProcrastinatePeriodicDefer.objects.values("task_name").annotate(
            last=Max("defer_timestamp"), job=Max("job_id")
        )
    }
    states = _states(job for _last, job in last.values() if job)
    lines = []
    for periodic in app.periodic_registry.periodic_tasks.values():
        name = periodic.task.name
        at, job = last.get(name, (None, None))
        moment = datetime.fromtimestamp(at, UTC) if at else None
        title = str(jobs.titles.get(name, name))
        due = croniter(periodic.cron, moment).get_next(datetime) if moment else None
        lines.append(ScheduleLine(name, title, rhythm(periodic.cron), moment, states.get(job, ""), due))
    return sorted(lines, key=lambda line: line.name)


def rhythm(cron: str) -> str:
    """How often, in the reader's language and in the house's time; a form this does not know stays as it is written."""
    minute, hour, *days, second = (*cron.split(), "0")[:6]
    if days != ["*", "*", "*"]:
        return cron
    if (minute, hour) == ("*", "*"):
        return _("every %(count)s seconds") % {"count": second[2:]} if second.startswith("*/") else _("every minute")
    if minute.isdecimal() and hour.isdecimal():
        at = local(now().astimezone(UTC).replace(hour=int(hour), minute=int(minute)))
        return _("every day at %(time)s") % {"time": f"{at:%H:%M}"}
    return cron


def _states(job_ids: Iterable[int]) -> dict[int, str]:
    return dict(ProcrastinateJob.objects.filter(pk__in=list(job_ids)).values_list("pk", "status"))
