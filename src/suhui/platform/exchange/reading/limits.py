"""How much a file may hold: enough for any list of a company, and never more than the machine bears."""

from collections.abc import Sequence

from suhui.platform.exchange.errors import Unreadable

MOST_BYTES = 300 << 20
MOST_COLUMNS = 300
MOST_ROWS = 2_000_000
LONGEST_CELL = 32_767
"""What a cell of Excel holds at most."""
MOST_UNPACKED = 4 << 30
MOST_SWELLING = 200
"""How many times larger than packed a part of a workbook may be; real tables stay under 40."""


def demand_few(cells: Sequence[object]) -> None:
    """Raises Unreadable for a line with more columns than any table of people."""
    if len(cells) > MOST_COLUMNS:
        raise Unreadable("file.wide", most=MOST_COLUMNS)


def bare(cell: str) -> str:
    """A cell without the blanks around it, and without the apostrophe an export puts before a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
