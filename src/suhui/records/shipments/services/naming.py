"""Putting the parcels on the register that somebody speaks of before we know them."""

from collections.abc import Mapping

from django.db import transaction

from suhui.platform.core.actors import Actor
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import Branch
from suhui.records.shipments import selectors
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services.waybills import Facts, register_waybill


@transaction.atomic
def register_named(*, text: str, carriers: Mapping[str, str], branch: Branch, by: Actor) -> list[Waybill]:
    """Register every number in `text` that reads like a waybill and is unknown, to arrive at `branch` if that delivers.

    `carriers` says for a number whose it is; "" leaves it out, and one that is not named goes to the likeliest carrier.
    A carrier that recognition did not propose registers nothing.
    """
    facts = Facts(destination=branch if branch.kind in {BranchKind.OUTLET, BranchKind.DIVISION} else None)
    made: list[Waybill] = []
    for one in selectors.unregistered_in(text):
        carrier = carriers.get(one.number, one.likeliest.carrier)
        if carrier in {candidate.carrier for candidate in one.candidates}:
            made.append(register_waybill(number=one.number, carrier=carrier, facts=facts, by=by))
    return made
