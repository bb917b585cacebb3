"""Hand-over: whatever room holds a person's open work says here how to list it and how to move it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suhui.platform.core.actors import Actor
from suhui.platform.people import open_work
from suhui.platform.people.models import User


@dataclass(frozen=True)
class Portfolio:
    """One kind of work a person can hold ("cases", "tasks").

    `open_ids(user)` lists what they hold; `move(ids, from_user, to_user, by)` reassigns those still held by
    `from_user` (compare-and-set) in the caller's transaction and returns the ids it moved.
    """

    name: str
    label: Any
    open_ids: Callable[[User], list[int]]
    move: Callable[[list[int], User, User, Actor], list[int]]


_portfolios: dict[str, Portfolio] = {}


def register_portfolio(portfolio: Portfolio) -> None:
    _portfolios[portfolio.name] = portfolio
    open_work.register_counter(portfolio.name, portfolio.label, lambda user: len(portfolio.open_ids(user)))


def portfolios() -> list[Portfolio]:
    return list(_portfolios.values())
