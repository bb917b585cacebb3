"""From stored rows to a ZEN decision, and the check that every cell can be understood."""

import json
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import zen
from django.utils.translation import gettext as _

from suhui.engines.rules.choices import HitPolicy, Op
from suhui.engines.rules.registry import Cell, Column, TableSpec
from suhui.platform.core.errors import BadInput

ROW = "_row"
MAX_EXPRESSION = 400
"""Longest expression an expert's cell may hold, in characters."""
MAX_ROWS = 500
MOST_KNOWN = 1000
"""Answers a compiled table keeps."""
_COMPARISONS = {Op.AT_LEAST: ">=", Op.MORE_THAN: ">", Op.AT_MOST: "<=", Op.LESS_THAN: "<"}
_LISTS = {Op.ANY_OF: "in", Op.NONE_OF: "not in"}
_CALLS = {Op.CONTAINS: "contains", Op.STARTS_WITH: "startsWith"}


def literal(value: Any) -> str:
    """`value` in ZEN. Its strings know no escapes, so one with both kinds of quotes is put together from parts."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return json.dumps(value)
    text = str(value)
    if '"' not in text:
        return f'"{text}"'
    return "(" + " + '\"' + ".join(f'"{part}"' for part in text.split('"')) + ")"


def condition(found: Cell | None) -> str:
    """A condition as a ZEN unary expression over `$`; empty fits anything."""
    if found is None:
        return ""
    op, value = Op(found["op"]), found["value"]
    if op in _COMPARISONS:
        return f"$ {_COMPARISONS[op]} {literal(value)}"
    if op in _LISTS:
        return f"$ {_LISTS[op]} [{', '.join(literal(one) for one in value)}]"
    if op in _CALLS:
        return f"{_CALLS[op]}($, {literal(value)})"
    if op == Op.BETWEEN:
        return f"$ >= {literal(value[0])} and $ <= {literal(value[1])}"
    if op == Op.ZEN:
        return str(value)
    if op in (Op.UNKNOWN, Op.KNOWN):
        return "$ == null" if op == Op.UNKNOWN else "$ != null"
    return f"$ {'!=' if op == Op.IS_NOT else '=='} {literal(value)}"


def result(found: Cell | None) -> str:
    if found is None:
        return ""
    return str(found["value"]) if found["op"] == Op.ZEN else ""


class Compiled:
    """A version ready to decide. Plain results are taken from the stored rows, so that they keep their exact type.

    The engine takes a millisecond and the same is asked often: of a table without expressions, which might look at the
    time, answers are kept. Two numbers between the same two figures of a column have the same answer.
    """

    def __init__(self, spec: TableSpec, rows: list[dict[str, Any]]) -> None:
        self.spec = spec
        self.rows = rows
        self._plain = not any(cell["op"] == Op.ZEN for row in rows for cell in _cells(row))
        self._known: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
        self._figures = {column.name: _figures(rows, column.name) for column in spec.inputs if column.type == "number"}
        self._decision = zen.ZenEngine().create_decision(json.dumps(_graph(spec, rows)))

    def decide(self, inputs: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        """(row number from 0, outputs) of the rows that decide: at most one for FIRST. `inputs` are JSON values."""
        given = {column.name: inputs.get(column.name) for column in self.spec.inputs}
        if not self._plain:
            return self._ask(given)
        places = [self._place(name, value) for name, value in given.items()]
        # The types too: 1 and True are the same to a dictionary.
        key: Any = (*places, *map(type, places))
        try:
            known = key in self._known
        except TypeError:
            key = repr(places)
            known = key in self._known
        if not known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._ask(given)
        return [(row, dict(outputs)) for row, outputs in self._known[key]]

    def _place(self, name: str, value: Any) -> Any:
        """Where a number lies among the figures of its column, on one (odd) or between two (even); else the value."""
        figures = self._figures.get(name)
        if figures is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        place = bisect_left(figures, value)
        return 2 * place + (place < len(figures) and figures[place] == value)

    def _ask(self, given: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        found = self._decision.evaluate(given)["result"]
        hits = found if isinstance(found, list) else [found] if found else []
        return [(int(hit[ROW]), self._outputs(int(hit[ROW]), hit)) for hit in hits]

    def _outputs(self, number: int, hit: dict[str, Any]) -> dict[str, Any]:
        then = self.rows[number]["then"]
        return {column.name: self._output(then.get(column.name), hit, column) for column in self.spec.outputs}

    @staticmethod
    def _output(found: Cell | None, hit: dict[str, Any], column: Column) -> Any:
        if found is None:
            return None
        return hit.get(column.name) if found["op"] == Op.ZEN else found["value"]


def _cells(row: dict[str, Any]) -> Iterator[Cell]:
    yield from (cell for side in ("when", "then") for cell in row[side].values() if cell is not None)


def _figures(rows: list[dict[str, Any]], name: str) -> list[float]:
    """The numbers the conditions of a column name, in order."""
    named: set[float] = set()
    for row in rows:
        value = (row["when"].get(name) or {}).get("value")
        named.update(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, (int, float)))
    return sorted(named)


def _graph(spec: TableSpec, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """ZEN's own form: one table between an input and an output node. A hidden column carries the row's number."""
    rules = [
        {
            "_id": row["key"],
            **{f"i_{column.name}": condition(row["when"].get(column.name)) for column in spec.inputs},
            **{f"o_{column.name}": result(row["then"].get(column.name)) for column in spec.outputs},
            ROW: str(number),
        }
        for number, row in enumerate(rows)
    ]
    inputs = [{"id": f"i_{c.name}", "name": c.name, "field": c.name} for c in spec.inputs]
    outputs = [{"id": f"o_{c.name}", "name": c.name, "field": c.name} for c in spec.outputs]
    content = {
        "hitPolicy": "first" if spec.hit == HitPolicy.FIRST else "collect",
        "inputs": inputs,
        "outputs": [*outputs, {"id": ROW, "name": ROW, "field": ROW}],
        "rules": rules,
    }
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def check_rows(spec: TableSpec, rows: list[dict[str, Any]]) -> None:
    """Raises BadInput naming each cell ("0.when.kind") that cannot be understood: ZEN would pass over it in silence."""
    problems: dict[str, str] = {}
    if len(rows) > MAX_ROWS:
        raise BadInput(_("A table holds at most %(count)s rows.") % {"count": MAX_ROWS})
    for number, row in enumerate(rows):
        for side, columns in (("when", spec.inputs), ("then", spec.outputs)):
            for column in columns:
                sentence = _problem(row[side].get(column.name), column, side)
                if sentence:
                    problems[f"{number}.{side}.{column.name}"] = sentence
    if problems:
        place, _side, name = next(iter(problems)).split(".", 2)
        label = next(str(c.label) for c in [*spec.inputs, *spec.outputs] if c.name == name)
        text = _("Row %(row)s, “%(column)s”: %(problem)s")
        first = {"row": int(place) + 1, "column": label, "problem": next(iter(problems.values()))}
        raise BadInput(text % first, problems)


def _problem(found: Cell | None, column: Column, side: str) -> str:
    if found is None:
        return ""
    op, value = Op(found["op"]), found["value"]
    if op == Op.ZEN:
        return _expression_problem(value, unary=side == "when")
    if op in (Op.KNOWN, Op.UNKNOWN):
        return ""
    values = value if op in (*_LISTS, Op.BETWEEN) else [value]
    if not isinstance(values, list) or not values or (op == Op.BETWEEN and len(values) != 2):
        return _("something is missing")
    for one in values:
        if sentence := _value_problem(one, column):
            return sentence
    if op == Op.BETWEEN and values[0] > values[1]:
        return _("the first number is greater than the second")
    return ""


def _value_problem(value: Any, column: Column) -> str:
    if column.type == "number" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        return _("this is not a number")
    if column.type == "flag" and not isinstance(value, bool):
        return _("this is neither yes nor no")
    if column.type == "text" and not isinstance(value, str):
        return _("this is not a text")
    if column.type == "enum" and value is not None and value not in [option for option, _label in column.options()]:
        return _("“%(value)s” is not one of the choices") % {"value": value}
    return ""


def _expression_problem(text: Any, *, unary: bool) -> str:
    if not isinstance(text, str) or not text.strip():
        return _("something is missing")
    if len(text) > MAX_EXPRESSION:
        return _("the expression is too long")
    try:
        (zen.compile_unary_expression if unary else zen.compile_expression)(text)
    except Exception as error:
        # The library has one exception for all; its first line is JSON with the place.
        reason = str(error).splitlines()[0]
        return _("the expression cannot be understood (%(reason)s)") % {"reason": _reason(reason)}
    return ""


def _reason(line: str) -> str:
    try:
        return str(json.loads(line)["source"])
    except (ValueError, KeyError, TypeError):
        return line[:120]
