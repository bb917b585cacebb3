"""How tasks follow a person who goes away: one compare-and-set for all of them."""

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import WAITING, LogKind, TaskState
from suhui.engines.tasks.models import Task, TaskLog
from suhui.engines.tasks.services.common import shared, store
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.models import User


def move(ids: list[int], from_user: User, to_user: User, by: Actor) -> list[int]:
    """Reassign those of `ids` that `from_user` still holds, in the caller's transaction; the ids that moved."""
    held = Task.objects.select_for_update().filter(pk__in=ids, assignee=from_user, state__in=WAITING).order_by("id")
    tasks = list(held)
    moved = [task.pk for task in tasks]
    at = now()
    Task.objects.filter(pk__in=moved).update(assignee=to_user, state=TaskState.CLAIMED, updated_at=at)
    TaskLog.objects.bulk_create(
        TaskLog(task=task, kind=LogKind.HANDED_OVER, to_user=to_user, actor_label=by.label, actor_id=by.user_id, at=at)
        for task in tasks
    )
    for task in tasks:
        task.assignee_id = to_user.pk
        event = events.TaskDelegated(**shared(task), before_id=from_user.pk, assignee_id=to_user.pk, reason="")
        store(event, task, by, from_user.pk)
    return moved
