"""What can be found: rooms register their kinds and say, for one row, by which words and for whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


@dataclass(frozen=True)
class Detail:
    """A further word on a hit. `mask` names the filter it is shown through ("mask_phone"); empty for none."""

    text: str
    mask: str = ""


@dataclass(frozen=True)
class SearchDoc:
    """One row as the search sees it.

    `title` (shown through the filter `title_mask`) and `names` are found by text, pinyin and initials; `numbers` whole,
    by beginning or by tail; `phones` (E.164) by tail or beginning; `texts` by any part, and shown as an excerpt with
    phones masked; `hidden` (addresses, notes) likewise but never shown. Who sees it: everybody with the kind's
    permission when `everyone`, else whose scope holds one of `branch_ids` or `department_ids`, or who is an owner.
    `at` orders hits, newest first.
    """

    title: str
    url: str
    at: datetime
    title_mask: str = ""
    details: tuple[Detail, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    branch_ids: tuple[int, ...] = ()
    department_ids: tuple[int, ...] = ()
    owner_ids: tuple[int, ...] = ()
    everyone: bool = False


Ids = Callable[[int, int], list[int]]


@dataclass(frozen=True)
class SearchKind:
    """A kind of row. `build(id)` gives its document, or None when it is not (or no longer) to be found.

    `ids(after, limit)` lists the ids above `after` in order, for rebuilding; `ids_of(Model)` makes one. Lower `order`
    stands higher among the groups. `build_many(ids)` makes the documents of many rows
    in a few queries, for bulk writes.
    """

    kind: str
    label: Any
    icon: str
    permission: Perm
    build: Callable[[int], SearchDoc | None]
    ids: Ids | None = None
    order: int = 100
    build_many: Callable[[list[int]], Mapping[int, SearchDoc | None]] | None = None


_kinds: dict[str, SearchKind] = {}


def register_kind(kind: SearchKind) -> None:
    _kinds[kind.kind] = kind


def kind_named(name: str) -> SearchKind | None:
    return _kinds.get(name)


def all_kinds() -> list[SearchKind]:
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.kind))


def kinds_for(user: User) -> list[SearchKind]:
    """The kinds this person may find anything of."""
    return [kind for kind in all_kinds() if user.may(kind.permission)]


def ids_of(model: type[Model]) -> Ids:
    """`ids` for a model whose rows are all searchable."""

    def ids(after: int, limit: int) -> list[int]:
        rows: QuerySet[Model] = QuerySet(model).filter(pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    return ids
