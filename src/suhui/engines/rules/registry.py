"""Decision tables: a room declares its table's columns and shipped rows here, in its `registrations.py`.

    register_table(TableSpec(
        code="case.priority", title=_("Priority of a case"),
        inputs=[Column("kind", _("Kind"), "enum", choices=CaseKind.choices), Column("hours", _("Hours"), "number")],
        outputs=[Column("priority", _("Priority"), "enum", choices=Priority.choices)],
        rows=[
            Row({"kind": "complaint", "hours": at_least(48)}, {"priority": "urgent"}, basis="快递暂行条例"),
            Row({"kind": any_of("enquiry", "suggestion")}, {"priority": "low"}),
            Row({}, {"priority": "normal"}),
        ],
    ))

A column missing from `when` fits anything. A plain value in `when` means "is"; a plain value in `then` is the result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from suhui.engines.rules.choices import HitPolicy, Op

Cell = dict[str, Any]
"""{"op": Op, "value": JSON}: one condition or result as it is stored. None in a row fits anything."""
ColumnType = Literal["enum", "number", "text", "flag"]
Choices = Sequence[tuple[Any, Any]]


def cell(op: Op, value: Any = None) -> Cell:
    return {"op": op.value, "value": value}


def is_not(value: Any) -> Cell:
    return cell(Op.IS_NOT, value)


def any_of(*values: Any) -> Cell:
    return cell(Op.ANY_OF, list(values))


def none_of(*values: Any) -> Cell:
    return cell(Op.NONE_OF, list(values))


def at_least(value: float) -> Cell:
    return cell(Op.AT_LEAST, value)


def more_than(value: float) -> Cell:
    return cell(Op.MORE_THAN, value)


def at_most(value: float) -> Cell:
    return cell(Op.AT_MOST, value)


def less_than(value: float) -> Cell:
    return cell(Op.LESS_THAN, value)


def between(low: float, high: float) -> Cell:
    """Both ends belong to it."""
    return cell(Op.BETWEEN, [low, high])


def contains(text: str) -> Cell:
    return cell(Op.CONTAINS, text)


def starts_with(text: str) -> Cell:
    return cell(Op.STARTS_WITH, text)


def unknown() -> Cell:
    """The input was not given, or is None."""
    return cell(Op.UNKNOWN)


def known() -> Cell:
    return cell(Op.KNOWN)


def zen(expression: str) -> Cell:
    """An expert's cell. In `when`: `$` is the input, others by name. In `then`: the value, from inputs by name."""
    return cell(Op.ZEN, expression)


@dataclass(frozen=True)
class Column:
    """One input or output. `choices` are (value, label) pairs or a function that reads them when they are shown."""

    name: str
    label: Any
    type: ColumnType
    choices: Choices | Callable[[], Choices] = ()
    unit: Any = ""
    help: Any = ""

    def options(self) -> list[tuple[Any, str]]:
        """The choices with their labels in the reader's language."""
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(value, str(label)) for value, label in pairs]


@dataclass(frozen=True)
class Row:
    """One rule: `when` all its conditions hold, `then` its results. `basis` is the legal or standard source."""

    when: dict[str, Any]
    then: dict[str, Any]
    basis: str = ""
    verified: bool = True
    note: str = ""

    def stored(self, key: str) -> dict[str, Any]:
        """As JSON, with a `key` that stays with the row through versions."""
        return {
            "key": key,
            "when": {name: _as_cell(value) for name, value in self.when.items() if value is not None},
            "then": {name: _as_cell(value) for name, value in self.then.items() if value is not None},
            "basis": self.basis,
            "verified": self.verified,
            "note": self.note,
        }


@dataclass(frozen=True)
class TableSpec:
    """`hit` FIRST: the topmost row that fits decides. COLLECT: every row that fits, in order.

    `basis` and `verified` speak for the whole table; rows have their own.
    """

    code: str
    title: Any
    inputs: list[Column]
    outputs: list[Column]
    rows: list[Row]
    hit: HitPolicy = HitPolicy.FIRST
    basis: str = ""
    verified: bool = True
    help: Any = ""
    order: int = 100
    by_input: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_input", {column.name: column for column in self.inputs})

    def shipped_rows(self) -> list[dict[str, Any]]:
        return [row.stored(f"s{number}") for number, row in enumerate(self.rows, start=1)]


def _as_cell(value: Any) -> Cell:
    if isinstance(value, dict) and set(value) == {"op", "value"}:
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return any_of(*value)
    return cell(Op.IS, value)


_tables: dict[str, TableSpec] = {}
_vocabularies: dict[str, Callable[[], Choices]] = {}


def register_vocabulary(name: str, read: Callable[[], Choices]) -> None:
    """A list of (value, label) of a higher room that a lower room's table may speak of, for example "case.category"."""
    _vocabularies[name] = read


def vocabulary(name: str) -> Callable[[], Choices]:
    """The choices of `Column(choices=vocabulary("case.category"))`, read when they are shown."""
    return lambda: _vocabularies[name]() if name in _vocabularies else ()


def register_table(spec: TableSpec) -> None:
    _tables[spec.code] = spec


def table(code: str) -> TableSpec:
    """Raises LookupError for a table no room has declared: a mistake of the program, not of a person."""
    if code not in _tables:
        raise LookupError(f"no room has registered the decision table {code}")
    return _tables[code]


def find_table(code: str) -> TableSpec | None:
    return _tables.get(code)


def tables() -> list[TableSpec]:
    return sorted(_tables.values(), key=lambda spec: (spec.order, spec.code))
