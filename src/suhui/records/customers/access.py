"""Doors to customers: by branch and owner (ORG-1)."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.people import access as people
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.customers.models import Customer


def visible_to(user: User, permission: Perm = Perm.CUSTOMER_VIEW) -> "QuerySet[Customer]":
    """The customers a person may see (or do `permission` to): those of their branches, and their own."""
    return Customer.objects.filter(people.scope(user, permission).q(branch="branch_id", owner="owner_id"))


def get_customer(user: User, customer_id: int, permission: Perm = Perm.CUSTOMER_VIEW) -> Customer:
    """One customer with branch and owner at hand; also one that was merged (see `merged_into`). Raises Missing."""
    rows = visible_to(user, permission).select_related("branch", "owner", "merged_into")
    found = rows.filter(pk=customer_id).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def may_see(user: User, customer_id: str) -> bool:
    """Whether the customer's page is theirs to open: for live topics, files and search."""
    return customer_id.isdecimal() and visible_to(user).filter(pk=int(customer_id)).exists()
