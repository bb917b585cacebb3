"""My day (工作台): one list across all kinds by urgency, what is done today, and how promises fare."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.engines.tasks import selectors as tasks
from suhui.engines.tasks.selectors import Kept
from suhui.platform.core.clock import local
from suhui.platform.desk import workday
from suhui.platform.desk.workday import Urgency, WorkItem, urgency
from suhui.platform.people.models import User
from suhui.service.cases.models import Case

LIMIT = 300
SHARED_AT_FIRST = 12
HEADINGS = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.SOON: _("Due soon"),
    Urgency.TODAY: _("Later today"),
    Urgency.LATER: _("After today"),
}
NAMES = {Urgency.OVERDUE: "overdue", Urgency.SOON: "soon", Urgency.TODAY: "today", Urgency.LATER: "later"}


@dataclass(frozen=True)
class Group:
    """The lines of one step of the urgency scale."""

    name: str
    heading: Any
    items: list[WorkItem]


@dataclass(frozen=True)
class SharedLine:
    """A line nobody holds yet, with its step of the urgency scale."""

    name: str
    item: WorkItem


@dataclass(frozen=True)
class Finished:
    """Something done today."""

    at: datetime
    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class Day:
    """`groups` is the person's own list; `shared` the first of the `waiting` lines that nobody of the team holds."""

    groups: list[Group]
    counts: dict[str, int]
    shared: list[SharedLine]
    waiting: int
    late: int
    kept: Kept
    done: list[Finished]

    @property
    def empty(self) -> bool:
        return not self.groups


def read(user: User, at: datetime, *, whole: bool = False) -> Day:
    """Everything the home page shows; a bounded number of queries (each room's provider has its own bound).

    `whole` shows all that is shared, not only the most urgent lines.
    """
    items = workday.my_day(user, at, LIMIT)

    def step(item: WorkItem) -> Urgency:
        return urgency(item.due_at, at, warn_at=item.warn_at)

    own, free = ([item for item in items if item.shared is shared] for shared in (False, True))
    groups = [Group(NAMES[level], HEADINGS[level], list(lines)) for level, lines in groupby(own, key=step)]
    counts = dict.fromkeys(NAMES.values(), 0) | {group.name: len(group.items) for group in groups}
    shared = [SharedLine(NAMES[step(item)], item) for item in (free if whole else free[:SHARED_AT_FIRST])]
    late = sum(1 for item in free if step(item) is Urgency.OVERDUE)
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    kept = tasks.promises_kept(start=midnight, end=midnight + timedelta(days=1), owner=user)
    return Day(groups, counts, shared, len(free), late, kept, _done(user, at, midnight))


def _done(user: User, at: datetime, midnight: datetime) -> list[Finished]:
    """Tasks done and cases resolved since midnight, newest first."""
    cases = Case.objects.filter(owner=user, resolved_at__gte=midnight).order_by("-resolved_at")[:30]
    found = [
        Finished(
            case.resolved_at,
            str(case.get_kind_display()),
            f"{case.number} {case.subject}",
            reverse("cases:case", args=[case.pk]),
        )
        for case in cases
        if case.resolved_at is not None
    ]
    found += [
        Finished(task.done_at, str(task.get_kind_display()), task.title, reverse("tasks:task", args=[task.pk]))
        for task in tasks.done_today(user, at, 30)
        if task.done_at is not None
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:30]
