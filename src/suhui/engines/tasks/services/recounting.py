"""A calendar was changed: open tasks whose time was counted in working hours are due by the new hours."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import LogKind
from suhui.engines.tasks.models import Task
from suhui.engines.tasks.services.common import shared, store, write_log
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.calendars.touched import Change, Touched, moved_step
from suhui.platform.core.actors import Actor

BATCH = 200


def recount(*, change: Change, at: datetime, by: Actor) -> int:
    """Count every open task of the touched branches anew; how many moved. Running it twice moves nothing twice.

    A promise, and any time a person has set, stays: only what was counted in working time moves. What is late stays
    late, and nothing becomes late by the change itself.
    """
    touched, last, moved = Touched(**change), 0, 0
    while ids := _next_ids(last, at):
        moved += _recount(ids, touched, at, by)
        last = ids[-1]
    return moved


def _next_ids(last: int, at: datetime) -> list[int]:
    counted = Task.objects.waiting().filter(pk__gt=last, due_at__gt=at).exclude(due_steps=[])
    return list(counted.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _recount(ids: list[int], touched: Touched, at: datetime, by: Actor) -> int:
    rows = Task.objects.waiting().filter(pk__in=ids, due_at__gt=at).select_related("branch").order_by("pk")
    return sum(_move(task, touched.hours(task.branch), at, by) for task in rows.select_for_update(of=("self",)))


def _move(task: Task, hours: WorkingTime | None, at: datetime, by: Actor) -> bool:
    start = task.due_steps[0]
    if hours is None or task.due_at is None or start["kind"] != "start" or "seconds" not in start:
        return False
    due = hours.add(datetime.fromisoformat(start["at"]), timedelta(seconds=start["seconds"]))
    if due.at == task.due_at or due.at <= at:
        return False
    before = task.due_at
    told = [step for step in task.due_steps if step["kind"] == "moved"]
    way = [step.as_json() for step in due.steps if step.kind != "start"]
    task.due_steps = [start, *told, moved_step(at, before, hours), *way]
    _move_warning(task, before, due.at, at)
    task.due_at = due.at
    task.save(update_fields=["due_at", "due_steps", "warn_at", "next_chase_at", "updated_at"])
    why = _("The calendar “%(name)s” was changed.") % {"name": hours.name}
    write_log(task, LogKind.POSTPONED, by, at, text=why)
    store(events.TaskPostponed(**shared(task), due_at=due.at.isoformat(), reason=why), task, by)
    return True


def _move_warning(task: Task, before: datetime, due_at: datetime, at: datetime) -> None:
    """As long before the due time as it was; one that was given already is not given again."""
    if task.next_chase_at == before:
        task.next_chase_at = due_at
    elif task.warn_at is not None and task.next_chase_at == task.warn_at:
        task.warn_at = task.next_chase_at = max(due_at - (before - task.warn_at), at)
