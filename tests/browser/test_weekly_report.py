"""The weekly complaint report as its reader has it: on screen with charts that open, as a sheet, confirmed."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser


def test_a_reader_opens_the_report_its_charts_and_its_sheet_and_confirms(
    product: Product, page_as: PageAs, accessible: Callable[[Page], None]
) -> None:
    run, user = a_report_to_confirm(product)
    reader = page_as(user)
    reader.goto(f"/reports/runs/{run}/")
    accessible(reader)
    complaints = int(reader.locator(".stat", has_text="投诉").first.locator(".stat-value").inner_text())
    assert complaints > 0
    expect(reader.locator(".chart canvas").first).to_be_visible()
    assert complaints_in_the_sheet(reader) == complaints
    a_bar_opens_its_cases(reader)
    reader.goto(f"/reports/runs/{run}/")
    reader.get_by_role("button", name="确认").click()
    expect(reader.locator("#page")).to_contain_text("您已确认此报表")
    expect(reader.get_by_role("button", name="确认")).to_have_count(0)
    who = "SELECT confirmed_at FROM reports_reportreading r JOIN people_user u ON u.id = r.user_id "
    assert product.sql(who + "WHERE r.run_id = %s AND u.username = %s", run, user)[0][0] is not None


def a_report_to_confirm(product: Product) -> tuple[int, str]:
    """The demo's newest report and somebody who has not confirmed it yet and sees complaints in it."""
    rows = product.sql(
        "SELECT r.run_id, u.username FROM reports_reportreading r JOIN people_user u ON u.id = r.user_id "
        "JOIN people_branch b ON b.id = u.branch_id WHERE r.confirmed_at IS NULL ORDER BY r.run_id DESC, "
        "length(b.path), u.id LIMIT 1"
    )
    return int(rows[0][0]), str(rows[0][1])


def complaints_in_the_sheet(page: Page) -> int:
    """What the sheet's first figure says."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="XLSX").click()
    book = load_workbook(BytesIO(Path(waiting.value.path()).read_bytes()))
    lines = book["汇总"].iter_rows(values_only=True)
    return next(int(str(row[1])) for row in lines if row[0] == "件数")


def a_bar_opens_its_cases(page: Page) -> None:
    """The longest bar lies on top; what it opens are as many cases as it says."""
    figure = page.locator(".chart-box").first
    figure.scroll_into_view_if_needed()
    figure.locator("summary").click()
    said = int(figure.locator("tbody td.num").first.inner_text())
    figure.locator("summary").click()
    box = figure.locator("canvas").bounding_box()
    assert box is not None
    for down in range(24, 60, 4):
        page.mouse.move(box["x"] + 200, box["y"] + down)
        page.wait_for_timeout(60)
        page.mouse.click(box["x"] + 200, box["y"] + down)
        page.wait_for_timeout(300)
        if "figure=" in page.url:
            break
    page.wait_for_url(re.compile("figure="))
    expect(page.locator("#case-table tbody tr[data-row]")).to_have_count(said)
