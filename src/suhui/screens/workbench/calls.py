"""Keeping a phone contact: parcels it names that nobody has registered yet, the case, and whose it is from now on."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from suhui.service.cases import access as cases_access
from suhui.service.cases import services as cases
from suhui.service.cases.choices import CaseChannel
from suhui.service.cases.models import Case
from suhui.service.cases.services import Intake


@dataclass(frozen=True)
class Kept:
    """What became of the contact: the case, and the parcels that came on the register with it."""

    taken: Intake
    registered: list[Waybill]


@transaction.atomic
def keep_call(
    *,
    user: User,
    kind: str,
    text: str,
    phone: str = "",
    name: str = "",
    append_to: Case | None = None,
    mine: bool = True,
    carriers: Mapping[str, str] | None = None,
) -> Kept:
    """Write the call down. `mine`: its case is the person's own at once, unless a colleague has it already.

    `carriers` says for an unregistered number whose it is; "" leaves it out, and a number that is not named goes to the
    likeliest carrier. Raises BadInput for what cannot be understood; nothing is then kept.
    """
    by = Actor.staff(user)
    registered: list[Waybill] = []
    if user.may(Perm.WAYBILL_EDIT):
        registered = shipments.register_named(text=text[:4000], carriers=carriers or {}, branch=user.branch, by=by)
    may_own = mine and user.may(Perm.CASE_EDIT)
    taken = cases.intake(
        channel=CaseChannel.PHONE,
        kind=kind,
        text=text,
        phone=phone,
        name=name,
        append_to=append_to,
        waybills=registered,
        owner=user if may_own else None,
        by=by,
    )
    case = taken.case
    if may_own and not taken.opened and case.owner_id is None and cases_access.may_work(user, case):
        cases.take(case=case, user=user, by=by)
    return Kept(taken, registered)
