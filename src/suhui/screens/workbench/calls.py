"""Keeping a phone contact: parcels it names that nobody has registered yet, the case, and whose it is from now on."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from suhui.platform.core.actors import Actor
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from suhui.screens.workbench import quick
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
    registered = _register(user, text, carriers or {}, by)
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


def _register(user: User, text: str, carriers: Mapping[str, str], by: Actor) -> list[Waybill]:
    if not user.may(Perm.WAYBILL_EDIT):
        return []
    here = user.branch
    facts = shipments.Facts(destination=here if here.kind in {BranchKind.OUTLET, BranchKind.DIVISION} else None)
    made: list[Waybill] = []
    for one in quick.unknown_in(text):
        carrier = carriers.get(one.number, one.likeliest.carrier)
        if carrier in {candidate.carrier for candidate in one.candidates}:
            made.append(shipments.register_waybill(number=one.number, carrier=carrier, facts=facts, by=by))
    return made
