"""A carrier pushes "damaged": it becomes an exception, a case and a notice on the desk of whoever must act."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from suhui.platform.core import clock
from suhui.records.shipments.adapters.kuaidi100 import md5
from tests.browser.conftest import MakeContext, PageAs, Product

pytestmark = pytest.mark.browser
PUSH = "/hooks/carriers/kuaidi100/"
SALT = "the-salt"
TOLD = "【杭州市】快件外包装破损，内件待核实"


def test_a_damaged_parcel_push_becomes_a_case_and_a_notice(
    product: Product, page_as: PageAs, new_context: MakeContext
) -> None:
    administrator = page_as("admin")
    enter_the_account(administrator)
    number = a_parcel_under_way(product)
    agent = page_as("agent")
    agent.goto("/cases/?as=table&view=unassigned")
    outlet = page_as("branch")
    outlet.goto("/")
    carrier = new_context()
    assert push(carrier, number, salt="guessed") == 403
    assert push(carrier, number) == 200
    line = agent.locator("#case-table tr", has_text=number)
    expect(line).to_be_visible(timeout=30_000)
    expect(line).to_contain_text("破损")
    line.locator("a").first.click()
    expect(agent.locator("#page")).to_contain_text("外包装破损")
    see_the_exception(agent, number)
    see_the_notice(outlet)


def enter_the_account(page: Page) -> None:
    page.goto("/settings/carriers/accounts/kuaidi100/")
    page.fill("#id_customer", "C1")
    page.fill("#id_key", "the-key")
    page.fill("#id_salt", SALT)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/settings/carriers/")


def a_parcel_under_way(product: Product) -> str:
    rows = product.sql(
        "SELECT w.number FROM shipments_waybill w JOIN people_user u ON u.branch_id = w.destination_id "
        "WHERE u.username = 'branch' AND w.status IN ('collected', 'in_transit', 'out_for_delivery') "
        "AND w.number ~ '^YT' "
        "AND NOT EXISTS (SELECT 1 FROM cases_casewaybill c WHERE c.waybill_id = w.id) "
        "AND NOT EXISTS (SELECT 1 FROM shipments_waybillexception e WHERE e.waybill_id = w.id) ORDER BY w.id LIMIT 1"
    )
    return str(rows[0][0])


def push(carrier: BrowserContext, number: str, *, salt: str = SALT) -> int:
    """As kuaidi100 sends it: a form with `param` and its MD5 signature."""
    time = clock.local(clock.now() - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S")
    line = {"time": time, "ftime": time, "context": TOLD, "statusCode": "209"}
    last = {"nu": number, "com": "yuantong", "state": "2", "data": [line]}
    param = json.dumps({"status": "polling", "lastResult": last}, ensure_ascii=False)
    return carrier.request.post(PUSH, form={"param": param, "sign": md5(param + salt)}).status


def see_the_exception(page: Page, number: str) -> None:
    page.goto("/waybills/exceptions/")
    expect(page.locator("#page tr", has_text=number).first).to_contain_text("破损")


def see_the_notice(page: Page) -> None:
    """The bell of the outlet's clerk has rung while the page stood still; the notice opens the case."""
    notice = page.locator("#bell .notice", has_text="系统按规则发现快件异常").first
    expect(notice).to_be_attached(timeout=30_000)
    page.locator("#bell summary").click()
    notice.click()
    expect(page.locator("#page")).to_contain_text("外包装破损")
