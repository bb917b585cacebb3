"""Tables out, line by line: CSV and XLSX of any length in little memory, and no cell that a spreadsheet would run."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from suhui.platform.exchange.choices import ExportFormat

Cell = str | int | float | None
LINES_A_SHEET = 1_000_000
"""Excel reads 1,048,576; what is more goes to a further sheet."""
_AT_ONCE = 500
_RUNS = tuple("=+-@\t\r＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it: it stays a text."""
    if isinstance(cell, str) and cell.startswith(_RUNS) and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def table(form: str, names: Sequence[str], lines: Iterable[Sequence[Cell]], *, title: str = "") -> Iterator[bytes]:
    """The file in pieces. `title` stands above the names in a workbook and on each printed page of it."""
    if form == ExportFormat.XLSX:
        return _workbook(names, lines, title)
    return _csv(names, lines)


def _csv(names: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """With a mark, by which Excel knows that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe(name) for name in names])
    for number, line in enumerate(lines, 1):
        writer.writerow([safe(cell) for cell in line])
        if number % _AT_ONCE == 0:
            yield buffer.getvalue().encode(errors="replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode(errors="replace")


class _Pipe(io.RawIOBase):
    """Takes what the packer writes and hands it on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _workbook(names: Sequence[str], lines: Iterable[Sequence[Cell]], title: str) -> Iterator[bytes]:
    pipe, rest, sheets = _Pipe(), iter(lines), 0
    first = next(rest, None)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        while sheets == 0 or first is not None:
            sheets += 1
            with packed.open(f"xl/worksheets/sheet{sheets}.xml", "w") as opened:
                opened.write(_head(names, title).encode())
                count, piece = 0, []
                while first is not None and count < LINES_A_SHEET:
                    piece.append(_row(first))
                    count, first = count + 1, next(rest, None)
                    if len(piece) >= _AT_ONCE:
                        opened.write("".join(piece).encode())
                        piece = []
                        yield pipe.take()
                opened.write(("".join(piece) + _foot(title)).encode())
        for name, content in _frame(sheets).items():
            packed.writestr(name, content)
    yield pipe.take()


def _row(line: Sequence[Cell], style: str = "") -> str:
    return f"<row>{''.join(_cell(safe(cell), style) for cell in line)}</row>"


def _cell(cell: Cell, style: str) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        text = escape(_FORBIDDEN.sub("", cell)[:32_767])
        return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'
    return f"<c{style}><v>{cell}</v></c>"


def _head(names: Sequence[str], title: str) -> str:
    top = 2 if title else 1
    above = _row([title]) if title else ""
    bold = _row(names, ' s="1"')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" state="frozen"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols><col min="1" max="{max(1, len(names))}" width="18" customWidth="1"/></cols>'
        f"<sheetData>{above}{bold}"
    )


def _foot(title: str) -> str:
    printed = f"<headerFooter><oddFooter>{escape('&L' + title.replace('&', '&&')[:240])}</oddFooter></headerFooter>"
    return f"</sheetData>{printed if title else ''}</worksheet>"


def _frame(sheets: int) -> dict[str, str]:
    """The workbook's small parts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    form = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    top = '<?xml version="1.0" encoding="UTF-8"?>'
    numbers = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{form}.worksheet+xml"/>' for n in numbers
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name={quoteattr(f"Sheet{n}")} sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    return {
        "[Content_Types].xml": f'{top}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{form}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{form}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{top}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{top}<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{top}<Relationships xmlns="{package}/relationships">{links}'
        f'<Relationship Id="styles" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{top}<styleSheet xmlns="{main}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
        '<xf xfId="0" fontId="1" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }
