from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import WAITING, LogKind, Outcome, TaskKind, TaskState
from suhui.engines.tasks.models import Task, TaskLog
from suhui.engines.tasks.selectors import has_answer_files
from suhui.engines.tasks.services.common import moved_on, shared, store, words, write_log
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.files.models import StoredFile
from suhui.platform.files.services import rehome
from suhui.platform.people.models import User


@transaction.atomic
def claim(*, task: Task, by: Actor, at: datetime | None = None) -> Task:
    """Take a task that is for several. Of two at once one wins; the other gets Conflict with the winner's name."""
    moment = at or now()
    user_id = _person(by)
    moved = Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        state=TaskState.CLAIMED, assignee=user_id, updated_at=moment
    )
    if not moved:
        task.refresh_from_db()
        if task.is_waiting and task.assignee_id == user_id:
            return task
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.CLAIMED, by, moment)
    store(events.TaskClaimed(**shared(task), assignee_id=user_id), task, by)
    return task


@transaction.atomic
def release(*, task: Task, by: Actor, at: datetime | None = None) -> Task:
    """Put a taken task back for the others. Refused for a promise, which always has an owner."""
    moment = at or now()
    if task.is_promise:
        raise Refused(_("A promise needs somebody who keeps it. Pass it on instead."))
    if task.state == TaskState.OPEN:
        return task
    before = task.assignee_id
    moved = Task.objects.filter(pk=task.pk, state=TaskState.CLAIMED, assignee=before).update(
        state=TaskState.OPEN, assignee=None, updated_at=moment
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.RELEASED, by, moment)
    store(events.TaskReleased(**shared(task), before_id=before), task, by, before)
    return task


@transaction.atomic
def delegate(*, task: Task, to: User, by: Actor, reason: str = "", at: datetime | None = None) -> Task:
    """Pass it on to a colleague. Raises Conflict when it is no longer with whom the caller saw it."""
    moment = at or now()
    if not to.is_active:
        raise BadInput(_("%(name)s has left the company.") % {"name": to.name}, {"to": _("Has left the company.")})
    before = task.assignee_id
    if task.is_waiting and before == to.pk:
        return task
    moved = Task.objects.filter(pk=task.pk, state__in=WAITING, assignee=before).update(
        state=TaskState.CLAIMED, assignee=to, updated_at=moment
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.DELEGATED, by, moment, text=reason.strip(), to_user_id=to.pk)
    event = events.TaskDelegated(**shared(task), before_id=before, assignee_id=to.pk, reason=reason.strip())
    store(event, task, by, before)
    return task


@transaction.atomic
def give_back(*, task: Task, reason: str, by: Actor, at: datetime | None = None) -> Task:
    """Return it to the asker with a reason: not ours, or something is missing. Refused for a promise."""
    moment = at or now()
    if task.is_promise:
        raise Refused(_("A promise is kept or broken, not returned."))
    why = words(reason, "reason")
    if task.state == TaskState.RETURNED:
        return task
    keeper = task.assignee_id or by.user_id
    moved = Task.objects.filter(pk=task.pk, state__in=WAITING, assignee=task.assignee_id).update(
        state=TaskState.RETURNED, assignee=keeper, next_chase_at=None, updated_at=moment
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.RETURNED, by, moment, text=why, to_user_id=task.made_by_id)
    store(events.TaskReturned(**shared(task), reason=why, made_by_id=task.made_by_id), task, by)
    return task


@transaction.atomic
def tick_item(*, task: Task, number: int, done: bool, by: Actor) -> Task:
    """Tick one line of the checklist on or off; kept at once, so that nothing is lost half-way."""
    found = Task.objects.select_for_update().get(pk=task.pk)
    if not found.is_waiting:
        raise moved_on(task)
    if not 0 <= number < len(found.checklist):
        raise BadInput(_("The checklist has no such line."))
    found.checklist[number]["done"] = done
    found.save(update_fields=["checklist", "updated_at"])
    return found


@transaction.atomic
def complete(
    *,
    task: Task,
    by: Actor,
    result: str = "",
    answer: dict[str, Any] | None = None,
    checked: Sequence[int] | None = None,
    files: Sequence[StoredFile] = (),
    at: datetime | None = None,
) -> Task:
    """Done, with its result. `checked` are the numbers of the checklist's ticked lines (None: as they are);
    `answer` further fields as JSON; `files` become the task's (what was uploaded for "task:9" is already).

    Raises BadInput when a required line is open or an answer to a request is empty; Conflict when somebody else has
    it or was faster. Doing one's own done task again is harmless.
    """
    moment = at or now()
    if task.state == TaskState.DONE and task.done_by_id == by.user_id:
        return task
    text = result.strip()
    lines = _checked(task, checked)
    if files:
        rehome(files=files, owner_key=task.key, by=by)
    _demand_answer(task, text, lines, has_files=has_answer_files(task))
    moved = Task.objects.filter(pk=task.pk, state__in=WAITING, assignee=task.assignee_id).update(
        state=TaskState.DONE,
        assignee=task.assignee_id or by.user_id,
        result=text,
        answer=answer or {},
        checklist=lines,
        done_at=moment,
        done_by=by.user_id,
        outcome=_outcome(task, moment),
        next_chase_at=None,
        updated_at=moment,
    )
    if not moved:
        raise moved_on(task)
    task.refresh_from_db()
    write_log(task, LogKind.COMPLETED, by, moment, text=text)
    event = events.TaskCompleted(**shared(task), result=text, outcome=task.outcome, made_by_id=task.made_by_id)
    store(event, task, by)
    if task.is_promise:
        store(events.PromiseKept(**shared(task), late=task.outcome == Outcome.KEPT_LATE), task, by)
    return task


@transaction.atomic
def note(*, task: Task, text: str, by: Actor, at: datetime | None = None) -> TaskLog:
    """A remark everybody concerned sees in the task's history."""
    found = write_log(task, LogKind.NOTE, by, at or now(), text=words(text, "text"))
    return found


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise Refused(_("Only a member of staff can take this."))
    return by.user_id


def _checked(task: Task, checked: Sequence[int] | None) -> list[dict[str, Any]]:
    if checked is None:
        return list(task.checklist)
    return [{**line, "done": number in checked} for number, line in enumerate(task.checklist)]


def _demand_answer(task: Task, text: str, lines: list[dict[str, Any]], *, has_files: bool) -> None:
    missing = [line["text"] for line in lines if line["required"] and not line["done"]]
    if missing:
        sentence = _("Still open on the checklist: %(items)s") % {"items": "、".join(missing)}
        raise BadInput(sentence, {"checklist": sentence})
    if task.kind == TaskKind.FACT_REQUEST and not text and not has_files:
        sentence = _("Answer in a few words or with a photo.")
        raise BadInput(sentence, {"result": sentence})


def _outcome(task: Task, at: datetime) -> Outcome:
    late = task.due_at is not None and at > task.due_at
    if task.is_promise:
        return Outcome.KEPT_LATE if late or task.broken_at else Outcome.KEPT
    return Outcome.LATE if late else Outcome.ON_TIME
