"""Rules in a reader's words: a cell, a row, and why a decision came out as it did."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from suhui.engines.rules import registry
from suhui.engines.rules.choices import Op
from suhui.engines.rules.models import Decision, Version
from suhui.engines.rules.registry import Cell, Column


@dataclass(frozen=True)
class Told:
    """Why: `where` names version and row; `conditions` and `results` are the row's cells in words."""

    title: str
    where: str
    conditions: list[str]
    results: list[str]
    basis: str
    verified: bool


def value_in_words(column: Column, value: Any) -> str:
    """A value with its label or unit: `加急`, `48 小时`, `是`."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.type == "enum":
        return str(dict(column.options()).get(value, value))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text} {column.unit}" if column.unit else text


def cell_in_words(column: Column, found: Cell | None) -> str:
    """A condition or result as a supervisor reads it; empty for a cell that fits anything."""
    if found is None:
        return ""
    op, value = Op(found["op"]), found["value"]
    if op == Op.ZEN:
        return str(value)
    if op in (Op.KNOWN, Op.UNKNOWN):
        return str(op.label)
    if op == Op.BETWEEN:
        low, high = (value_in_words(column, one) for one in value)
        return _("from %(low)s to %(high)s") % {"low": low, "high": high}
    if op in (Op.ANY_OF, Op.NONE_OF):
        words = "、".join(value_in_words(column, one) for one in value)
        return words if op == Op.ANY_OF else _("none of %(values)s") % {"values": words}
    words = value_in_words(column, value)
    return words if op == Op.IS else f"{op.label} {words}"


def result_in_words(column: Column, value: Any) -> str:
    return _("%(column)s: %(value)s") % {"column": column.label, "value": value_in_words(column, value)}


def explain(decision: Decision) -> Told:
    """The row that decided, in words. Tables no room registers any more are told with what is stored."""
    spec = registry.find_table(decision.table)
    version = decision.version
    row = _row(version, decision.row)
    inputs = spec.inputs if spec else []
    outputs = spec.outputs if spec else []
    number = {"version": version.number, "row": (decision.row or 0) + 1}
    where = _("version %(version)s, row %(row)s") if row else _("version %(version)s, no row fitted")
    conditions = [
        _("%(column)s: %(value)s") % {"column": column.label, "value": cell_in_words(column, row["when"][column.name])}
        for column in inputs
        if row and column.name in row["when"]
    ]
    results = [
        result_in_words(column, decision.outputs[column.name])
        for column in outputs
        if decision.outputs.get(column.name) is not None
    ]
    return Told(
        title=str(spec.title) if spec else decision.table,
        where=where % number,
        conditions=conditions or ([_("in every other case")] if row else []),
        results=results,
        basis=(row["basis"] if row else "") or version.basis,
        verified=version.verified and (row is None or row["verified"]),
    )


def _row(version: Version, number: int | None) -> dict[str, Any] | None:
    if number is None or number >= len(version.rows):
        return None
    found: dict[str, Any] = version.rows[number]
    return found
