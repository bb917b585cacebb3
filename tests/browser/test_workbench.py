"""My day and the team's board, driven as an agent and a supervisor would."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser


def log_contact(page: Page, text: str, phone: str, *, pool: bool = False) -> str:
    """Log a phone contact by keyboard alone, as one's own or for the pool; the case's id."""
    page.goto("/")
    expect(page.locator("#day")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#quick-text")).to_be_focused()
    page.keyboard.type(f"{text} {phone}")
    expect(page.locator("#quick-phone")).to_have_value(phone)
    if pool:
        page.locator("#quick-form [name=owner][value=pool]").check()
        page.locator("#quick-text").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_a_call_is_logged_with_one_enter_and_waits_on_my_day(
    page_as: PageAs, accessible: Callable[[Page], None]
) -> None:
    page = page_as("agent")
    case = log_contact(page, "外箱压扁，要求赔偿", "13912345678")
    expect(page.locator('#page [data-key="t"]')).to_have_count(0)
    page.goto("/")
    line = page.locator(f"#line-case-{case}")
    expect(line).to_contain_text("外箱压扁")
    accessible(page)
    page.keyboard.press("j")
    expect(page.locator("[data-row].is-here")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(r"//[^/]+/$"))


def test_a_supervisor_passes_work_on_and_takes_it_back(
    page_as: PageAs, product: Product, accessible: Callable[[Page], None]
) -> None:
    [(agent, supervisor)] = product.sql(
        "SELECT a.username, s.username FROM people_user a JOIN people_post p ON p.user_id = a.id "
        "JOIN people_role r ON r.id = p.role_id AND r.code = 'agent' "
        "JOIN people_user s ON s.branch_id = a.branch_id JOIN people_post q ON q.user_id = s.id "
        "JOIN people_role t ON t.id = q.role_id AND t.code = 'service-supervisor' ORDER BY a.id LIMIT 1"
    )
    case = log_contact(page_as(agent), "三天没有物流更新", "13712345678", pool=True)
    page = page_as(supervisor)
    page.goto("/team/?show=nobody")
    row = page.locator("#board tr", has=page.locator(f'a[href="/cases/{case}/"]'))
    row.locator("details.menu > summary").click()
    row.locator(".team-menu button").first.click()
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(row).to_have_count(0)
    page.keyboard.press("z")
    expect(row).to_have_count(1)
    accessible(page)
