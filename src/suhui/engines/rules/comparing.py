"""What a draft changes against the version in force, in words."""

from dataclasses import dataclass
from typing import Any, Literal

from suhui.engines.rules.explaining import cell_in_words
from suhui.engines.rules.registry import TableSpec

ChangeKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class Change:
    """One row that differs. `row` counts from 1 in the draft (in the old version for removed rows). `cells` are
    (column, before, after) in words."""

    kind: ChangeKind
    row: int
    cells: list[tuple[str, str, str]]


def differences(spec: TableSpec, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Change]:
    """Rows are matched by their key, so that moving one is not removing and adding it."""
    old = {row["key"]: (number, row) for number, row in enumerate(before, start=1)}
    new_keys = [row["key"] for row in after]
    kept = [key for key in old if key in set(new_keys)]
    changes = []
    for number, row in enumerate(after, start=1):
        if row["key"] not in old:
            changes.append(Change("added", number, _cells(spec, None, row)))
            continue
        cells = _cells(spec, old[row["key"]][1], row)
        if cells:
            changes.append(Change("changed", number, cells))
    gone = [Change("removed", number, _cells(spec, row, None)) for key, (number, row) in old.items() if key not in kept]
    return [*changes, *gone, *_moves(kept, new_keys)]


def _moves(kept: list[str], new_keys: list[str]) -> list[Change]:
    """Rows whose place among the rows of both versions is another; the smallest rise is told."""
    order = [key for key in new_keys if key in set(kept)]
    return [
        Change("moved", new_keys.index(key) + 1, [])
        for place, key in enumerate(order)
        if kept.index(key) > place and order.index(key) == place and kept[place] != key
    ]


def _cells(spec: TableSpec, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    found = []
    for side, columns in (("when", spec.inputs), ("then", spec.outputs)):
        for column in columns:
            was = before[side].get(column.name) if before else None
            now_ = after[side].get(column.name) if after else None
            if was != now_:
                found.append((str(column.label), cell_in_words(column, was), cell_in_words(column, now_)))
    return found
