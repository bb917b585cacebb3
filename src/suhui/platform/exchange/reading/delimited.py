"""CSV as it comes: any delimiter, any encoding, quotes or none."""

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.utils.translation import gettext_lazy

from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.reading.limits import bare, demand_few

DELIMITERS = {
    ",": gettext_lazy("Comma ,"),
    "\t": gettext_lazy("Tabulator"),
    ";": gettext_lazy("Semicolon ;"),
    "|": gettext_lazy("Upright line |"),
    "，": gettext_lazy("Chinese comma ，"),
}
SAMPLE_LINES = 40
_END = "\x02end\x03"
"""Stands behind the last line: found inside a cell, that cell was opened by a quotation mark and never closed."""


def guess_delimiter(text: str) -> str:
    """What parts the columns of a text that begins so: the sign that gives the most columns, the same in every line."""
    lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]
    best, best_score = ",", 0.0
    for sign in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
        except csv.Error:
            continue
        usual = median(widths) if widths else 1
        if usual < 2:
            continue
        agreeing = sum(1 for width in widths if width == usual) / len(widths)
        if (score := agreeing * min(usual, 30)) > best_score:
            best, best_score = sign, score
    return best


def rows(path: Path, *, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every line that holds anything; numbers count from 1, empty lines too. Raises Unreadable."""
    with path.open(encoding=encoding, errors="replace", newline="") as opened:
        # A nought byte would end the reader; no table holds one on purpose.
        lines = (line.replace("\0", "") for line in opened)
        reader = csv.reader(itertools.chain(lines, [_END]), delimiter=delimiter)
        for number in itertools.count(1):
            try:
                cells = next(reader, [_END])
            except csv.Error as error:
                raise _never_closed(reader.line_num) from error
            if cells == [_END]:
                return
            demand_few(cells)
            if any(cell.strip() for cell in cells):
                if cells[-1].endswith(_END):
                    raise _never_closed(reader.line_num - cells[-1].count("\n"))
                yield number, [bare(cell) for cell in cells]


def _never_closed(line: int) -> Unreadable:
    return Unreadable("file.unclosed", line=line)
