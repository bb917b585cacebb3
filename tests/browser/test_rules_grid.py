"""A manager changes a decision table as a grid: a cell, a row, a mistake, the trial; the next case obeys it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PageAs, Product
from tests.chromium import axe_finds

pytestmark = pytest.mark.browser
TABLE = "/rules/case.priority/"
KIND, SEVERITY, PRIORITY = 0, 4, 6
"""Columns of the grid: conditions first, then the result."""


@pytest.fixture
def manager(page_as: PageAs, product: Product) -> Iterator[Page]:
    """The administrator's page; afterwards the rows that were in force before are in force again."""
    page = page_as("admin")
    forget_draft(product)
    rows = product.sql("SELECT rows::text FROM rules_version WHERE id = %s", active(product))[0][0]
    yield page
    forget_draft(product)
    now = active(product)
    product.sql("UPDATE rules_version SET rows = %s::jsonb, revision = revision + 1 WHERE id = %s", rows, now)


def forget_draft(product: Product) -> None:
    product.sql("DELETE FROM rules_version WHERE state = 'draft' AND \"table\" = 'case.priority'")


def active(product: Product) -> int:
    found = product.sql("SELECT id FROM rules_version WHERE state = 'active' AND \"table\" = 'case.priority'")
    return int(found[0][0])


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'.rule-grid td[data-row="{row}"][data-column="{column}"]')


def row_that_says(page: Page, text: str, column: int) -> int:
    """The first row of the grid whose cell in `column` says so."""
    cells = page.locator(f'.rule-grid td[data-column="{column}"]')
    texts = cells.all_inner_texts()
    return next(number for number, said in enumerate(texts) if text in said)


def test_a_manager_changes_the_grid_tries_it_and_the_next_case_obeys(
    manager: Page, page_as: PageAs, product: Product
) -> None:
    before = active(product)
    manager.goto(TABLE)
    manager.get_by_role("button", name="修改").click()
    manager.wait_for_url("**/draft/")
    expect(manager.locator(".rule-grid tbody tr")).to_have_count(11)
    suggestion = row_that_says(manager, "建议", KIND)
    change_a_cell(manager, suggestion)
    a_mistake_is_told_in_its_cell(manager, suggestion)
    add_a_row(manager, suggestion)
    save(manager)
    expect(manager.locator(".rule-changes li")).to_have_count(2)
    assert axe_finds(manager) == []
    try_it(manager, product)
    manager.get_by_role("button", name="立即启用").click()
    manager.wait_for_url(f"**{TABLE}")
    expect(manager.locator(".page")).to_contain_text("生效中")
    assert active(product) != before
    the_next_case_obeys(page_as("agent"), product, suggestion)


def change_a_cell(page: Page, row: int) -> None:
    """Arrow to the result, Enter, another value, Enter: low becomes urgent."""
    cell(page, row, KIND).click()
    page.keyboard.press("End")
    for _step in range(3):
        page.keyboard.press("ArrowLeft")
    expect(cell(page, row, PRIORITY)).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".rule-editor select").last.select_option(label="紧急")
    page.keyboard.press("Enter")
    expect(cell(page, row, PRIORITY)).to_have_text("紧急")
    expect(page.locator("[data-grid-target=state]")).to_have_text("尚未保存")


def a_mistake_is_told_in_its_cell(page: Page, row: int) -> None:
    """A number that is none: refused with the reason in the cell, and nothing typed is lost."""
    cell(page, row, SEVERITY).click()
    page.keyboard.press("Enter")
    page.locator(".rule-editor select").select_option("at_least")
    page.locator(".rule-editor input").fill("很高")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    wrong = page.locator(".rule-grid td[aria-invalid=true]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("很高")
    expect(wrong.locator(".rule-wrong")).not_to_be_empty()
    expect(page.get_by_role("alert").first).to_contain_text(f"第 {row + 1} 行")
    expect(cell(page, row, PRIORITY)).to_have_text("紧急")
    cell(page, row, SEVERITY).click()
    page.keyboard.press("Delete")
    expect(page.locator(".rule-grid td[aria-invalid=true]")).to_have_count(0)


def add_a_row(page: Page, after: int) -> None:
    """A row beneath: letters about orders are low."""
    cell(page, after, KIND).click()
    page.get_by_role("button", name="增加一行").click()
    expect(page.locator(".rule-grid tbody tr")).to_have_count(12)
    cell(page, after + 1, KIND).dblclick()
    page.locator(".rule-editor select").last.select_option(label="订单查询")
    page.keyboard.press("Enter")
    cell(page, after + 1, KIND + 1).dblclick()
    page.locator(".rule-editor select").last.select_option(label="信函")
    page.keyboard.press("Enter")
    cell(page, after + 1, PRIORITY).dblclick()
    page.locator(".rule-editor select").last.select_option(label="低")
    page.keyboard.press("Enter")


def save(page: Page) -> None:
    page.fill("[name=note]", "建议也要当天处理")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-grid-target=state]")).to_have_text("")
    expect(page.locator(".rule-changes")).to_contain_text("紧急")


def try_it(page: Page, product: Product) -> None:
    """The trial lists what would have come out otherwise, each line leading to its case."""
    expect(page.get_by_role("button", name="立即启用")).to_have_count(0)
    page.get_by_role("button", name="试算").click()
    stat = page.locator(".stat", has_text="结果会变")
    expect(stat).to_be_visible()
    changed = int(re.sub(r"\D", "", stat.locator(".stat-value").inner_text()))
    wanted = product.sql(
        "SELECT count(*) FROM rules_decision WHERE \"table\" = 'case.priority' AND inputs->>'kind' = 'suggestion' "
        "AND outputs->>'priority' = '1' AND at > now() - interval '30 days'"
    )
    assert changed >= int(wanted[0][0]) > 0
    lines = page.get_by_role("row").filter(has_text="紧急").filter(has=page.locator("a[href^='/cases/']"))
    expect(lines.first).to_be_visible()


def the_next_case_obeys(page: Page, product: Product, row: int) -> None:
    """A suggestion that comes in now is urgent, and says by which row of which version."""
    page.goto("/cases/new/")
    page.fill("[name=text]", "建议驿站晚上多开一个小时")
    page.check("[name=kind][value=suggestion]")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    expect(page.locator(".case-head")).to_contain_text("紧急")
    page.locator("#case-context details.why summary").last.click()
    said = page.locator("#case-context .rule-decided")
    number = product.sql("SELECT number FROM rules_version WHERE id = %s", active(product))[0][0]
    expect(said).to_contain_text(f"第 {number} 版第 {row + 1} 行")
