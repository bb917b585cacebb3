"""Files as people send them: every encoding, every program, and everything that is no table."""

import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext

from suhui.platform.exchange import reading
from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.reading import How


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        # The sentences are read from their catalogue before anybody measures memory.
        gettext("empty")
        yield


ROWS = [
    ["客户名称", "手机号码", "地址"],
    ["王小明", "13812341234", "浙江省杭州市西湖区文三路478号"],
    ["上海远行服饰有限公司", "021-58881234", "上海市浦东新区张江路88号"],
]
TRADITIONAL = [
    ["姓名", "電話", "地址"],
    ["陳大文", "0912345678", "臺北市信義區市府路1號"],
    ["黃小明", "0287654321", "香港九龍彌敦道"],
]


def write(folder: Path, rows: list[list[str]], encoding: str, sign: str = ",", name: str = "客户.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join(sign.join(row) for row in rows).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_a_table_reads_the_same_in_every_encoding_with_every_delimiter(
    tmp_path: Path, encoding: str, sign: str
) -> None:
    path = write(tmp_path, ROWS, encoding, sign)
    look = reading.examine(path)
    assert look.columns == ROWS[0]
    assert [cells for _number, cells in reading.rows(path, look.how)] == ROWS
    assert look.sure


def test_big5_is_told_from_gbk(tmp_path: Path) -> None:
    look = reading.examine(write(tmp_path, TRADITIONAL, "big5"))
    assert look.how.encoding == "big5hkscs"
    assert look.samples == TRADITIONAL[1:]


def test_who_looks_can_choose_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, ROWS, "gbk")
    wrong = reading.examine(path, how=How("csv", encoding="big5hkscs", delimiter=","))
    assert wrong.columns != ROWS[0]
    assert reading.examine(path, how=How("csv", encoding="gb18030", delimiter=",")).columns == ROWS[0]


def test_a_title_above_the_names_is_passed_over_and_quoted_line_breaks_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '2026年客户名单,,\n\n姓名,电话,备注\n王芳,13812341234,"第一行\n第二行"\n李雷,13912341234,无\n', encoding="utf-8"
    )
    look = reading.examine(path)
    assert look.columns == ["姓名", "电话", "备注"]
    assert look.samples == [["王芳", "13812341234", "第一行\n第二行"], ["李雷", "13912341234", "无"]]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    sheet.append(["姓名", "电话", "生日", "金额"])
    sheet.append(["王芳", 13812341234, date(1990, 5, 6), 12.5])
    moment = datetime.fromisoformat("2026-11-22T08:30")
    sheet.append(["李雷", "13912341234", moment, 1e15])
    sheet.append([None, None, None, None])
    sheet.append(["韩梅", None, None, 0.1])
    book.create_sheet("说明").append(["请勿修改"])
    book.save(path)
    return path


def test_a_workbook_gives_numbers_dates_and_gaps_as_people_write_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "客户.xlsx")
    look = reading.examine(path)
    assert look.sheets == ["客户", "说明"]
    assert list(reading.rows(path, look.how)) == [
        (1, ["姓名", "电话", "生日", "金额"]),
        (2, ["王芳", "13812341234", "1990-05-06", "12.5"]),
        (3, ["李雷", "13912341234", "2026-11-22 08:30:00", "1000000000000000"]),
        (5, ["韩梅", "", "", "0.1"]),
    ]


def test_a_workbook_of_another_program_reads_too(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("表一")
        sheet.write_row(0, 0, ["单号", "重量"])
        sheet.write_row(1, 0, ["SF1234567890123", 1.25])
    assert [cells for _n, cells in reading.rows(path, reading.examine(path).how)] == [
        ["单号", "重量"],
        ["SF1234567890123", "1.25"],
    ]


def test_a_wrong_ending_is_said_and_the_file_read_by_what_it_holds(tmp_path: Path) -> None:
    assert reading.examine(workbook(tmp_path / "a.csv")).misnamed
    assert reading.examine(write(tmp_path, ROWS, "gbk", name="a.xlsx")).misnamed
    assert not reading.examine(write(tmp_path, ROWS, "gbk", name="a.txt")).misnamed


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='a' r:id='1'/></sheets></workbook>")
        packed.writestr("xl/_rels/workbook.xml.rels", "<r><Relationship Id='1' Target='worksheets/sheet1.xml'/></r>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as opened:
            for _piece in range(200):
                opened.write(b" " * (1 << 20))
    return path


def locked() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"%PDF-1.7 \n1 0 obj", "no table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no table"),
        (bytes(range(256)) * 40, "no table"),
        (b"<html><table><tr><td>1</td></tr></table>", "web page"),
        (locked(), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old XLS"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "columns"),
        (b'name,phone\n"never closed,1\n' + b"x" * 200_000, "quotation mark"),
        (b'name,phone\n"never closed,1\nb,2\nc,3\n', "line 2 a quotation mark"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=sentence):
        list(reading.rows(path, reading.examine(path).how))


def test_a_workbook_with_ten_thousand_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, [f"c{n}" for n in range(10_000)])
    with pytest.raises(Unreadable, match="columns"):
        reading.examine(path)


def test_a_packed_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("readme.txt", "hello")
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed.getvalue())
    with pytest.raises(Unreadable, match="no workbook"):
        reading.examine(path)


@pytest.mark.long
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx")
    tracemalloc.start()
    with pytest.raises(Unreadable, match="unpacks"):
        reading.examine(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 << 20


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "laughs.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/_rels/workbook.xml.rels", "<r><Relationship Id='1' Target='worksheets/sheet1.xml'/></r>")
        packed.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'ha'>]><workbook>&b;</workbook>")
    with pytest.raises(Unreadable, match="unpacks"):
        reading.examine(path)


@pytest.mark.long
def test_a_large_workbook_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        sheet = book.add_worksheet()
        for number in range(20_000):
            sheet.write_row(number, 0, [f"客户{number}", f"1381234{number:05}", f"文三路{number}号"])
    how = reading.examine(path).how
    tracemalloc.start()
    count = sum(1 for _row in reading.rows(path, how))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 3 << 20
