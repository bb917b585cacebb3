from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from suhui.engines.tasks.access import candidate_q
from suhui.engines.tasks.choices import Outcome, TaskKind, TaskState
from suhui.engines.tasks.models import HandoverItem, Task, TaskQuerySet
from suhui.platform.core.clock import local
from suhui.platform.files.models import StoredFile
from suhui.platform.people.access import Scope
from suhui.platform.people.models import Absence, User
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import holders

_SHOWN = ("branch", "department", "role", "assignee", "made_by", "done_by")


def tasks_of(subject: str) -> TaskQuerySet:
    """Everything asked or promised about a subject, waiting first by urgency, then the newest."""
    waiting = Q(state__in=[TaskState.OPEN, TaskState.CLAIMED, TaskState.RETURNED])
    return (
        Task.objects.about(subject)
        .select_related(*_SHOWN)
        .annotate(waits=waiting)
        .order_by("-waits", F("due_at").asc(nulls_last=True), "-id")
    )


def open_for(user: User) -> TaskQuerySet:
    """What waits for this person, most urgent first: their own, what they may take, and what was returned to them."""
    mine = Q(assignee=user, state=TaskState.CLAIMED)
    takeable = candidate_q(user) & Q(state=TaskState.OPEN)
    returned = Q(made_by=user, state=TaskState.RETURNED)
    return Task.objects.filter(mine | takeable | returned).select_related(*_SHOWN).by_urgency()


def open_ids(user: User) -> list[int]:
    """Ids of what the person holds: the portfolio that goes to a stand-in."""
    return list(Task.objects.waiting().filter(assignee=user).order_by("id").values_list("pk", flat=True))


def candidates(task: Task) -> list[User]:
    """Who could take it now: its assignee alone, else the people `access.candidate_q` lets take it."""
    if task.assignee_id is not None:
        return list(User.objects.filter(pk=task.assignee_id, is_active=True))
    people = User.objects.filter(is_active=True, posts__role__permissions__contains=[Perm.TASK_WORK.value])
    if task.department_id is not None:
        people = people.filter(department_id=task.department_id)
        if task.role_id is not None:
            people = people.filter(posts__role_id=task.role_id)
    elif task.role_id is not None:
        people = people.filter(posts__role_id=task.role_id, posts__branch_id=task.branch_id)
    else:
        people = people.filter(Q(branch_id=task.branch_id) | Q(posts__branch_id=task.branch_id))
    return list(people.distinct()[:50])


def supervisors(task: Task) -> list[User]:
    """Who answers for the branch the task is at: the nearest holders of the permission, without the assignee."""
    found = [user for user in holders(Perm.SUPERVISE, task.branch)[:20] if user.pk != task.assignee_id]
    nearest = [user for user in found if user.nearness == found[0].nearness]  # type: ignore[attr-defined]
    return nearest[:5]


@dataclass(frozen=True)
class Kept:
    """Promises of a time: `pending` not yet due, `kept` in time, `late` kept after all, `broken` not."""

    pending: int
    kept: int
    late: int
    broken: int

    @property
    def share(self) -> float | None:
        """Kept in time out of all that were due, 0 to 1; None when nothing was."""
        due = self.kept + self.late + self.broken
        return self.kept / due if due else None


def promises_kept(*, start: datetime, end: datetime, owner: User | None = None, within: Scope | None = None) -> Kept:
    """Promises whose time fell in [start, end), by how they went. A broken one that was kept later counts as late."""
    rows = Task.objects.promises().filter(due_at__gte=start, due_at__lt=end)
    rows = rows.exclude(outcome="", state=TaskState.CANCELLED, broken_at=None)
    if owner is not None:
        rows = rows.filter(assignee=owner)
    if within is not None:
        rows = rows.filter(within.q(branch="branch_id", owner="assignee_id"))
    counts = rows.aggregate(
        pending=Count("pk", filter=Q(outcome="", broken_at=None)),
        kept=Count("pk", filter=Q(outcome=Outcome.KEPT)),
        late=Count("pk", filter=Q(outcome=Outcome.KEPT_LATE)),
        broken=Count("pk", filter=Q(outcome=Outcome.BROKEN) | Q(outcome="", broken_at__isnull=False)),
    )
    return Kept(**counts)


def done_today(user: User, at: datetime, limit: int = 50) -> list[Task]:
    """What the person finished today, newest first."""
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Task.objects.filter(done_by=user, done_at__gte=midnight).order_by("-done_at")
    return list(rows.select_related("branch")[:limit])


def handed_over(absence: Absence) -> list[HandoverItem]:
    """What was moved for this absence, newest first."""
    return list(HandoverItem.objects.filter(absence=absence).select_related("to_user").order_by("-id"))


def waiting_about(subjects: Iterable[str]) -> dict[str, list[Task]]:
    """The waiting tasks of many subjects at once, for lists."""
    found: dict[str, list[Task]] = {}
    for task in Task.objects.waiting().filter(subject__in=list(subjects)).select_related("assignee").by_urgency():
        found.setdefault(task.subject, []).append(task)
    return found


def next_promise(subject: str) -> Task | None:
    """The promise about a subject that lapses first."""
    rows = Task.objects.waiting().about(subject).filter(kind=TaskKind.PROMISE)
    return rows.select_related("assignee").order_by("due_at").first()


def has_answer_files(task: Task) -> bool:
    """Whether somebody other than the asker has put a photo or paper to it."""
    return StoredFile.objects.filter(owner_key=task.key).exclude(actor_id=task.made_by_id).exists()


def could_take(task: Task, limit: int = 200) -> list[User]:
    """Colleagues it could be passed on to: of its branch, or with a post there, who do tasks; its holder left out."""
    people = User.objects.filter(is_active=True, posts__role__permissions__contains=[Perm.TASK_WORK.value])
    people = people.filter(Q(branch_id=task.branch_id) | Q(posts__branch_id=task.branch_id))
    if task.assignee_id is not None:
        people = people.exclude(pk=task.assignee_id)
    return list(people.select_related("department").distinct()[:limit])
