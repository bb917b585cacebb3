"""Sets of cases that rooms above name: the cases behind a figure of a report, shown as a work list.

A key is "report:12:kind=complaint": the room that registered "report" says which cases are behind the rest of it, for
this reader. Whoever reads the list still sees only what their own scope shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User


@dataclass(frozen=True)
class CaseSet:
    """`label` is what the list's filter says; `ids` is a query of one column of case ids."""

    label: str
    ids: "QuerySet[Any, Any]"


Finder = Callable[[User, str], CaseSet]
_finders: dict[str, Finder] = {}


def register_set(kind: str, finder: Finder) -> None:
    """`finder(user, key)` gives the set behind "kind:key" or raises Missing."""
    _finders[kind] = finder


def find(user: User, key: str) -> CaseSet | None:
    """The set a list was asked for; None when nobody knows it or the reader may not see it."""
    kind, _colon, rest = key.partition(":")
    if kind not in _finders:
        return None
    try:
        return _finders[kind](user, rest)
    except Missing:
        return None
