"""The supervisor's view of the team: what is late and soon late, who has how much, who is away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from suhui.engines.tasks import access as task_access
from suhui.engines.tasks.models import HandoverItem, Task
from suhui.platform.desk.workday import Urgency, urgency
from suhui.platform.people.access import scope
from suhui.platform.people.models import Absence, User
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import away, presences
from suhui.service.cases.access import BRANCHES
from suhui.service.cases.models import Case
from suhui.service.cases.work import reason_of, whose

LIMIT = 100
"""Lines shown at once; the counts cover all."""
SHOWS = ("late", "soon", "nobody", "all")


@dataclass(frozen=True)
class Line:
    """One piece of work of the team, of whatever kind. `key` is its subject ("case:17")."""

    key: str
    kind: str
    icon: str
    title: str
    whose: str
    reason: str
    url: str
    owner: User | None
    branch: str
    due_at: datetime | None
    warn_at: datetime | None
    chases: int = 0


@dataclass
class Load:
    """How much one person holds."""

    user: User
    open: int = 0
    late: int = 0
    soon: int = 0

    @property
    def calm(self) -> int:
        return self.open - self.late - self.soon


@dataclass(frozen=True)
class Away:
    """An absent person of the team: what they still hold, and what went to the stand-in and is still out."""

    absence: Absence
    held: int
    handed: int


@dataclass
class Board:
    lines: list[Line]
    loads: list[Load]
    free: list[User]
    absent: list[Away]
    late: int = 0
    soon: int = 0
    nobody: int = 0
    total: int = 0
    most: int = field(default=1)


def cases_of_team(user: User) -> "QuerySet[Case]":
    within = scope(user, Perm.SUPERVISE)
    return Case.objects.open().filter(within.q(branch=BRANCHES, owner="owner_id", department="owner__department_id"))


def tasks_of_team(user: User) -> "QuerySet[Task]":
    return Task.objects.waiting().filter(task_access.team_q(user))


def board(user: User, at: datetime, *, show: str = "late", person: int | None = None) -> Board:
    """Everything the supervisor's page shows, in eleven queries however large the team is."""
    cases, tasks = cases_of_team(user), tasks_of_team(user)
    case_counts = _counts(cases, "owner_id", "next_due_at", "next_warn_at", at)
    task_counts = _counts(tasks, "assignee_id", "due_at", "warn_at", at)
    people = {one.pk: one for one in presences(scope(user, Perm.SUPERVISE))[:500]}
    loads = _loads(people, [*case_counts, *task_counts])
    busy = {load.user.pk for load in loads}
    numbers = _sums([*case_counts, *task_counts])
    return Board(
        lines=_lines(cases, tasks, at, show, person),
        loads=loads,
        free=[one for one in people.values() if one.pk not in busy],
        absent=_absent(people, at, {load.user.pk: load.open for load in loads}),
        late=numbers["late"],
        soon=numbers["soon"],
        nobody=numbers["nobody"],
        total=numbers["total"],
        most=max((load.open for load in loads), default=1),
    )


def _counts(rows: "QuerySet[Any]", owner: str, due: str, warn: str, at: datetime) -> list[dict[str, Any]]:
    late = Q(**{f"{due}__lte": at})
    soon = Q(**{f"{due}__gt": at, f"{warn}__lte": at})
    grouped = rows.order_by().values(person=F(owner))
    return list(grouped.annotate(open=Count("pk"), late=Count("pk", filter=late), soon=Count("pk", filter=soon)))


def _sums(counts: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "late": sum(row["late"] for row in counts),
        "soon": sum(row["soon"] for row in counts),
        "total": sum(row["open"] for row in counts),
        "nobody": sum(row["open"] for row in counts if row["person"] is None),
    }


def _loads(people: dict[int, User], counts: list[dict[str, Any]]) -> list[Load]:
    """The busiest trouble first: late, then soon, then how much."""
    found: dict[int, Load] = {}
    for row in counts:
        if row["person"] in people:
            load = found.setdefault(row["person"], Load(people[row["person"]]))
            load.open += row["open"]
            load.late += row["late"]
            load.soon += row["soon"]
    return sorted(found.values(), key=lambda load: (-load.late, -load.soon, -load.open, load.user.pinyin))


def _lines(cases: "QuerySet[Case]", tasks: "QuerySet[Task]", at: datetime, show: str, person: int | None) -> list[Line]:
    if person is not None:
        cases, tasks = cases.filter(owner=person), tasks.filter(assignee=person)
    elif show == "nobody":
        cases, tasks = cases.filter(owner=None), tasks.filter(assignee=None)
    elif show == "late":
        cases, tasks = cases.filter(next_due_at__lte=at), tasks.filter(due_at__lte=at)
    elif show == "soon":
        cases = cases.filter(next_due_at__gt=at, next_warn_at__lte=at)
        tasks = tasks.filter(due_at__gt=at, warn_at__lte=at)
    found = [
        *map(case_line, cases.select_related("owner", "branch", "customer").order_by("next_due_at", "id")[:LIMIT]),
        *map(task_line, tasks.select_related("assignee", "branch").order_by("due_at", "id")[:LIMIT]),
    ]
    return sort_lines(found, at)[:LIMIT]


def takers(user: User, key: str, at: datetime) -> list[User]:
    """Who of the team could take the piece of work `key` names: whose post does such work, and who is not away."""
    needed = Perm.CASE_EDIT if key.startswith("case:") else Perm.TASK_WORK
    people = presences(scope(user, Perm.SUPERVISE)).filter(posts__role__permissions__contains=[needed.value])
    return list(people.exclude(absences__in=away(at)).distinct()[:200])


def sort_lines(lines: Iterable[Line], at: datetime) -> list[Line]:
    """Most urgent first, undated last."""

    def place(line: Line) -> tuple[Urgency, bool, datetime]:
        return urgency(line.due_at, at, warn_at=line.warn_at), line.due_at is None, line.due_at or at

    return sorted(lines, key=place)


def case_line(case: Case) -> Line:
    return Line(
        key=case.key,
        kind=str(case.get_kind_display()),
        icon="ticket",
        title=f"{case.number} {case.subject}",
        whose=whose(case),
        reason=reason_of(case),
        url=reverse("cases:case", args=[case.pk]),
        owner=case.owner,
        branch=case.branch.name,
        due_at=case.next_due_at,
        warn_at=case.next_warn_at,
    )


def task_line(task: Task) -> Line:
    return Line(
        key=task.key,
        kind=str(task.get_kind_display()),
        icon="checkbox",
        title=task.title,
        whose=task.whose,
        reason="",
        url=reverse("tasks:task", args=[task.pk]),
        owner=task.assignee,
        branch=task.branch.name,
        due_at=task.due_at,
        warn_at=task.warn_at,
        chases=task.chase_count,
    )


def _absent(people: dict[int, User], at: datetime, held: dict[int, int]) -> list[Away]:
    absences = list(away(at).filter(user__in=people.keys()).select_related("user", "stand_in").order_by("ends_at"))
    out = dict(
        HandoverItem.objects.filter(absence__in=absences, settled_at=None)
        .values_list("absence")
        .annotate(number=Count("pk"))
    )
    return [Away(one, held.get(one.user_id, 0), out.get(one.pk, 0)) for one in absences]


def work_of(user: User, at: datetime) -> list[Line]:
    """Everything open one person holds, as lines: the preview of a hand-over."""
    cases = Case.objects.filter(owner=user).open().select_related("owner", "branch", "customer")
    tasks = Task.objects.waiting().filter(assignee=user).select_related("assignee", "branch")
    found = [*map(case_line, cases[:LIMIT]), *map(task_line, tasks[:LIMIT])]
    return sort_lines(found, at)
