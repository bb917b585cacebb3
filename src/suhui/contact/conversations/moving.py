"""What happens to contacts when two customers become one, and when they part again."""

from suhui.contact.conversations.models import Contact
from suhui.records.customers.merging import Mover


def _move(loser_id: int, winner_id: int) -> list[int]:
    ids = list(Contact.objects.filter(customer_id=loser_id).values_list("pk", flat=True))
    Contact.objects.filter(pk__in=ids).update(customer_id=winner_id)
    return ids


def _put_back(loser_id: int, winner_id: int, moved: list[int]) -> None:
    Contact.objects.filter(pk__in=moved, customer_id=winner_id).update(customer_id=loser_id)


MOVER = Mover("conversations", _move, _put_back)
