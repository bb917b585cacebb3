"""What the pages of the organisation show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from suhui.platform.core.models import StoredEvent
from suhui.platform.people import selectors as people
from suhui.platform.people.access import Scope, scope
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.models import Absence, Branch, Post, User
from suhui.platform.people.permissions import Perm

MOST_BRANCHES = 2_000


@dataclass(frozen=True)
class Node:
    """A branch as a line of the tree: `depth` from 0, `open` when its children follow, `people` at it and below."""

    branch: Branch
    depth: int
    open: bool
    has_children: bool
    people: int


def tree(selected: Branch | None) -> list[Node]:
    """The root, the line to `selected` opened, and the children along it, top first. Two queries."""
    line = (
        set(selected.ancestor_ids) if selected else set(Branch.objects.filter(parent=None).values_list("pk", flat=True))
    )
    shown = Branch.objects.filter(Q(parent=None) | Q(parent_id__in=line)).annotate(
        has_children=Exists(Branch.objects.filter(parent=OuterRef("pk"))),
        staff=Coalesce(_people_below(), 0),
    )
    children: dict[int | None, list[Branch]] = {}
    for branch in shown.order_by(F("closed_on").asc(nulls_first=True), "code")[:MOST_BRANCHES]:
        children.setdefault(branch.parent_id, []).append(branch)
    return _walk(children, None, 0, line)


def _people_below() -> Subquery:
    below = User.objects.filter(is_active=True, branch__path__startswith=OuterRef("path"))
    return Subquery(below.order_by().values("is_active").annotate(number=Count("pk")).values("number"))


def _walk(children: dict[int | None, list[Branch]], parent: int | None, depth: int, line: set[int]) -> list[Node]:
    nodes: list[Node] = []
    for branch in children.get(parent, []):
        is_open = branch.pk in line
        nodes.append(Node(branch, depth, is_open, branch.has_children, branch.staff))  # type: ignore[attr-defined]
        if is_open:
            nodes.extend(_walk(children, branch.pk, depth + 1, line))
    return nodes


def branch_choices(within: Scope, *, without: Branch | None = None) -> list[tuple[int, str]]:
    """Open branches of the scope for a select, indented by depth; `without` leaves out a branch and all below it."""
    branches = Branch.objects.active().filter(within.q(branch="pk"))
    if without is not None:
        branches = branches.exclude(path__startswith=without.path)
    rows = branches.order_by("path").values_list("pk", "name", "path")[:MOST_BRANCHES]
    return [(pk, "　" * (path.count("/") - 2) + name) for pk, name, path in rows]


@dataclass(frozen=True)
class PeopleFilter:
    """Empty fields do not filter. `state` is "" (active), "left" or "all"."""

    text: str = ""
    branch_id: int | None = None
    role_id: int | None = None
    state: str = ""


def people_list(chosen: PeopleFilter, at: datetime) -> QuerySet[User]:
    """People with posts and presence; `away` says whether they are absent at `at`."""
    found = User.objects.select_related("branch", "department", "presence").filter(people.named(chosen.text))
    if chosen.state != "all":
        found = found.filter(is_active=chosen.state != "left")
    if chosen.branch_id:
        top = Branch.objects.filter(pk=chosen.branch_id).values("path")
        found = found.filter(branch__path__startswith=Subquery(top))
    if chosen.role_id:
        found = found.filter(Exists(Post.objects.filter(user=OuterRef("pk"), role_id=chosen.role_id)))
    found = found.annotate(away=Exists(people.away(at).filter(user=OuterRef("pk"))))
    posts = Prefetch("posts", Post.objects.select_related("role", "branch").order_by("role__order"))
    return found.prefetch_related(posts).order_by("branch__path", "pinyin", "pk")


@dataclass(frozen=True)
class PresenceSpan:
    """How a person could be reached from `at` on, for `length` (None for the present one)."""

    at: datetime
    state: str
    label: str
    reason: str
    length: timedelta | None


def presence_history(person: User, limit: int = 30) -> list[PresenceSpan]:
    """The latest changes, newest first."""
    rows = StoredEvent.objects.filter(subject=f"user:{person.pk}", kind="people.PresenceChanged").order_by("-id")
    spans: list[PresenceSpan] = []
    later: datetime | None = None
    for row in rows[:limit]:
        state = str(row.payload["state"])
        label = str(PresenceState(state).label) if state in PresenceState.values else state
        spans.append(
            PresenceSpan(row.at, state, label, row.payload.get("reason", ""), later - row.at if later else None)
        )
        later = row.at
    return spans


def absences_of(person: User) -> list[Absence]:
    """Present and coming ones first, then the past, at most thirty."""
    return list(person.absences.select_related("stand_in").order_by("finished_at", "-starts_at")[:30])


@dataclass(frozen=True)
class Board:
    """The presence board of a branch and below: `counts` by state over everybody, `people` at most the first 300."""

    people: Sequence[User]
    counts: list[tuple[str, str, int]]
    away: int
    more: bool


MOST_ON_BOARD = 300


def board(user: User, branch: Branch, at: datetime, state: str = "") -> Board:
    """Who is there now, within what the person sees of the organisation."""
    found = people.presences(_seen(user), branch=branch).annotate(
        away=Exists(people.away(at).filter(user=OuterRef("pk")))
    )
    numbers: Counter[str] = Counter()
    absent = 0
    rows = found.order_by().values_list("presence__state", "away").annotate(number=Count("pk"))
    for held, is_away, number in rows:
        numbers[held or PresenceState.OFFLINE] += number
        absent += number if is_away else 0
    if state in PresenceState.values:
        found = found.filter(presence__state=state)
    people_shown = list(found[: MOST_ON_BOARD + 1])
    counts = [(choice.value, str(choice.label), numbers[choice.value]) for choice in PresenceState]
    return Board(people_shown[:MOST_ON_BOARD], counts, absent, len(people_shown) > MOST_ON_BOARD)


def _seen(user: User) -> Scope:
    """Supervisors see whom they supervise; others their own post's reach of the organisation."""
    return scope(user, Perm.SUPERVISE if user.may(Perm.SUPERVISE) else Perm.ORG_VIEW)
