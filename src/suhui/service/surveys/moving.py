"""Two customers became one: what they said is one customer's too."""

from typing import Any

from suhui.service.surveys.models import Rating


def move(loser_id: int, winner_id: int) -> list[int]:
    ids = list(Rating.objects.filter(customer_id=loser_id).values_list("pk", flat=True))
    Rating.objects.filter(pk__in=ids).update(customer_id=winner_id)
    return ids


def put_back(loser_id: int, winner_id: int, moved: Any) -> None:
    Rating.objects.filter(pk__in=moved, customer_id=winner_id).update(customer_id=loser_id)
