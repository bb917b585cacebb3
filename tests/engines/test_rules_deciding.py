from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suhui.engines.rules import compiling, registry
from suhui.engines.rules.choices import HitPolicy
from suhui.engines.rules.compiling import Compiled
from suhui.engines.rules.registry import Column, Row, TableSpec
from suhui.platform.core.errors import BadInput

KINDS = ["complaint", "enquiry", "order"]
INPUTS = [
    Column("kind", "Kind", "enum", choices=[(kind, kind) for kind in KINDS]),
    Column("hours", "Hours", "number"),
    Column("vip", "VIP", "flag"),
    Column("text", "Text", "text"),
]
OUTPUTS = [Column("level", "Level", "number"), Column("word", "Word", "text")]


def table(*rows: Row, hit: HitPolicy = HitPolicy.FIRST) -> TableSpec:
    return TableSpec(code="test.table", title="Test", inputs=INPUTS, outputs=OUTPUTS, rows=list(rows), hit=hit)


def decide(spec: TableSpec, **inputs: Any) -> list[tuple[int, dict[str, Any]]]:
    return Compiled(spec, spec.shipped_rows()).decide(inputs)


def number_cells() -> st.SearchStrategy[Any]:
    number = st.integers(-3, 6)
    return st.one_of(
        st.none(),
        number,
        st.builds(registry.at_least, number),
        st.builds(registry.more_than, number),
        st.builds(registry.at_most, number),
        st.builds(registry.less_than, number),
        st.tuples(number, number).map(lambda pair: registry.between(min(pair), max(pair))),
        st.just(registry.unknown()),
        st.just(registry.known()),
    )


def enum_cells() -> st.SearchStrategy[Any]:
    kind = st.sampled_from(KINDS)
    some = st.lists(kind, min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.none(), kind, st.builds(registry.is_not, kind), some, some.map(lambda kinds: registry.none_of(*kinds))
    )


TEXTS = st.text(alphabet="ab\"'\\`{}微 ", max_size=4)


def text_cells() -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), TEXTS, st.builds(registry.contains, TEXTS), st.builds(registry.starts_with, TEXTS))


def rows() -> st.SearchStrategy[Row]:
    when = st.fixed_dictionaries(
        {"kind": enum_cells(), "hours": number_cells(), "vip": st.none() | st.booleans(), "text": text_cells()}
    )
    then = st.fixed_dictionaries({"level": st.integers(0, 9), "word": TEXTS})
    return st.builds(Row, when, then)


INPUT_VALUES = st.fixed_dictionaries(
    {
        "kind": st.none() | st.sampled_from(KINDS),
        "hours": st.none() | st.integers(-3, 6) | st.integers(-30, 60).map(lambda tenths: tenths / 10),
        "vip": st.none() | st.booleans(),
        "text": st.none() | TEXTS,
    }
)


def fits(cell: Any, value: Any) -> bool:
    """The naive reading of one cell, written without any engine."""
    if cell is None:
        return True
    op, wanted = cell["op"], cell["value"]
    known = value is not None
    answers: dict[str, Callable[[], bool]] = {
        "is": lambda: value == wanted,
        "is_not": lambda: value != wanted,
        "any_of": lambda: value in wanted,
        "none_of": lambda: value not in wanted,
        "unknown": lambda: not known,
        "known": lambda: known,
        "at_least": lambda: known and value >= wanted,
        "more_than": lambda: known and value > wanted,
        "at_most": lambda: known and value <= wanted,
        "less_than": lambda: known and value < wanted,
        "between": lambda: known and wanted[0] <= value <= wanted[1],
        "contains": lambda: known and wanted in value,
        "starts_with": lambda: known and value.startswith(wanted),
    }
    return answers[op]()


@pytest.mark.long
@settings(deadline=None, max_examples=150)
@given(st.lists(rows(), max_size=6), INPUT_VALUES)
def test_first_hit_is_the_topmost_row_whose_cells_all_fit(made: list[Row], values: dict[str, Any]) -> None:
    spec = table(*made)
    stored = spec.shipped_rows()
    compiling.check_rows(spec, stored)
    naive = [
        number
        for number, row in enumerate(stored)
        if all(fits(row["when"].get(c.name), values[c.name]) for c in INPUTS)
    ]
    found = decide(spec, **values)
    assert [number for number, _outputs in found] == naive[:1]
    if found:
        assert found[0][1] == made[naive[0]].then


@settings(deadline=None, max_examples=60)
@given(st.lists(rows(), max_size=6), INPUT_VALUES)
def test_collect_gives_every_row_that_fits_in_order(made: list[Row], values: dict[str, Any]) -> None:
    spec = table(*made, hit=HitPolicy.COLLECT)
    stored = spec.shipped_rows()
    naive = [
        number
        for number, row in enumerate(stored)
        if all(fits(row["when"].get(c.name), values[c.name]) for c in INPUTS)
    ]
    assert [number for number, _outputs in decide(spec, **values)] == naive


def test_an_experts_cell_may_use_other_inputs_and_compute_the_result() -> None:
    spec = table(
        Row({"hours": registry.zen('$ > 10 and kind == "complaint"')}, {"level": registry.zen("hours * 2")}),
        Row({}, {"level": 1, "word": "rest"}),
    )
    assert decide(spec, hours=12, kind="complaint") == [(0, {"level": 24, "word": None})]
    assert decide(spec, hours=12, kind="enquiry") == [(1, {"level": 1, "word": "rest"})]


@pytest.mark.parametrize(
    ("when", "then", "cell"),
    [
        ({"hours": registry.zen("$ >")}, {"level": 1}, "0.when.hours"),
        ({"hours": registry.zen("open('/etc/passwd')")}, {"level": 1}, "0.when.hours"),
        ({"hours": registry.zen("__import__('os')")}, {"level": 1}, "0.when.hours"),
        ({}, {"level": registry.zen("nothing(1)")}, "0.then.level"),
        ({"kind": "unheard-of"}, {"level": 1}, "0.when.kind"),
        ({"hours": "many"}, {"level": 1}, "0.when.hours"),
        ({"hours": registry.between(5, 1)}, {"level": 1}, "0.when.hours"),
        ({"kind": registry.any_of()}, {"level": 1}, "0.when.kind"),
        ({}, {"level": "high"}, "0.then.level"),
        ({"vip": "yes"}, {"level": 1}, "0.when.vip"),
        ({"hours": registry.zen("$ > 1" + " + 1" * 200)}, {"level": 1}, "0.when.hours"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_named(when: dict[str, Any], then: dict[str, Any], cell: str) -> None:
    spec = table(Row(when, then))
    with pytest.raises(BadInput) as refusal:
        compiling.check_rows(spec, spec.shipped_rows())
    assert list(refusal.value.fields) == [cell]
