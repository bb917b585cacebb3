from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import LogKind, TaskState
from suhui.engines.tasks.models import Task, TaskLog
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import User


def topics(task: Task, *users: int | None) -> list[str]:
    """What changes with a task: the thing it is about, the lists of its branches, the people concerned, and what those
    who lead see of it, up the tree."""
    people = dict.fromkeys(user for user in (task.assignee_id, task.made_by_id, *users) if user is not None)
    branches = dict.fromkeys(pk for pk in (task.branch_id, task.from_branch_id) if pk is not None)
    above = [f"team:{pk}" for pk in task.branch.ancestor_ids]
    return [task.subject, *(f"user:{pk}" for pk in people), *(f"tasks:{pk}" for pk in branches), *above]


def shared(task: Task) -> dict[str, Any]:
    """The fields every event of a task has."""
    return {"task_id": task.pk, "about": task.subject, "task_kind": task.kind, "title": task.title}


def store(event: events.TaskEvent, task: Task, by: Actor, *users: int | None) -> None:
    stored.store(event, by=by, topics=topics(task, *users))


def write_log(
    task: Task, kind: LogKind, by: Actor, at: datetime, *, text: str = "", to_user_id: int | None = None
) -> TaskLog:
    return TaskLog.objects.create(
        task=task, kind=kind, text=text, to_user_id=to_user_id, actor_label=by.label, actor_id=by.user_id, at=at
    )


def name_of(user_id: int | None) -> str:
    if user_id is None:
        return _("nobody")
    return User.objects.values_list("name", flat=True).filter(pk=user_id).first() or ""


def moved_on(task: Task) -> Exception:
    """The sentence for a task that is no longer as the caller saw it."""
    task.refresh_from_db()
    if task.state == TaskState.DONE:
        return Conflict(_("%(name)s has done this already.") % {"name": name_of(task.done_by_id)})
    if task.state == TaskState.CANCELLED:
        return Refused(_("This task was cancelled."))
    if task.state == TaskState.RETURNED:
        return Refused(_("This task was returned to the one who asked."))
    if task.assignee_id is not None:
        return Conflict(_("%(name)s has taken this.") % {"name": name_of(task.assignee_id)})
    return Conflict(_("This task changed meanwhile. Load it again."))


def words(text: str, field: str, *, limit: int = 2000) -> str:
    """`text` without blank ends; raises BadInput at `field` when nothing is left."""
    bare = text.strip()[:limit]
    if not bare:
        raise BadInput(_("Say why in a few words."), {field: _("Say why in a few words.")})
    return bare


@dataclass(frozen=True)
class Chasing:
    """When a task is chased by itself, all in working minutes except `warn` (minutes on the clock before due)."""

    warn: int
    every: int
    supervisor_after: int


def first_chase(due_at: datetime | None, warn: int, at: datetime) -> tuple[datetime | None, datetime | None]:
    """(warn_at, next_chase_at): the notice before the due time, or the due time itself when that is nearer."""
    if due_at is None:
        return None, None
    warn_at = max(due_at - timedelta(minutes=warn), at)
    return warn_at, (warn_at if warn_at > at else due_at)
