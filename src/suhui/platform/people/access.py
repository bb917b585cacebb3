"""Doors to people and branches, and the data scope every other room filters by (ORG-1)."""

from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from suhui.platform.core import settled
from suhui.platform.core.errors import Missing
from suhui.platform.people.choices import Reach
from suhui.platform.people.models import Branch, Department, User
from suhui.platform.people.permissions import Perm

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Scope:
    """What a person sees under one permission, ready to filter any QuerySet with.

    `everything` wins; otherwise a row is seen when its branch is in `branch_ids`, its department in
    `department_ids`, or its owner is the person (own work is always seen under a held permission, except inside a
    fence: `user_id` is 0 there).
    """

    user_id: int
    everything: bool = False
    branch_ids: frozenset[int] = field(default_factory=frozenset)
    department_ids: frozenset[int] = field(default_factory=frozenset)
    nothing: bool = False
    whole_tree: bool = False

    @property
    def all_branches(self) -> bool:
        """Whatever hangs on a branch is seen."""
        return self.everything or self.whole_tree

    def q(self, *, branch: str | tuple[str, ...] = (), owner: str = "", department: str = "") -> Q:
        """The condition, given the names of the fields that hold branch ids, the owner's id and the department's.

        With several branch fields (a waybill's origin and destination) one in scope is enough.
        """
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        if self.nothing:
            return condition
        if owner:
            condition |= Q(**{owner: self.user_id})
        for name in (branch,) if isinstance(branch, str) else branch:
            if self.whole_tree:
                condition |= Q(**{f"{name}__isnull": False})
            elif self.branch_ids:
                condition |= Q(**{f"{name}__in": self.branch_ids})
        if department and self.department_ids:
            condition |= Q(**{f"{department}__in": self.department_ids})
        return condition

    def covers(self, *, branch_id: int | None = None, owner_id: int | None = None) -> bool:
        """The same answer for one row already at hand."""
        if self.nothing:
            return False
        return self.everything or branch_id in self.branch_ids or owner_id == self.user_id


_paths = settled.Kept("people", lambda: dict(Branch.objects.order_by("path").values_list("pk", "path")))
"""The path of every branch by its id, those above before those below."""


def scope(user: User, permission: Perm) -> Scope:
    """The union of what the person's posts with `permission` reach. Read once per user object and permission."""
    known: dict[Perm, Scope] = user.__dict__.setdefault("_scopes_read", {})
    if permission not in known:
        known[permission] = _read_scope(user, permission)
    return known[permission]


def top_branch_ids(seen: Scope) -> list[int]:
    """The highest branches of a scope: watching these is watching all that is below."""
    if seen.nothing:
        return []
    found: dict[int, str] = {}
    for pk, path in _paths.get().items():
        if (seen.all_branches or pk in seen.branch_ids) and not path.startswith(tuple(found.values())):
            found[pk] = path
    return list(found)


def _read_scope(user: User, permission: Perm) -> Scope:
    reaches = user.reach_of(permission) if user.is_active else []
    owner = 0 if user.fence_branch is not None else user.pk
    if not reaches:
        return Scope(owner, nothing=True)
    if any(reach == Reach.ALL for reach, _branch in reaches):
        return Scope(owner, everything=True)
    branch_ids = {branch.pk for reach, branch in reaches if reach == Reach.BRANCH}
    tops = tuple(branch.path for reach, branch in reaches if reach == Reach.SUBTREE)
    if tops:
        branch_ids |= {pk for pk, path in _paths.get().items() if path.startswith(tops)}
    roots = [branch for reach, branch in reaches if reach == Reach.SUBTREE and branch.parent_id is None]
    departments = {user.department_id} if any(reach == Reach.TEAM for reach, _b in reaches) else set()
    return Scope(
        owner,
        branch_ids=frozenset(branch_ids),
        department_ids=frozenset(pk for pk in departments if pk is not None),
        whole_tree=bool(roots),
    )


def get_branch(user: User, branch_id: int) -> Branch:
    """Any member of staff sees the tree itself; what hangs on it is each room's to guard. Raises Missing."""
    return _one(Branch.objects.filter(pk=branch_id))


def get_department(user: User, department_id: int) -> Department:
    return _one(Department.objects.select_related("branch").filter(pk=department_id))


def get_colleague(user: User, user_id: int) -> User:
    """A colleague's name and post are open to all staff; managing them needs ORG_MANAGE. Raises Missing."""
    return _one(User.objects.select_related("branch", "department").filter(pk=user_id))


def _one(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row
