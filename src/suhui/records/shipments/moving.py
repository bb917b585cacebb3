"""What moves when two customers become one: the waybills they sent and were to get."""

from typing import Any

from suhui.records.customers.merging import Mover, register_mover
from suhui.records.shipments.models import Waybill

_ENDS = ("sender", "recipient")


def move(loser_id: int, winner_id: int) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for end in _ENDS:
        rows = Waybill.objects.filter(**{f"{end}_id": loser_id})
        moved[end] = list(rows.values_list("pk", flat=True))
        rows.update(**{f"{end}_id": winner_id})
    return moved


def put_back(loser_id: int, winner_id: int, moved: Any) -> None:
    for end in _ENDS:
        rows = Waybill.objects.filter(pk__in=moved[end], **{f"{end}_id": winner_id})
        rows.update(**{f"{end}_id": loser_id})


def register() -> None:
    register_mover(Mover("shipments", move, put_back))
