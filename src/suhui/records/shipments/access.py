"""Doors to waybills and exceptions: seen when origin, destination, present or registering branch is in scope, or when
one follows the parcel up."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.platform.core.errors import Missing, Refused
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments.candidates import normalise
from suhui.records.shipments.models import Amendment, FollowUp, Waybill, WaybillException
from suhui.records.shipments.models.waybills import WaybillQuerySet

ELSEWHERE: Any = gettext_lazy("Another branch has this number on its register.")
BRANCHES = ("origin_id", "destination_id", "current_branch_id", "registered_branch_id")


def visible_to(user: User, permission: Perm = Perm.WAYBILL_VIEW) -> WaybillQuerySet:
    """The waybills a person may see (or act on, with another permission)."""
    reach = scope(user, permission)
    if reach.nothing:
        return Waybill.objects.none()
    if reach.everything:
        return Waybill.objects.all()
    own = FollowUp.objects.filter(owner_id=reach.user_id).values("waybill_id")
    return Waybill.objects.filter(reach.q(branch=BRANCHES) | Q(pk__in=own))


def get_waybill(user: User, waybill_id: int, permission: Perm = Perm.WAYBILL_VIEW) -> Waybill:
    """Raises Missing, whether it is not there or not the person's to see."""
    row = (
        visible_to(user, permission)
        .select_related("carrier", "origin", "destination", "current_branch", "sender", "recipient")
        .filter(pk=waybill_id)
        .first()
    )
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row


def elsewhere(user: User, numbers: Iterable[str]) -> set[tuple[str, str]]:
    """Carrier's code and number of those on the register that the person may not edit. To register such a number would
    show what is hidden, and fill its gaps."""
    wanted = set(numbers)
    mine = visible_to(user, Perm.WAYBILL_EDIT).filter(number__in=wanted)
    hidden = Waybill.objects.filter(number__in=wanted).exclude(pk__in=mine.values("pk"))
    return set(hidden.values_list("carrier__code", "number"))


def demand_not_elsewhere(user: User, *, carrier: str, number: str) -> None:
    """Raises Refused for a number that another branch has on its register."""
    clean = normalise(number)
    if (carrier, clean) in elsewhere(user, [clean]):
        raise Refused(ELSEWHERE)


def visible_exceptions(user: User, permission: Perm = Perm.EXCEPTION_HANDLE) -> QuerySet[WaybillException]:
    """The exceptions of the branches in a person's reach: where the parcel is or was when it was found."""
    reach = scope(user, permission)
    if reach.nothing:
        return WaybillException.objects.none()
    return WaybillException.objects.filter(reach.q(branch=("branch_id", *(f"waybill__{name}" for name in BRANCHES))))


def get_exception(user: User, exception_id: int) -> WaybillException:
    row = visible_exceptions(user).select_related("waybill__carrier", "branch").filter(pk=exception_id).first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row


def visible_follow_ups(user: User) -> QuerySet[FollowUp]:
    """The lines of the follow-up table about waybills the person sees, and their own."""
    return FollowUp.objects.filter(Q(waybill__in=visible_to(user)) | _own(user))


def _own(user: User) -> Q:
    """One's own lines, wherever the parcel is; inside a branch's fence nothing lies outside."""
    return Q(owner=user) if user.fence_branch is None else Q(pk__in=[])


def visible_amendments(user: User, permission: Perm = Perm.WAYBILL_VIEW) -> QuerySet[Amendment]:
    """The changes asked for of waybills the person sees (or may change, with another permission)."""
    return Amendment.objects.filter(waybill__in=visible_to(user, permission))


def get_follow_up(user: User, follow_up_id: int) -> FollowUp:
    """A line of the follow-up table of a waybill the person may edit, or their own. Raises Missing."""
    rows = FollowUp.objects.select_related("waybill__carrier", "owner")
    row = rows.filter(Q(waybill__in=visible_to(user, Perm.WAYBILL_EDIT)) | _own(user), pk=follow_up_id).first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row


def get_amendment(user: User, amendment_id: int) -> Amendment:
    rows = visible_amendments(user, Perm.WAYBILL_AMEND).select_related("waybill__carrier")
    row = rows.filter(pk=amendment_id).first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row
