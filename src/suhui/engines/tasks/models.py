from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from suhui.engines.rules.models import Decision
from suhui.engines.tasks.choices import WAITING, LogKind, Outcome, TaskKind, TaskState
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Absence, Branch, Department, Role, User


class TaskQuerySet(models.QuerySet["Task"]):
    def waiting(self) -> "TaskQuerySet":
        """Still to be done by somebody."""
        return self.filter(state__in=WAITING)

    def about(self, subject: str) -> "TaskQuerySet":
        return self.filter(subject=subject)

    def late(self, at: datetime) -> "TaskQuerySet":
        return self.waiting().filter(due_at__lte=at)

    def by_urgency(self) -> "TaskQuerySet":
        return self.order_by(models.F("due_at").asc(nulls_last=True), "id")

    def promises(self) -> "TaskQuerySet":
        return self.filter(kind=TaskKind.PROMISE)


class Task(TimeStamped):
    """Something one person must do for another by a time.

    `subject` ("case:17") is what it is about, `url` where that is read, `whose` the customer or parcel in a few words
    (already masked). Candidates: people of `department`, or in `role` at `branch`, or anybody working at `branch`.
    `from_branch` is where the asker sits. Minutes of chasing are working minutes.
    """

    kind = models.CharField(max_length=16, choices=TaskKind.choices)
    subject = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    body = models.TextField(blank=True)
    whose = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=300, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    from_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="tasks")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    due_steps = models.JSONField(default=list)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    checklist = models.JSONField(default=list)
    result = models.TextField(blank=True)
    answer = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    broken_at = models.DateTimeField(null=True)
    chase_every = models.PositiveIntegerField(default=0)
    supervisor_after = models.PositiveSmallIntegerField(default=0)
    next_chase_at = models.DateTimeField(null=True)
    late_chases = models.PositiveSmallIntegerField(default=0)
    chased_at = models.DateTimeField(null=True)
    chase_count = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="task_subject"),
            models.Index(fields=["assignee", "due_at"], name="task_mine", condition=models.Q(state__in=WAITING)),
            models.Index(fields=["branch", "due_at"], name="task_branch", condition=models.Q(state__in=WAITING)),
            models.Index(fields=["made_by", "id"], name="task_returned", condition=models.Q(state=TaskState.RETURNED)),
            models.Index(fields=["next_chase_at"], name="task_chase", condition=models.Q(state__in=WAITING)),
            models.Index(fields=["done_by", "done_at"], name="task_done_by"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state=TaskState.CLAIMED) | models.Q(assignee__isnull=False), name="task_claimed"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TaskState.OPEN) | models.Q(assignee=None), name="task_open"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TaskState.DONE) | models.Q(done_at__isnull=False), name="task_done"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=TaskKind.PROMISE) | models.Q(due_at__isnull=False), name="task_promise_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_promise(self) -> bool:
        return self.kind == TaskKind.PROMISE

    @property
    def key(self) -> str:
        return f"task:{self.pk}"


class TaskLog(Row):
    """One thing that happened to a task, in words; the full history of PRC-2."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="log")
    kind = models.CharField(max_length=12, choices=LogKind.choices)
    text = models.TextField(blank=True)
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="tasklog_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"

    @property
    def by(self) -> str:
        """Who did it, as a reader is told: the machine's own parts are the system."""
        machine = self.actor_id is None and self.actor_label.isascii()
        return gettext("System") if machine else self.actor_label


class Reminder(Row):
    """A person wants to be reminded of a task at a moment of their own."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "user"], name="task_reminder_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="task_reminder_due", condition=models.Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.user} {self.at}"


class HandoverItem(Row):
    """One piece of an absent person's work, moved to the stand-in. `settled_at`: it went back, or need not any more."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="+")
    portfolio = models.CharField(max_length=40)
    item_id = models.BigIntegerField()
    from_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    moved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    went_back = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["absence", "portfolio", "item_id"], name="handover_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.portfolio}:{self.item_id} {self.from_user} → {self.to_user}"
