"""The room's operations, and what they ask of the tree: a token bound to a branch sees that branch and below."""

from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.organisation import access
from suhui.platform.people.models import Branch, Department, Role, User
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room

Found = TypeVar("Found", bound=Model)

api = Room("organisation", _("Branches, people and posts"))

Phone = Annotated[str, Field(max_length=32, examples=["0571-88001234"])]
Name60 = Annotated[str, Field(min_length=1, max_length=60)]
Name80 = Annotated[str, Field(min_length=1, max_length=80)]


def seen_branches(call: Call) -> QuerySet[Branch]:
    """The tree is open to all staff; a bound token sees its own part."""
    fence = call.user.fence_branch
    return Branch.objects.all() if fence is None else Branch.objects.below(fence)


def seen_people(call: Call) -> QuerySet[User]:
    fence = call.user.fence_branch
    found = User.objects.select_related("branch", "department", "presence")
    return found if fence is None else found.filter(branch__path__startswith=fence.path)


def get_branch(call: Call, branch_id: int, *, lock: bool = False) -> Branch:
    """Raises Missing."""
    rows = seen_branches(call).filter(pk=branch_id)
    return _one((rows.select_for_update() if lock else rows).first())


def get_person(call: Call, user_id: int) -> User:
    """Raises Missing."""
    return _one(seen_people(call).filter(pk=user_id).first())


def managed_branch(call: Call, branch_id: int) -> Branch:
    """A branch the caller sets up, locked. Raises Missing or NotAllowed."""
    branch = get_branch(call, branch_id, lock=True)
    access.demand_manage(call.user, branch.pk)
    return branch


def managed_person(call: Call, user_id: int) -> User:
    """A person of a branch the caller sets up. Raises Missing or NotAllowed."""
    person = get_person(call, user_id)
    access.demand_manage(call.user, person.branch_id)
    return person


def named_branch(call: Call, branch_id: int, name: str) -> Branch:
    """An open branch the caller sets up, or BadInput at the field that named it."""
    found = seen_branches(call).filter(pk=branch_id, closed_on=None).first()
    if found is None:
        said = _("There is no open branch with this id that you see.")
        raise BadInput(said, {name: said})
    access.demand_manage(call.user, found.pk)
    return found


def named_department(department_id: int | None, branch: Branch) -> Department | None:
    if department_id is None:
        return None
    found = Department.objects.filter(pk=department_id, branch=branch).first()
    if found is None:
        said = _("This branch has no department with this id.")
        raise BadInput(said, {"department": said})
    return found


def named_role(role_id: int, name: str) -> Role:
    found = Role.objects.filter(pk=role_id).first()
    if found is None:
        said = _("There is no post with this id.")
        raise BadInput(said, {name: said})
    return found


def named_person(call: Call, user_id: int | None, name: str) -> User | None:
    """A colleague named in a body, or BadInput there."""
    if user_id is None:
        return None
    found = seen_people(call).filter(pk=user_id, is_active=True).first()
    if found is None:
        said = _("No colleague has this id.")
        raise BadInput(said, {name: said})
    return found


def _one(row: Found | None) -> Found:
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row
