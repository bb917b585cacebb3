"""What open work a person holds, told by the rooms that give work; asked before somebody leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suhui.platform.people.models import User


@dataclass(frozen=True)
class OpenWork:
    """`count` pieces of one kind, in the reader's word."""

    label: Any
    count: int


_counters: dict[str, tuple[Any, Callable[[User], int]]] = {}


def register_counter(name: str, label: Any, count: Callable[[User], int]) -> None:
    """`count(user)` says how many open pieces of this kind the person holds."""
    _counters[name] = (label, count)


def counts(user: User) -> list[OpenWork]:
    """Every kind the person holds anything of."""
    found = [OpenWork(label, count(user)) for label, count in _counters.values()]
    return [work for work in found if work.count]
