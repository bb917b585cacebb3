"""What is wrong with a file, line by line, as a file again: the line as it stood and why, in the reader's language."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from suhui.platform.exchange import problems, registry, writing
from suhui.platform.exchange.choices import RowState
from suhui.platform.exchange.models import Import, ImportRow

OPEN_TO_ASK = (RowState.WRONG, RowState.DUPLICATE, RowState.SKIPPED, RowState.LEFT)
"""Lines somebody may want to look at again."""


def reason_of(row: ImportRow, labels: dict[str, object]) -> str:
    """Everything there is to say about a line, in the reader's language."""
    said = [problems.say(problem, labels) for problem in row.problems]
    if row.reason == "file" and row.before.get("line"):
        said.append(problems.say({"code": "file", "params": {"line": row.before["line"]}}, labels))
    elif row.reason:
        said.append(problems.reason(row.reason))
    return " ".join(said)


def rows_to_look_at(batch: Import, *states: str) -> "QuerySet[ImportRow]":
    return batch.rows.filter(state__in=states or OPEN_TO_ASK).order_by("number")


def report(batch: Import, form: str, *states: str) -> Iterator[bytes]:
    """The lines as a file in pieces: the file's own columns first, so that it can be mended and sent again."""
    kind = registry.kind_named(batch.kind)
    labels = kind.labels if kind else {}
    names = [*batch.columns, _("Line of the file"), pgettext("line", "What became of it"), _("Why")]
    width = len(batch.columns)

    def lines() -> Iterator[list[writing.Cell]]:
        for row in rows_to_look_at(batch, *states).iterator(chunk_size=1000):
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            yield [*cells, row.number, str(row.get_state_display()), reason_of(row, labels)]

    return writing.table(form, names, lines())
