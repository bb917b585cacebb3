"""Two customers become one, and for 24 hours can become two again.

Every room with rows of its own that point at a customer registers a mover in its `registrations.py`; merging calls
each in the one transaction and keeps what it says it moved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User
from suhui.records.customers import events
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Merge, Phone


@dataclass(frozen=True)
class Mover:
    """`move(loser_id, winner_id)` repoints the room's rows and returns what it needs to put them back (JSON values);
    `put_back(loser_id, winner_id, moved)` does so for those that still stand at the winner."""

    name: str
    move: Callable[[int, int], Any]
    put_back: Callable[[int, int, Any], None]


_movers: dict[str, Mover] = {}


def register_mover(mover: Mover) -> None:
    _movers[mover.name] = mover


@transaction.atomic
def merge(*, winner: Customer, loser: Customer, by: User, at: datetime | None = None) -> UndoOffer:
    """Make `loser` part of `winner`: its facts and every room's rows move, its page leads to the winner's.

    Can be taken back for 24 hours with the offer that is returned. Raises BadInput for a customer with itself and
    Conflict when either was merged in the meantime.
    """
    at = at or now()
    if winner.pk == loser.pk:
        raise BadInput(_("A customer cannot be merged with itself."))
    locked = Customer.objects.select_for_update().order_by("pk").filter(pk__in=[winner.pk, loser.pk])
    if any(customer.merged_into_id is not None for customer in locked):
        raise Conflict(_("One of the two was merged in the meantime. Look again."))
    Customer.objects.filter(pk=loser.pk).update(merged_into=winner, updated_at=at)
    moved = {"facts": _move_facts(loser.pk, winner.pk)}
    moved.update({mover.name: mover.move(loser.pk, winner.pk) for mover in _movers.values()})
    done = Merge.objects.create(winner=winner, loser=loser, moved=moved, by_label=by.get_full_name(), at=at)
    actor = Actor.staff(by)
    event = events.CustomersMerged(customer_id=winner.pk, merged_id=loser.pk, merged_number=loser.number)
    stored.store(event, by=actor, topics=[f"customer:{loser.pk}"])
    return undo.offer(
        kind="customers.merge",
        payload={"merge_id": done.pk},
        text=_("Merged %(loser)s into %(winner)s") % {"loser": loser.number, "winner": winner.number},
        user=by,
        within=undo.LONG,
    )


def recent_merge(winner: Customer, at: datetime) -> Merge | None:
    """The last merge into this customer that can still be taken back."""
    rows = Merge.objects.filter(winner=winner, undone_at=None, at__gt=at - undo.LONG).select_related("loser")
    return rows.order_by("-at").first()


@transaction.atomic
def part(*, merge: Merge, by: Actor, at: datetime | None = None) -> Customer:
    """Take a merge back: what was moved and still stands at the winner returns to the loser, who lives again.

    Raises Refused after 24 hours, or when the winner itself was merged on; the same call twice is harmless.
    """
    at = at or now()
    merge = Merge.objects.select_for_update().select_related("winner", "loser").get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge.loser
    if merge.at + undo.LONG < at:
        raise Refused(_("It is too late to undo this."))
    if merge.winner.merged_into_id is not None:
        raise Refused(_("The customer was merged on. Take back the later merge first."))
    for mover in _movers.values():
        if mover.name in merge.moved:
            mover.put_back(merge.loser_id, merge.winner_id, merge.moved[mover.name])
    _put_facts_back(merge.loser_id, merge.winner_id, merge.moved["facts"])
    Customer.objects.filter(pk=merge.loser_id).update(merged_into=None, updated_at=at)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    event = events.CustomersParted(
        customer_id=merge.winner_id, merged_id=merge.loser_id, merged_number=merge.loser.number
    )
    stored.store(event, by=by, topics=[f"customer:{merge.loser_id}"])
    merge.loser.merged_into = None
    return merge.loser


@undo.undoes("customers.merge")
def _undo(payload: dict[str, Any], by: Actor) -> None:
    part(merge=Merge.objects.get(pk=payload["merge_id"]), by=by)


_MODELS: dict[str, type[Phone] | type[Email] | type[Address] | type[ContactPerson]] = {
    "contacts": ContactPerson,
    "phones": Phone,
    "emails": Email,
    "addresses": Address,
}


def _move_facts(loser_id: int, winner_id: int) -> dict[str, Any]:
    """Move what the winner does not know yet; a number or address both have stays with the loser."""
    known_numbers = Phone.objects.filter(customer_id=winner_id, removed_at=None).values("number")
    known_mails = Email.objects.filter(customer_id=winner_id, removed_at=None).values("address")
    rows: dict[str, Any] = {
        "contacts": ContactPerson.objects.filter(customer_id=loser_id),
        "phones": Phone.objects.filter(customer_id=loser_id, removed_at=None).exclude(number__in=known_numbers),
        "emails": Email.objects.filter(customer_id=loser_id, removed_at=None).exclude(address__in=known_mails),
        "addresses": Address.objects.filter(customer_id=loser_id),
    }
    moved: dict[str, Any] = {}
    for name, model in _MODELS.items():
        ids = list(rows[name].values_list("pk", flat=True))
        main = list(model.objects.filter(pk__in=ids, is_main=True).values_list("pk", flat=True))
        model.objects.filter(pk__in=ids).update(customer_id=winner_id, is_main=False)
        moved[name] = {"ids": ids, "main": main}
    return moved


def _put_facts_back(loser_id: int, winner_id: int, moved: dict[str, Any]) -> None:
    for name, model in _MODELS.items():
        ids, main = moved[name]["ids"], moved[name]["main"]
        model.objects.filter(pk__in=ids, customer_id=winner_id).update(customer_id=loser_id)
        model.objects.filter(pk__in=main, customer_id=loser_id).update(is_main=True)
