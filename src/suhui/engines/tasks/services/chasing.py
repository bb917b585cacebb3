"""Chasing (跟催) by hand and by the clock: before it is due, when it is due, again and again, then the supervisor."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import events
from suhui.engines.tasks.choices import WAITING, LogKind
from suhui.engines.tasks.models import Reminder, Task
from suhui.engines.tasks.services.common import moved_on, shared, store, write_log
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import User

SYSTEM = Actor.system("tasks")
TWICE = timedelta(seconds=60)
"""The same words from the same person within this time are one chase: a double click."""


@transaction.atomic
def chase(*, task: Task, by: Actor, note: str = "", at: datetime | None = None) -> Task:
    """Press for it: the assignee, or everybody who could take it, is told; who pressed and how is kept.

    Refused when nobody has to do it any more.
    """
    moment = at or now()
    text = note.strip()[:500]
    held = Task.objects.select_for_update().get(pk=task.pk)
    if not held.is_waiting:
        raise moved_on(task)
    again = held.log.filter(kind=LogKind.CHASED, actor_id=by.user_id, text=text, at__gt=moment - TWICE)
    if by.user_id is not None and again.exists():
        return held
    held.chase_count += 1
    held.chased_at = moment
    held.save(update_fields=["chase_count", "chased_at", "updated_at"])
    write_log(held, LogKind.CHASED, by, moment, text=text, to_user_id=held.assignee_id)
    store(events.TaskChased(**shared(held), note=text, number=held.chase_count, by_timer=False), held, by)
    return held


@transaction.atomic
def remind(*, task: Task, user: User, remind_at: datetime, by: Actor, at: datetime | None = None) -> Reminder:
    """Remind `user` of it at a moment of their own; a second reminder moves the first."""
    if remind_at <= (at or now()):
        raise BadInput(_("This moment is past."), {"remind_at": _("This moment is past.")})
    found, _made = Reminder.objects.update_or_create(task=task, user=user, defaults={"at": remind_at, "sent_at": None})
    return found


def tick(at: datetime, limit: int = 500) -> int:
    """Do what the clock asks of tasks up to `at`: warn, mark broken promises, chase, escalate, remind. How many.

    Safe to run twice at once and to repeat: each step is a compare-and-set on the moment it was planned for.
    """
    due = Task.objects.waiting().filter(next_chase_at__lte=at).order_by("next_chase_at")
    count = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        count += _step(pk, at)
    reminders = Reminder.objects.filter(sent_at=None, at__lte=at, task__state__in=WAITING).values_list("pk", flat=True)
    for pk in list(reminders[:limit]):
        count += _remind(pk, at)
    return count


@transaction.atomic
def _step(task_id: int, at: datetime) -> int:
    task = Task.objects.select_for_update(skip_locked=True, of=("self",)).select_related("branch").filter(pk=task_id)
    held = task.first()
    if held is None or not held.is_waiting or held.next_chase_at is None or held.next_chase_at > at:
        return 0
    if held.due_at is not None and at < held.due_at:
        _warn(held, at)
    else:
        _chase_late(held, at)
    held.save()
    return 1


def _warn(task: Task, at: datetime) -> None:
    task.next_chase_at = task.due_at
    write_log(task, LogKind.REMINDED, SYSTEM, at, to_user_id=task.assignee_id)
    store(events.TaskWarned(**shared(task), assignee_id=task.assignee_id), task, SYSTEM)


def _chase_late(task: Task, at: datetime) -> None:
    """The due time is reached or past: a promise is broken (once); then chase, and after enough of it escalate."""
    if task.is_promise and task.broken_at is None:
        task.broken_at = at
        write_log(task, LogKind.BROKEN, SYSTEM, at)
        store(events.PromiseBroken(**shared(task), owner_id=task.assignee_id, reason=""), task, SYSTEM)
    task.late_chases += 1
    task.chase_count += 1
    task.chased_at = at
    task.next_chase_at = _next_late_chase(task, at)
    write_log(task, LogKind.CHASED, SYSTEM, at, to_user_id=task.assignee_id)
    store(events.TaskChased(**shared(task), note="", number=task.chase_count, by_timer=True), task, SYSTEM)
    if task.supervisor_after and task.late_chases >= task.supervisor_after and task.escalated_at is None:
        task.escalated_at = at
        write_log(task, LogKind.ESCALATED, SYSTEM, at)
        event = events.TaskEscalated(**shared(task), branch_id=task.branch_id, number=task.late_chases)
        store(event, task, SYSTEM)


def _next_late_chase(task: Task, at: datetime) -> datetime | None:
    """After the table's interval; once the supervisor knows, twice as long each time, at most eight times: a bell that
    rings every hour is no longer heard.
    """
    if not task.chase_every:
        return None
    since_told = max(0, task.late_chases - task.supervisor_after) if task.supervisor_after else 0
    pause = timedelta(minutes=task.chase_every) * 2 ** min(since_told, 3)
    due = working_time(task.branch).add(at, pause)
    found: datetime = due.at
    return found


@transaction.atomic
def _remind(reminder_id: int, at: datetime) -> int:
    moved = Reminder.objects.filter(pk=reminder_id, sent_at=None).update(sent_at=at)
    if moved:
        reminder = Reminder.objects.select_related("task").get(pk=reminder_id)
        task = reminder.task
        store(events.ReminderDue(**shared(task), user_id=reminder.user_id), task, SYSTEM, reminder.user_id)
    return moved
