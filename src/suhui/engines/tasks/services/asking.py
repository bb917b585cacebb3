from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import services as rules
from suhui.engines.tasks import events
from suhui.engines.tasks.choices import WAITING, LogKind, TaskKind, TaskState
from suhui.engines.tasks.models import Task
from suhui.engines.tasks.services.common import first_chase, moved_on, shared, store, words, write_log
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import Branch, Department, Role, User


@transaction.atomic
def create(
    *,
    kind: TaskKind,
    subject: str,
    title: str,
    branch: Branch,
    by: Actor,
    body: str = "",
    whose: str = "",
    url: str = "",
    department: Department | None = None,
    role: Role | None = None,
    assignee: User | None = None,
    from_branch: Branch | None = None,
    due_at: datetime | None = None,
    within: timedelta | None = None,
    checklist: Sequence[str | dict[str, Any]] = (),
    at: datetime | None = None,
) -> Task:
    """Ask somebody for something. Give `due_at`, or `within` in working time of `branch`, or neither: then the table
    "tasks.deadlines" says how long it may take. It also says when it is warned of and how often it is chased.

    Raises BadInput without a title, for a due time in the past, a department of another branch, or somebody who left.
    """
    moment = at or now()
    _check(title, branch, department, assignee, due_at, moment)
    task = Task(
        kind=kind,
        subject=subject,
        title=title.strip()[:160],
        body=body.strip(),
        whose=whose.strip()[:120],
        url=url,
        branch=branch,
        from_branch=from_branch,
        department=department,
        role=role,
        assignee=assignee,
        made_by_id=by.user_id,
        state=TaskState.CLAIMED if assignee else TaskState.OPEN,
        checklist=[_item(item) for item in checklist],
        due_at=due_at or moment,
    )
    task.save()
    _set_times(task, due_at, within, moment, by)
    write_log(task, LogKind.CREATED, by, moment, text=task.body, to_user_id=task.assignee_id)
    event = events.TaskCreated(**shared(task), branch_id=task.branch_id, assignee_id=task.assignee_id)
    store(event, task, by)
    return task


def _check(
    title: str,
    branch: Branch,
    department: Department | None,
    assignee: User | None,
    due_at: datetime | None,
    at: datetime,
) -> None:
    if not title.strip():
        raise BadInput(_("Say what is to be done."), {"title": _("Say what is to be done.")})
    if due_at is not None and due_at <= at:
        raise BadInput(_("This moment is past."), {"due_at": _("This moment is past.")})
    if department is not None and department.branch_id != branch.pk:
        raise BadInput(_("This department belongs to another branch."), {"department": _("Another branch's.")})
    if assignee is not None and not assignee.is_active:
        sentence = _("%(name)s has left the company.") % {"name": assignee.name}
        raise BadInput(sentence, {"assignee": sentence})


def _item(item: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(item, str):
        return {"text": item, "required": True, "done": False}
    return {"text": str(item["text"]), "required": bool(item.get("required", True)), "done": bool(item.get("done"))}


def _set_times(task: Task, due_at: datetime | None, within: timedelta | None, at: datetime, by: Actor) -> None:
    """Ask the table and write due, warning and chasing down, with the steps that led to the due time."""
    about = task.subject.partition(":")[0]
    inputs = {"kind": task.kind, "about": about, "branch_kind": task.branch.kind}
    decision = rules.decide(table="tasks.deadlines", inputs=inputs, subject=task.key, by=by, at=at)
    task.decision = decision
    task.due_at = due_at
    if due_at is None:
        minutes = decision.outputs["minutes"]
        length = within or (timedelta(minutes=minutes) if minutes is not None else None)
        if length is not None:
            due = working_time(task.branch).add(at, length)
            task.due_at, task.due_steps = due.at, list(due.steps_as_json)
    task.chase_every = decision.outputs["chase_every"] or 0
    task.supervisor_after = decision.outputs["supervisor_after"] or 0
    task.warn_at, task.next_chase_at = first_chase(task.due_at, decision.outputs["warn"] or 0, at)
    task.save()


@transaction.atomic
def postpone(*, task: Task, due_at: datetime, reason: str, by: Actor, at: datetime | None = None) -> Task:
    """Agree on another due time. Not for promises: a promise that cannot be kept is broken, and a new one made."""
    moment = at or now()
    if task.is_promise:
        raise Refused(_("A promise is not moved. Say that it cannot be kept, and make a new one."))
    if due_at <= moment:
        raise BadInput(_("This moment is past."), {"due_at": _("This moment is past.")})
    why = words(reason, "reason")
    warn = int((task.due_at - task.warn_at).total_seconds() // 60) if task.due_at and task.warn_at else 0
    warn_at, next_chase_at = first_chase(due_at, warn, moment)
    moved = Task.objects.filter(pk=task.pk, state__in=WAITING, due_at=task.due_at).update(
        due_at=due_at,
        warn_at=warn_at,
        next_chase_at=next_chase_at,
        due_steps=[],
        late_chases=0,
        escalated_at=None,
        updated_at=moment,
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.POSTPONED, by, moment, text=why)
    store(events.TaskPostponed(**shared(task), due_at=due_at.isoformat(), reason=why), task, by)
    return task


@transaction.atomic
def send_again(*, task: Task, by: Actor, words_to_it: str = "", at: datetime | None = None) -> Task:
    """The asker answers a returned task and sends it back to whom it came from, with a fresh deadline by the table."""
    moment = at or now()
    if task.is_waiting:
        return task
    assignee = task.assignee if task.assignee is not None and task.assignee.is_active else None
    moved = Task.objects.filter(pk=task.pk, state=TaskState.RETURNED).update(
        state=TaskState.CLAIMED if assignee else TaskState.OPEN, assignee=assignee, updated_at=moment
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    task.due_steps, task.late_chases, task.escalated_at = [], 0, None
    _set_times(task, None, None, moment, by)
    write_log(task, LogKind.SENT_AGAIN, by, moment, text=words_to_it.strip(), to_user_id=task.assignee_id)
    store(events.TaskSentAgain(**shared(task), assignee_id=task.assignee_id), task, by)
    return task


@transaction.atomic
def cancel(*, task: Task, by: Actor, reason: str = "", at: datetime | None = None) -> Task:
    """Nobody needs to do it any more. A broken promise stays counted as broken. Harmless to repeat."""
    moment = at or now()
    if task.state == TaskState.CANCELLED:
        return task
    moved = Task.objects.filter(pk=task.pk, state__in=[*WAITING, TaskState.RETURNED]).update(
        state=TaskState.CANCELLED, next_chase_at=None, updated_at=moment
    )
    if not moved:
        task.refresh_from_db()
        if task.state == TaskState.CANCELLED:
            return task
        raise Conflict(_("This is done already."))
    task.refresh_from_db()
    write_log(task, LogKind.CANCELLED, by, moment, text=reason.strip())
    store(events.TaskCancelled(**shared(task), reason=reason.strip(), assignee_id=task.assignee_id), task, by)
    return task
