"""A late case escalates to the supervisor, who hands an absent agent's work over; it comes back by itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
TICKED = 45_000
"""Milliseconds: the worker ticks every fifteen seconds."""
LATE = "请查一下我的包裹，等了很久没有人回复我"


def test_a_late_case_escalates_and_an_absent_agents_work_is_handed_over(product: Product, page_as: PageAs) -> None:
    agent = page_as("agent-22")
    number = take_a_case(agent)
    supervisor = page_as("supervisor")
    supervisor.goto("/team/?show=late")
    let_its_time_pass(product, number)
    line = supervisor.locator("#board tr", has_text=number)
    expect(line).to_be_visible(timeout=TICKED)
    expect(agent.locator(".case-story")).to_contain_text("主管", timeout=TICKED)
    supervisor.goto("/notifications/")
    expect(supervisor.locator("#page")).to_contain_text(number)
    enter_an_absence(supervisor, product)
    hand_over(supervisor, number)
    stand_in = page_as("agent")
    stand_in.goto("/cases/?as=table&view=mine")
    expect(stand_in.locator("#case-table tr", has_text=number)).to_be_visible()
    come_back(supervisor, product)
    agent.goto("/cases/?as=table&view=mine")
    expect(agent.locator("#case-table tr", has_text=number)).to_be_visible(timeout=TICKED)


def take_a_case(page: Page) -> str:
    page.goto("/cases/new/")
    page.fill("#id_text", LATE)
    page.fill("#id_phone", "13661234567")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*/")
    expect(page.locator(".case-head")).to_contain_text("田晓燕")
    return page.locator(".number-code").first.inner_text()


def let_its_time_pass(product: Product, number: str) -> None:
    """As if it had been taken two days ago: every clock of the case is late by a day, and the worker's tick sees it."""
    product.sql(
        "UPDATE sla_clock SET due_at = now() - interval '1 day', warn_at = now() - interval '25 hours', "
        "next_at = now(), version = version + 1 "
        "WHERE state = 'running' AND subject = (SELECT 'case:' || id FROM cases_case WHERE number = %s)",
        number,
    )


def enter_an_absence(page: Page, product: Product) -> None:
    absent, stand_in = product.person("agent-22"), product.person("agent")
    page.goto(f"/organisation/people/{absent}/absences/")
    page.select_option("#id_stand_in", str(stand_in))
    page.fill("#id_reason", "发烧")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/organisation/people/{absent}/")
    expect(page.locator("#page")).to_contain_text("发烧")


def hand_over(page: Page, number: str) -> None:
    """The work goes over at once by itself, or by the supervisor's button; either way the page shows what is out."""
    page.goto("/team/")
    page.locator(".team-away li", has_text="田晓燕").locator("a[href^='/team/absences/']").click()
    expect(page.locator("h1")).to_contain_text("田晓燕")
    page.get_by_role("button", name="立即移交").click()
    expect(page.locator(".card", has_text="已移交").locator("tr", has_text=number)).to_be_visible()


def come_back(page: Page, product: Product) -> None:
    page.goto(f"/organisation/people/{product.person('agent-22')}/")
    page.locator("form[action*='/absences/'] button").first.click()
    expect(page.locator("#page")).to_contain_text("已结束")
