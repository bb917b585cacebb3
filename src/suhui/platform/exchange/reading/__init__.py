"""Files of rows, whatever made them: what a file is, how to read it, and its lines one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.reading import delimited, encodings
from suhui.platform.exchange.reading.limits import MOST_BYTES
from suhui.platform.exchange.reading.workbook import Workbook

CSV, XLSX = "csv", "xlsx"
HEAD = 256 << 10
SAMPLES = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ",
    b"RIFF",
)


@dataclass(frozen=True)
class How:
    """How a file is read: the guess of `examine`, or what the person chose. `header` is the number of the line with the
    names of the columns."""

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 1


@dataclass(frozen=True)
class Look:
    """What a file holds as far as its beginning tells."""

    how: How
    sure: bool
    columns: list[str]
    samples: list[list[str]]
    sheets: list[str] = field(default_factory=list)
    misnamed: bool = False

    def sample_of(self, column: int, most: int = 3) -> list[str]:
        """The first few different values of a column."""
        found = [row[column] for row in self.samples if column < len(row) and row[column]]
        return list(dict.fromkeys(found))[:most]


def examine(path: Path, *, name: str = "", how: How | None = None) -> Look:
    """What the file is and how it reads; with `how` it is read that way. Raises Unreadable with a sentence."""
    form = format_of(path)
    ending = (name or path.name).rpartition(".")[2].lower()
    misnamed = (form == XLSX) != (ending in {"xlsx", "xlsm"})
    if how is not None and how.format == form:
        return replace(_seen(path, how, sure=True, again=True), misnamed=misnamed)
    if form == XLSX:
        return replace(_seen(path, How(XLSX, sheet=_first_sheet(path)), sure=True), misnamed=misnamed)
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    found = encodings.guess(head)
    text = head.decode(found.encoding, errors="replace")
    asked = How(CSV, encoding=found.encoding, delimiter=delimited.guess_delimiter(text))
    return replace(_seen(path, asked, sure=found.sure), misnamed=misnamed)


def rows(path: Path, how: How) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every line that is not empty, the names of the columns among them. Raises Unreadable."""
    if how.format == XLSX:
        with Workbook(path) as book:
            yield from book.rows(how.sheet)
    else:
        yield from delimited.rows(path, encoding=how.encoding, delimiter=how.delimiter)


def format_of(path: Path) -> str:
    """By what the file holds, whatever it is called. Raises Unreadable for what is no table."""
    size = path.stat().st_size
    if not size:
        raise Unreadable("file.empty")
    if size > MOST_BYTES:
        raise Unreadable("file.large", most=MOST_BYTES >> 20)
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    if head.startswith(_OLE):
        raise Unreadable(_old_or_locked(path))
    if head.startswith(_ZIP):
        return XLSX
    begins = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    if begins.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise Unreadable("file.web-page")
    if head.startswith(_OTHERS) or _is_binary(head):
        raise Unreadable("file.no-table")
    return CSV


def _old_or_locked(path: Path) -> str:
    """Password-protected workbooks and those of before 2007 come in the same wrapping."""
    with path.open("rb") as opened:
        held = opened.read(4 << 20)
    if "EncryptedPackage".encode("utf-16-le") in held:
        return "file.locked"
    return "file.old"


def _is_binary(head: bytes) -> bool:
    if encodings.guess(head).encoding.startswith("utf-16"):
        return False
    return head.count(0) > len(head) // 100 or sum(byte < 9 for byte in head[:4096]) > 40


def _first_sheet(path: Path) -> str:
    """The first sheet that holds anything, else the first."""
    with Workbook(path) as book:
        return next(
            (sheet for sheet in book.sheets if any(True for _row in islice(book.rows(sheet), 1))), book.sheets[0]
        )


def _seen(path: Path, how: How, *, sure: bool, again: bool = False) -> Look:
    sheets: list[str] = []
    if how.format == XLSX:
        with Workbook(path) as book:
            sheets = book.sheets
    most = how.header + SAMPLES if again else SAMPLES
    lines = list(islice(rows(path, how), most))
    if not lines:
        raise Unreadable("file.no-lines")
    if not again:
        how = replace(how, header=_header_of(lines))
    named = next((cells for number, cells in lines if number == how.header), None)
    if named is None:
        raise Unreadable("file.no-names", line=how.header)
    below = [cells for number, cells in lines if number > how.header]
    width = max(len(named), *(len(cells) for cells in below)) if below else len(named)
    columns = [*named, *[""] * (width - len(named))]
    return Look(how=how, sure=sure, columns=columns, samples=below[:SAMPLES], sheets=sheets)


def _header_of(lines: list[tuple[int, list[str]]]) -> int:
    """The first of the upper lines that is about as wide as the table: a title above it fills a cell or two."""
    widths = [(number, sum(1 for cell in cells if cell)) for number, cells in lines]
    widest = max(width for _number, width in widths)
    return next((number for number, width in widths[:10] if width * 2 > widest), widths[0][0])
