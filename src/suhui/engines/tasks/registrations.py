from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.engines.rules.registry import Column, Row, TableSpec, register_table
from suhui.engines.rules.subjects import Link, register_subject
from suhui.engines.tasks import access, handover, selectors
from suhui.engines.tasks.choices import TaskKind, TaskState
from suhui.engines.tasks.models import Task, TaskLog
from suhui.engines.tasks.moving import move
from suhui.platform.core.live import register_topic
from suhui.platform.desk import navigation, timeline, workday
from suhui.platform.files.access import register_owner
from suhui.platform.people import open_work
from suhui.platform.people.access import scope
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

ICONS = {
    TaskKind.FACT_REQUEST: "message-question",
    TaskKind.ACTION_REQUEST: "checkbox",
    TaskKind.PROMISE: "heart-handshake",
    TaskKind.FOLLOW_UP: "phone-outgoing",
    TaskKind.CHASE: "bell-ringing",
}


register_table(
    TableSpec(
        code="tasks.deadlines",
        title=gettext_lazy("Deadlines and chasing of tasks"),
        help=gettext_lazy("How long a task may take, when it is warned of, and how it is chased."),
        order=40,
        inputs=[
            Column("kind", gettext_lazy("Kind"), "enum", choices=TaskKind.choices),
            Column("about", gettext_lazy("About"), "text"),
            Column("branch_kind", gettext_lazy("Kind of branch"), "enum", choices=BranchKind.choices),
        ],
        outputs=[
            Column("minutes", gettext_lazy("Time allowed"), "number", unit=gettext_lazy("working minutes")),
            Column("warn", gettext_lazy("Warn before"), "number", unit=gettext_lazy("minutes")),
            Column("chase_every", gettext_lazy("Chase every"), "number", unit=gettext_lazy("working minutes")),
            Column("supervisor_after", gettext_lazy("Supervisor after"), "number", unit=gettext_lazy("chases")),
        ],
        basis="企业内部规定",
        rows=[
            Row({"kind": "promise"}, {"minutes": None, "warn": 30, "chase_every": 60, "supervisor_after": 1}),
            Row({"kind": "fact_request"}, {"minutes": 240, "warn": 60, "chase_every": 60, "supervisor_after": 2}),
            Row({"kind": "chase"}, {"minutes": 120, "warn": 30, "chase_every": 60, "supervisor_after": 2}),
            Row({"kind": "follow_up"}, {"minutes": 480, "warn": 60, "chase_every": 120, "supervisor_after": 3}),
            Row({}, {"minutes": 480, "warn": 60, "chase_every": 120, "supervisor_after": 2}),
        ],
    )
)


def _work_items(user: User, at: datetime, limit: int) -> Iterable[workday.WorkItem]:
    for task in selectors.open_for(user)[:limit]:
        yield workday.WorkItem(
            subject=task.key,
            kind=task.get_kind_display(),
            icon=ICONS[TaskKind(task.kind)],
            title=task.title,
            whose=task.whose,
            reason=reason(task, user, at),
            action=_action(task),
            url=reverse("tasks:task", args=[task.pk]),
            due_at=task.due_at,
            warn_at=task.warn_at,
            shared=task.assignee_id is None and task.made_by_id != user.pk,
        )


def reason(task: Task, user: User, at: datetime) -> str:
    """Why it is on this person's list now."""
    if task.state == TaskState.RETURNED:
        name = task.assignee.name if task.assignee else ""
        return _("%(name)s returned it to you") % {"name": name}
    if task.broken_at is not None:
        return _("The promise has lapsed; keep it late or say so")
    if task.chased_at is not None and task.chase_count:
        return _("Chased %(count)s times") % {"count": task.chase_count}
    if task.is_promise:
        return _("Promised to the customer")
    asker = task.made_by.name if task.made_by else ""
    if task.state == TaskState.OPEN:
        whom = task.department or task.role or task.branch
        return _("Asked of %(whom)s by %(name)s") % {"whom": whom, "name": asker}
    return _("Asked by %(name)s") % {"name": asker}


def _action(task: Task) -> str:
    if task.state == TaskState.RETURNED:
        return _("Look at it")
    if task.state == TaskState.OPEN:
        return _("Take it")
    verbs = {
        TaskKind.FACT_REQUEST: _("Answer"),
        TaskKind.PROMISE: _("Keep the promise"),
        TaskKind.FOLLOW_UP: _("Call the customer"),
    }
    return verbs.get(TaskKind(task.kind), _("Do"))


def _may_watch_task(user: Any, key: str) -> bool:
    return key.isdecimal() and access.visible_to(user).filter(pk=int(key)).exists()


def _may_watch_team(user: Any, key: str) -> bool:
    """The key is a branch: whoever leads there sees the work of everybody below."""
    return key.isdecimal() and scope(user, Perm.SUPERVISE).covers(branch_id=int(key))


def _may_watch_list(user: Any, key: str) -> bool:
    """The key is a branch: its people, and who supervises it."""
    if not key.isdecimal():
        return False
    return user.branch_id == int(key) or scope(user, Perm.SUPERVISE).covers(branch_id=int(key))


def _case_entries(_user: User, case_id: int, limit: int) -> Iterable[timeline.TimelineEntry]:
    """What was asked, promised and answered, in the case's own story; whoever sees the case sees this."""
    rows = TaskLog.objects.filter(task__subject=f"case:{case_id}").select_related("task", "to_user").order_by("-id")
    for entry in rows[:limit]:
        task = entry.task
        yield timeline.TimelineEntry(
            at=entry.at,
            kind=task.get_kind_display(),
            icon=ICONS[TaskKind(task.kind)],
            title=f"{entry.get_kind_display()} · {task.title}",
            body=entry.text,
            url=reverse("tasks:task", args=[task.pk]),
            actor=entry.actor_label,
        )


navigation.register_place(
    navigation.Place("tasks:list", gettext_lazy("Tasks"), "checkbox", Perm.TASK_WORK, order=25, key="t")
)
register_subject("task", lambda pk: Link(_("Task %(number)s") % {"number": pk}, reverse("tasks:task", args=[pk])))
workday.register_provider("tasks", _work_items)
timeline.register_provider("case", "tasks", _case_entries)
register_topic("task", _may_watch_task)
register_owner("task", _may_watch_task)
register_topic("tasks", _may_watch_list)
register_topic("team", _may_watch_team)
open_work.register_counter(
    "tasks", gettext_lazy("Tasks and promises"), lambda user: Task.objects.waiting().filter(assignee=user).count()
)
handover.register_portfolio(
    handover.Portfolio(name="tasks", label=gettext_lazy("Tasks and promises"), open_ids=selectors.open_ids, move=move)
)
