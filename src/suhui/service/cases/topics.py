"""The live topics a change of a case is told to: the case, the lists of its branches upwards, its owner's list."""

from suhui.platform.people.models import User
from suhui.service.cases import access
from suhui.service.cases.models import Case


def of(case: Case) -> list[str]:
    """Besides "case:ID" itself: "cases:BRANCH" for every branch from the root down, "desk:USER" for the owner."""
    ids = dict.fromkeys(case.branch.ancestor_ids)
    if case.responsible_branch is not None:
        ids.update(dict.fromkeys(case.responsible_branch.ancestor_ids))
    owner = [f"desk:{case.owner_id}"] if case.owner_id else []
    return [f"cases:{pk}" for pk in ids] + owner


def watched_by(user: User) -> list[str]:
    """What this person's work list watches: the highest branches they see, and their own desk."""
    return [*(f"cases:{pk}" for pk in access.top_branch_ids(user)), f"desk:{user.pk}"]


def may_watch_case(user: User, key: str) -> bool:
    return key.isdecimal() and access.visible_to(user).filter(pk=int(key)).exists()


def may_watch_branch(user: User, key: str) -> bool:
    return key.isdecimal() and access.sees_branch(user, int(key))


def may_watch_desk(user: User, key: str) -> bool:
    return key == str(user.pk)
