from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TaskEvent(DomainEvent):
    """What all share: `about` is the subject key of what the task is for ("case:17")."""

    subject_kind = "task"
    subject_field = "task_id"
    task_id: int
    about: str
    task_kind: str
    title: str


@dataclass(frozen=True, kw_only=True)
class TaskCreated(TaskEvent):
    branch_id: int
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskClaimed(TaskEvent):
    assignee_id: int


@dataclass(frozen=True, kw_only=True)
class TaskReleased(TaskEvent):
    before_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskDelegated(TaskEvent):
    before_id: int | None
    assignee_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TaskReturned(TaskEvent):
    """The one who was asked gives it back to the asker, with a reason."""

    reason: str
    made_by_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskSentAgain(TaskEvent):
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(TaskEvent):
    result: str
    outcome: str
    made_by_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(TaskEvent):
    reason: str
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskChased(TaskEvent):
    """By hand when `by_timer` is false. `number` counts the chases of this task."""

    note: str
    number: int
    by_timer: bool


@dataclass(frozen=True, kw_only=True)
class TaskWarned(TaskEvent):
    """Its due time is near. For a promise this is the notice before it lapses."""

    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskEscalated(TaskEvent):
    """Chased often enough: it goes to the supervisor."""

    branch_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TaskPostponed(TaskEvent):
    due_at: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReminderDue(TaskEvent):
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseMade(TaskEvent):
    due_at: str
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseKept(TaskEvent):
    """`late` when it had lapsed before."""

    late: bool


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(TaskEvent):
    """The time ran out, or somebody said that it cannot be kept. Stored once per promise."""

    owner_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class WorkHandedOver(DomainEvent):
    """`back` when it returned at the end of the absence. `count` pieces moved."""

    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    to_id: int
    absence_id: int
    count: int
    back: bool
