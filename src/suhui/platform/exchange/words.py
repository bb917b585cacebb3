"""How an import stands, in figures a person reads: each leads to the lines it counts."""

from dataclasses import dataclass

from suhui.platform.exchange.choices import ImportState, RowState
from suhui.platform.exchange.models import Import

_TRIAL = (RowState.NEW, RowState.CHANGE, RowState.SAME, RowState.DUPLICATE, RowState.WRONG)
_RESULT = (RowState.CREATED, RowState.CHANGED, RowState.KEPT, RowState.SKIPPED)
_BACK = (RowState.UNDONE, RowState.LEFT)
_TONES = {
    RowState.NEW: "green",
    RowState.CREATED: "green",
    RowState.CHANGE: "accent",
    RowState.CHANGED: "accent",
    RowState.DUPLICATE: "amber",
    RowState.LEFT: "amber",
    RowState.WRONG: "red",
}


@dataclass(frozen=True)
class Count:
    """`state` is that of the lines now."""

    state: str
    label: str
    number: int
    tone: str


def counted(row: Import) -> list[Count]:
    """The figures that matter now: of the trial, of the import, of the taking back."""
    numbers = dict(row.counts)
    if row.state in (ImportState.CHOOSING, ImportState.CHECKING, ImportState.CHECKED):
        return [_count(state, numbers.get(state, 0)) for state in _TRIAL]
    found = [_count(state, numbers.get(state, 0)) for state in _RESULT]
    found.append(_count(RowState.WRONG, numbers.get(RowState.WRONG, 0) + numbers.get("refused", 0)))
    if row.state in (ImportState.UNDOING, ImportState.UNDONE):
        found += [_count(state, numbers.get(state, 0)) for state in _BACK]
    return found


def _count(state: RowState, number: int) -> Count:
    return Count(state.value, str(state.label), number, _TONES.get(state, "") if number else "")
