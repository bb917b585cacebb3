"""XLSX read as a stream: memory stays small however large the sheet, and a bomb is refused before it goes off.

A workbook is a ZIP of XML. Its shared texts go to a file on disk and are looked up there; the sheet is parsed piece by
piece. Entities are refused, sizes are bounded by what the ZIP itself declares (Python's reader stops there).
"""

import contextlib
import mmap
import re
import tempfile
import zipfile
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.reading.limits import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_SWELLING,
    MOST_UNPACKED,
    bare,
    demand_few,
)

_PIECE = 1 << 16
_DATES = {14, 15, 16, 17, 22, 27, 30, 31, 36, 50, 57}
_TIMES = {18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56}
_SMALL = 4 << 20
"""What the workbook's own lists (sheets, styles) may be at most."""
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet's days have no zone


class Workbook:
    """An opened workbook; use it in a `with` block. `sheets` are the names of those that people see."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable("file.damaged") from error
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self._demand_sane()
        self._base, self._names = self._read_names()
        self.sheets = list(self._names)

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of every line of the sheet that holds anything."""
        part = self._names.get(sheet) or next(iter(self._names.values()))
        with self._strings() as strings:
            reading = _Sheet(strings, self._formats(), self._base)
            for piece in self._pieces(part):
                reading.feed(piece)
                while reading.ready:
                    yield reading.ready.popleft()

    def _demand_sane(self) -> None:
        if "xl/workbook.xml" not in self._parts:
            raise Unreadable("file.no-workbook")
        if any(info.flag_bits & 1 for info in self._parts.values()):
            raise Unreadable("file.locked")
        swollen = any(info.file_size > MOST_SWELLING * max(info.compress_size, 4096) for info in self._parts.values())
        if swollen or sum(info.file_size for info in self._parts.values()) > MOST_UNPACKED:
            raise Unreadable("file.swollen")

    def _pieces(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(part) as opened:
                while piece := opened.read(_PIECE):
                    yield piece
        except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError) as error:
            raise Unreadable("file.damaged") from error

    def _read_names(self) -> tuple[datetime, dict[str, str]]:
        targets: dict[str, str] = {}
        base, found = _EPOCH, {}
        for _tag, given in self._elements("xl/_rels/workbook.xml.rels", {"Relationship"}):
            targets[given.get("Id", "")] = _inside(given.get("Target", ""))
        for tag, given in self._elements("xl/workbook.xml", {"sheet", "workbookPr"}):
            if tag == "workbookPr":
                base = _EPOCH_1904 if given.get("date1904") in {"1", "true"} else _EPOCH
            elif given.get("state", "visible") == "visible":
                part = targets.get(given.get("r:id", "") or given.get("id", ""), "")
                if part in self._parts:
                    found[given.get("name", part)] = part
        if not found:
            raise Unreadable("file.no-sheet")
        return base, found

    def _elements(self, part: str, wanted: set[str]) -> list[tuple[str, dict[str, str]]]:
        """Every element of these names with its attributes, of one of the workbook's own small lists."""
        if part not in self._parts:
            return []
        if self._parts[part].file_size > _SMALL:
            raise Unreadable("file.swollen")
        found: list[tuple[str, dict[str, str]]] = []

        def start(tag: str, given: dict[str, str]) -> None:
            name = tag.rpartition(":")[2]
            if name in wanted:
                found.append((name, given))

        parser = _parser(start, lambda _tag: None, lambda _text: None)
        for piece in self._pieces(part):
            _feed(parser, piece)
        return found

    def _formats(self) -> list[str]:
        """For each style of a cell: "" a plain number, "d" a day, "t" a time of day."""
        own: dict[int, str] = {}
        styles: list[str] = []
        inside = False
        for tag, given in self._elements(
            "xl/styles.xml", {"numFmt", "cellXfs", "cellStyleXfs", "xf", "cellStyles", "dxfs"}
        ):
            if tag == "numFmt":
                own[int(given.get("numFmtId", "0"))] = _kind_of_format(given.get("formatCode", ""))
            elif tag == "xf" and inside:
                number = int(given.get("numFmtId", "0"))
                styles.append(own.get(number) or ("d" if number in _DATES else "t" if number in _TIMES else ""))
            else:
                inside = tag == "cellXfs"
        return styles

    @contextlib.contextmanager
    def _strings(self) -> Iterator[Callable[[int], str]]:
        with tempfile.TemporaryFile() as kept:
            ends = array("Q", [0])
            if "xl/sharedStrings.xml" in self._parts:
                reading = _Strings()
                for piece in self._pieces("xl/sharedStrings.xml"):
                    reading.feed(piece)
                    for text in reading.ready:
                        coded = text.encode(errors="replace")
                        kept.write(coded)
                        ends.append(ends[-1] + len(coded))
                    reading.ready.clear()
            kept.flush()
            if len(ends) == 1 or not ends[-1]:
                yield lambda _number: ""
                return
            with mmap.mmap(kept.fileno(), 0, access=mmap.ACCESS_READ) as held:
                yield lambda number: held[ends[number] : ends[number + 1]].decode() if number < len(ends) - 1 else ""


class _Strings:
    """The shared texts one after the other; the reading aids of Japanese cells (`rPh`) are left out."""

    def __init__(self) -> None:
        self.ready: list[str] = []
        self._text: list[str] = []
        self._in_text = self._in_aid = False
        self._parser = _parser(self._start, self._end, self._data)

    def feed(self, piece: bytes) -> None:
        _feed(self._parser, piece)

    def _start(self, tag: str, _given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._in_text = not self._in_aid
        elif name == "rPh":
            self._in_aid = True
        elif name == "si":
            self._text = []

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._in_aid = False
        elif name == "si":
            self.ready.append("".join(self._text)[:LONGEST_CELL])

    def _data(self, text: str) -> None:
        if self._in_text and len(self._text) <= LONGEST_CELL:
            self._text.append(text[:LONGEST_CELL])


class _Sheet:
    """Lines of cells out of a sheet's XML, as they become complete."""

    def __init__(self, strings: Callable[[int], str], formats: list[str], base: datetime) -> None:
        self.ready: deque[tuple[int, list[str]]] = deque()
        self._strings, self._formats, self._base = strings, formats, base
        self._number = self._column = 0
        self._cells: list[str] = []
        self._kind = ""
        self._style = 0
        self._text: list[str] = []
        self._taking = False
        self._parser = _parser(self._start, self._end, self._data)

    def feed(self, piece: bytes) -> None:
        _feed(self._parser, piece)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._column = _column_of(given.get("r", "")) or self._column + 1
            if self._column > MOST_COLUMNS:
                demand_few(range(self._column))
            self._kind, self._style, self._text = given.get("t", "n"), int(given.get("s", "0") or 0), []
        elif name in {"v", "t"}:
            self._taking = True
        elif name == "row":
            self._number = int(given.get("r", "0") or 0) or self._number + 1
            self._cells, self._column = [], 0

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in {"v", "t"}:
            self._taking = False
        elif name == "c":
            if self._text:
                self._cells.extend([""] * (self._column - 1 - len(self._cells)))
                self._cells.append(bare(self._value("".join(self._text)[:LONGEST_CELL])))
        elif name == "row" and any(self._cells):
            self.ready.append((self._number, self._cells))

    def _data(self, text: str) -> None:
        if self._taking and len(self._text) <= LONGEST_CELL:
            self._text.append(text[:LONGEST_CELL])

    def _value(self, raw: str) -> str:
        if self._kind == "s":
            return self._strings(int(raw)) if raw.isdecimal() else ""
        if self._kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if self._kind != "n":
            return raw
        form = self._formats[self._style] if self._style < len(self._formats) else ""
        return _moment(raw, form, self._base) if form else _plain(raw)


def _plain(raw: str) -> str:
    """A number as people write it: no exponent, no `.0` behind a telephone number."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if value.is_integer() and abs(value) < 1e21:
        return raw if raw.lstrip("-").isdecimal() else str(int(value))
    return repr(value) if "e" not in repr(value) else f"{value:.12f}".rstrip("0")


def _moment(raw: str, form: str, base: datetime) -> str:
    try:
        at = base + timedelta(seconds=round(float(raw) * 86_400))
    except (ValueError, OverflowError):
        return raw
    if form == "t" and at.date() == base.date():
        return f"{at:%H:%M:%S}"
    return f"{at:%Y-%m-%d}" if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{at:%Y-%m-%d %H:%M:%S}"


def _kind_of_format(code: str) -> str:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    if re.search(r"[yd]|e(?!\+)|年|日", bare) and not re.search(r"[0#?]", bare.replace("0.", "")):
        return "d"
    return "t" if re.search(r"h|s{2}", bare) else ""


def _column_of(place: str) -> int:
    """`AB12` → 28; 0 where the cell does not say."""
    number = 0
    for sign in place:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _parser(start: Any, end: Any, data: Any) -> Any:
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entities
    return parser


def _refuse_entities(*_given: Any) -> None:
    raise Unreadable("file.swollen")


def _feed(parser: Any, piece: bytes) -> None:
    try:
        parser.Parse(piece, False)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable("file.damaged") from error
