"""Promises (CAS-7): written down with a time, warned of, counted as kept or broken."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import WAITING, LogKind, Outcome, TaskKind, TaskState
from suhui.engines.tasks.models import Task
from suhui.engines.tasks.services.asking import create
from suhui.engines.tasks.services.common import moved_on, shared, store, words, write_log
from suhui.engines.tasks.services.doing import complete
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused
from suhui.platform.people.models import Branch, User


@transaction.atomic
def promise(
    *,
    subject: str,
    text: str,
    due_at: datetime,
    owner: User,
    branch: Branch,
    by: Actor,
    url: str = "",
    whose: str = "",
    at: datetime | None = None,
) -> Task:
    """Write down what was promised to a customer, who keeps it, and by when. Raises BadInput for a time in the past."""
    task = create(
        kind=TaskKind.PROMISE,
        subject=subject,
        title=text,
        branch=branch,
        from_branch=branch,
        assignee=owner,
        due_at=due_at,
        url=url,
        whose=whose,
        by=by,
        at=at,
    )
    store(events.PromiseMade(**shared(task), due_at=due_at.isoformat(), owner_id=owner.pk), task, by)
    return task


@transaction.atomic
def keep_promise(*, task: Task, by: Actor, text: str = "", at: datetime | None = None) -> Task:
    """It was kept; after its time it counts as kept late. Anybody may say so who sees that it was done."""
    return complete(task=task, by=by, result=text, at=at)


@transaction.atomic
def break_promise(*, task: Task, reason: str, by: Actor, at: datetime | None = None) -> Task:
    """Say that it will not be kept: it is over and counts as broken. Harmless to repeat."""
    moment = at or now()
    if not task.is_promise:
        raise Refused(_("This is not a promise."))
    why = words(reason, "reason")
    if task.state == TaskState.DONE and task.outcome == Outcome.BROKEN:
        return task
    already = task.broken_at is not None
    moved = Task.objects.filter(pk=task.pk, state__in=WAITING, broken_at=task.broken_at).update(
        state=TaskState.DONE,
        outcome=Outcome.BROKEN,
        result=why,
        broken_at=task.broken_at or moment,
        done_at=moment,
        done_by=by.user_id,
        next_chase_at=None,
        updated_at=moment,
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.BROKEN, by, moment, text=why)
    if not already:
        store(events.PromiseBroken(**shared(task), owner_id=task.assignee_id, reason=why), task, by)
    return task
