"""A shop's list with mistakes comes in: read, columns chosen by hand and by keyboard, tried, imported, taken back."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Download, Page, expect
from tools.arriving_files import LIST

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
OWN_LIST = LIST
for theirs, ours in {
    "1234000": "5678000",
    "远行服饰": "听涛木业",
    "8888": "8666",
    "文三路": "天目山路",
    "帕米尔": "光明",
}.items():
    OWN_LIST = OWN_LIST.replace(theirs, ours)
"""Other people than those of the sights, which may have been imported before."""


def test_a_list_with_mistakes_is_tried_imported_and_taken_back(
    product: Product, page_as: PageAs, accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    file = tmp_path / "十一月会员名单.csv"
    file.write_bytes(OWN_LIST.encode("gbk"))
    before = customers(product)
    desk = page_as("supervisor")
    desk.goto("/customers/")
    desk.get_by_role("link", name="导入").first.click()
    desk.locator("input[type=file]").set_input_files(file)
    accessible(desk)
    desk.get_by_role("button", name="下一步：对应列").click()

    expect(desk.get_by_label("编码")).to_have_value("gb18030")
    expect(desk.locator(".import-column").first).to_contain_text("欧阳明月")
    accessible(desk)
    note = desk.locator("#id_map_note")
    expect(note).to_have_value("5")
    note.scroll_into_view_if_needed()
    desk.locator(".import-column", has_text="会员等级").drag_to(desk.locator(".import-field:has(#id_map_note)"))
    expect(note).to_have_value("4")
    note.focus()
    note.select_option("5")
    desk.get_by_label("对应方案另存为").fill("会员名单")
    desk.get_by_role("button", name="试导").click()

    expect(desk.locator(".stat", has_text="新增")).to_contain_text("3")
    expect(desk.locator(".stat", has_text="有误")).to_contain_text("3")
    expect(desk.locator(".stat", has_text="疑似重复")).to_contain_text("1")
    accessible(desk)
    assert customers(product) == before
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="XLSX").click()
    sheet = saved(coming.value, tmp_path)
    said = [str(row[-1].value) for row in sheet.iter_rows(min_row=2)]
    assert said == [
        "电话不是有效号码：12",
        "缺少姓名。",
        "个人或企业不在可选范围内：个人, 企业",
        "与本文件第 2 行重复。",
    ]

    desk.get_by_role("button", name="开始导入").click()
    expect(desk.get_by_text("已导入", exact=True)).to_be_visible(timeout=30_000)
    assert customers(product) == before + 3
    where = desk.url
    desk.goto("/customers/?q=13956780002")
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.goto(where)
    desk.get_by_role("button", name="撤销导入").click()
    accessible(desk)
    desk.get_by_role("button", name="撤回").click()
    expect(desk.locator(".stat", has_text="已撤销")).to_contain_text("3", timeout=30_000)
    assert customers(product) == before
    desk.goto("/exchange/")
    expect(desk.locator("tbody tr").first).to_contain_text("十一月会员名单.csv")
    accessible(desk)


def test_the_list_of_customers_goes_out_masked_and_is_written_down(
    product: Product, page_as: PageAs, accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    desk = page_as("supervisor")
    desk.goto("/customers/?tier=vip")
    desk.get_by_role("link", name="导出").first.click()
    accessible(desk)
    with desk.expect_download() as coming:
        desk.get_by_role("button", name="导出").click()
    sheet = saved(coming.value, tmp_path)
    rows = list(sheet.iter_rows(values_only=True))
    assert "请勿外传" in str(rows[0][0])
    assert len({row[3] for row in rows[2:-1]}) == 1
    assert all("*" in str(row[4]) for row in rows[2:-1] if row[4])
    desk.goto("/exchange/exports/")
    expect(desk.locator("tbody tr").first).to_contain_text(str(rows[2][-1]))
    accessible(desk)


def customers(product: Product) -> int:
    return int(product.sql("SELECT count(*) FROM customers_customer")[0][0])


def saved(download: Download, folder: Path) -> Worksheet:
    """The sheet of a workbook that came down, under its own name."""
    path = folder / download.suggested_filename
    download.save_as(path)
    sheet = openpyxl.load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    return sheet
