"""Tables out: what a spreadsheet opens, what it must not run, and how little memory a long one takes."""

import csv
import tracemalloc
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from suhui.platform.exchange import reading, writing

LINES: list[list[writing.Cell]] = [["王芳", 12, 1.5, None], ['a"b,<&>', "第一行\n第二行", "", "\x00\x0bx"]]
NASTY = ["=1+1", "+86138-1", "-2+3", "@SUM(A1)", "\t=1", "＝1", "=cmd|' /C calc'!A0"]


def workbook(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]


def test_csv_opens_in_excel_with_chinese() -> None:
    content = b"".join(writing.table("csv", ["姓名", "数", "价", "无"], LINES))
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(content.decode("utf-8-sig"))))[1] == ["王芳", "12", "1.5", ""]


def test_a_workbook_opens_with_its_title_and_numbers_as_numbers() -> None:
    rows = workbook(b"".join(writing.table("xlsx", ["姓名", "数", "价", "无"], LINES, title="张三 导出")))
    assert rows[0][0] == "张三 导出"
    assert rows[1] == ["姓名", "数", "价", "无"]
    assert rows[2] == ["王芳", 12, 1.5, None]
    assert rows[3][:2] == ['a"b,<&>', "第一行\n第二行"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_run_and_the_apostrophe_goes_when_it_is_read_again(form: str, tmp_path: Path) -> None:
    lines: list[list[writing.Cell]] = [[text, "-12.5", "+8"] for text in NASTY]
    path = tmp_path / f"a.{form}"
    path.write_bytes(b"".join(writing.table(form, ["甲", "乙", "丙"], lines)))
    if form == "csv":
        found = [row[0] for row in csv.reader(StringIO(path.read_text(encoding="utf-8-sig")))][1:]
    else:
        found = [str(row[0]) for row in workbook(path.read_bytes())][1:]
    assert all(text.startswith("'") for text in found)
    again = [cells for _number, cells in reading.rows(path, reading.examine(path).how)][1:]
    assert [cells[1:] for cells in again] == [["-12.5", "+8"]] * len(NASTY)
    assert again[0][0] == "=1+1"


def test_what_is_too_long_for_a_sheet_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LINES_A_SHEET", 10)
    rows = workbook(b"".join(writing.table("xlsx", ["甲"], ([n] for n in range(25)))))
    assert [row[0] for row in rows if row[0] != "甲"] == list(range(25))
    assert sum(row[0] == "甲" for row in rows) == 3


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_long_table_is_sent_in_pieces_and_little_memory(form: str) -> None:
    def lines() -> Iterator[list[writing.Cell]]:
        for number in range(60_000):
            yield [f"客户{number}", f"文三路{number}号", number]

    tracemalloc.start()
    size, largest = 0, 0
    for piece in writing.table(form, ["甲", "乙", "丙"], lines()):
        size, largest = size + len(piece), max(largest, len(piece))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 400_000
    assert largest < 300_000
    assert peak < 4 << 20
