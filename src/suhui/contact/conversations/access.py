"""Doors to contacts: by the branch that took them and the agent who did."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from suhui.contact.conversations.models import Contact
from suhui.platform.core.errors import Missing
from suhui.platform.people import access as people
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def visible_to(user: User) -> "QuerySet[Contact]":
    scope = people.scope(user, Perm.CONTACT_VIEW)
    return Contact.objects.filter(scope.q(branch="branch_id", owner="agent_id"))


def get_contact(user: User, contact_id: int) -> Contact:
    """Raises Missing."""
    rows = visible_to(user).select_related("customer", "agent", "branch").prefetch_related("waybills__carrier")
    found = rows.filter(pk=contact_id).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def may_see(user: User, contact_id: str) -> bool:
    return contact_id.isdecimal() and visible_to(user).filter(pk=int(contact_id)).exists()


def may_watch_branch(user: User, branch_id: str) -> bool:
    return branch_id.isdecimal() and people.scope(user, Perm.CONTACT_VIEW).covers(branch_id=int(branch_id))


def watched_by(user: User) -> list[str]:
    """What this person's list of contacts lives by: the highest branches they see."""
    return [f"contacts:{pk}" for pk in people.top_branch_ids(people.scope(user, Perm.CONTACT_VIEW))]
