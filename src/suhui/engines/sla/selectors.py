from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, CharField, Expression, Q, QuerySet, Value, When

from suhui.engines.sla import levels
from suhui.engines.sla.choices import ClockKind, ClockState
from suhui.engines.sla.models import Clock, Policy
from suhui.platform.core import settled
from suhui.platform.core.clock import now
from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm

_ORDER = {kind: number for number, kind in enumerate(ClockKind)}


@settled.steady()
def clocks_of(subject: str) -> list[Clock]:
    """Every clock of a subject, those alive first, then by kind, the newest first. One query."""
    found = list(Clock.objects.about(subject))
    for clock in found:
        clock.policy = levels.version(clock.policy_id)
    return sorted(found, key=lambda clock: (not clock.is_live, _ORDER[ClockKind(clock.kind)], -clock.pk))


def next_due(subject: str) -> tuple[datetime, datetime, str] | None:
    """(due, warning, kind) of the running clock of a subject that is due first; None when none runs. One query."""
    running = Clock.objects.about(subject).filter(state__in=[ClockState.RUNNING, ClockState.BREACHED_OPEN])
    return running.order_by("due_at", "pk").values_list("due_at", "warn_at", "kind").first()


def clocks_of_many(subjects: Iterable[str]) -> dict[str, list[Clock]]:
    """The clocks alive of several subjects, nearest first. One query."""
    found: dict[str, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.live().filter(subject__in=list(subjects)).order_by("due_at", "pk"):
        found[clock.subject].append(clock)
    return dict(found)


def late(user: User, at: datetime, *, branch: Branch | None = None, owner: User | None = None) -> QuerySet[Clock]:
    """Late clocks this person supervises (or owns), the latest first; of `branch` and below, or of one owner."""
    return _within(Clock.objects.late(at), user, branch, owner)


def soon(user: User, at: datetime, *, branch: Branch | None = None, owner: User | None = None) -> QuerySet[Clock]:
    """Clocks past their warning and not late yet, the nearest first; the scope as in `late`."""
    return _within(Clock.objects.soon(at), user, branch, owner)


def _within(clocks: QuerySet[Clock], user: User, branch: Branch | None, owner: User | None) -> QuerySet[Clock]:
    seen = scope(user, Perm.SUPERVISE) if user.may(Perm.SUPERVISE) else scope(user, Perm.WORKBENCH_USE)
    clocks = clocks.filter(seen.q(branch="branch_id", owner="owner_id"))
    if branch is not None:
        clocks = clocks.filter(branch__path__startswith=branch.path)
    if owner is not None:
        clocks = clocks.filter(owner=owner)
    return clocks.select_related("policy", "branch", "owner")


def punctuality(subjects: Iterable[str], kind: ClockKind, at: datetime | None = None) -> dict[str, bool | None]:
    """Per subject whether its newest clock of this kind was kept: True in time, False late (also one that still runs
    and is past its due time `at`), None still open. Subjects without such a clock, or with a cancelled one that was not
    late, are not in it. One query."""
    moment = at or now()
    found: dict[str, bool | None] = {}
    rows = Clock.objects.filter(subject__in=list(subjects), kind=kind).order_by("pk")
    for subject, state, breached_at, due_at in rows.values_list("subject", "state", "breached_at", "due_at"):
        late = breached_at is not None or (state == ClockState.RUNNING and due_at <= moment)
        if state == ClockState.CANCELLED and not late:
            found.pop(subject, None)
        elif late:
            found[subject] = False
        else:
            found[subject] = True if state == ClockState.MET else None
    return found


def verdicts(subject: Expression, kind: ClockKind, at: datetime) -> QuerySet[Clock, Any]:
    """The same as a subquery, for filtering: one column, True when the newest clock of `subject` (an expression over
    the outer row) was late, False when it was kept, NULL while it is open."""
    late = Q(breached_at__isnull=False) | Q(state=ClockState.RUNNING, due_at__lte=at)
    verdict = Case(When(late, then=True), When(state=ClockState.MET, then=False), output_field=BooleanField(null=True))
    rows = Clock.objects.filter(subject=subject, kind=kind).order_by("-pk").annotate(verdict=verdict)
    return rows.values("verdict")[:1]


def standings(subject: Expression, kind: ClockKind, at: datetime) -> QuerySet[Clock, Any]:
    """What `punctuality` says as a subquery of one column, for counting many at once: "yes" when the newest clock of
    `subject` was kept, "no" when it is late, "open" while neither; NULL without one, or when it was cancelled in time.
    """
    late = Q(breached_at__isnull=False) | Q(state=ClockState.RUNNING, due_at__lte=at)
    standing = Case(
        When(late, then=Value("no")),
        When(state=ClockState.MET, then=Value("yes")),
        When(~Q(state=ClockState.CANCELLED), then=Value("open")),
        output_field=CharField(null=True),
    )
    rows = Clock.objects.filter(subject=subject, kind=kind).order_by("-pk").annotate(standing=standing)
    return rows.values("standing")[:1]


def policies() -> QuerySet[Policy]:
    """The service levels in force, with their promises and escalation levels."""
    current = Policy.objects.filter(is_current=True, retired_at=None)
    return current.prefetch_related("targets", "escalations")


def running_under(code: str) -> int:
    """How many clocks are alive under any version of this service level."""
    return Clock.objects.live().filter(policy__code=code).count()
