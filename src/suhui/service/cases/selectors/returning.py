"""What a person can still take back of what they did to a case: a merge or a reassignment, for 24 hours."""

from collections.abc import Mapping
from datetime import datetime

from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User
from suhui.service.cases.models import Case


def ways_back(user: User, case: Case, at: datetime) -> list[UndoOffer]:
    """The offers that would still work: the case is with whom it was given to, or still merged. Two queries at most."""
    about = [{"case": case.pk}, {"into": case.pk}]
    offers = undo.still_open(user=user, kinds=("cases.merge", "cases.assign"), at=at, about=about)
    merged = [offer.payload["case"] for offer in offers if offer.kind == "cases.merge"]
    into = dict(Case.objects.filter(pk__in=merged).values_list("pk", "merged_into_id")) if merged else {}
    found = [offer for offer in offers if _works(offer, case, into)]
    first_assigned = next((offer for offer in found if offer.kind == "cases.assign"), None)
    return [offer for offer in found if offer.kind == "cases.merge" or offer is first_assigned]


def _works(offer: UndoOffer, case: Case, into: Mapping[int, int | None]) -> bool:
    if offer.kind == "cases.merge":
        return into.get(offer.payload["case"]) == int(offer.payload["into"])
    return case.is_open and int(offer.payload["owner"]) == case.owner_id
