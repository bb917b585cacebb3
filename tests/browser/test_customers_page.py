"""A rule wants the customer told: the desk hands over the page of the case, and the customer reads it on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
COPIED = "navigator.clipboard.readText()"


def test_the_desk_copies_the_customers_page_and_the_customer_reads_what_comes_next(
    product: Product, page_as: PageAs, visitor: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    case, number, tail, headline, waybill = a_case_whose_customer_is_to_be_told(product)
    desk = page_as("admin")
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto(f"/cases/{case}/")
    desk.locator("summary", has_text="客户页面").click()
    expect(desk.locator(".share-code svg")).to_be_visible()
    accessible(desk)
    desk.get_by_role("button", name="复制链接").click()
    expect(desk.locator(".toast", has_text="客户链接已复制")).to_be_visible()
    link = str(desk.evaluate(COPIED))
    assert link.startswith(f"{product.address}/p/cases/")
    desk.get_by_role("button", name="复制短信文字").click()
    expect(desk.locator(".toast", has_text="带链接的文字已复制")).to_be_visible()
    assert str(desk.evaluate(COPIED)).startswith("您好")

    phone = visitor()
    phone.goto(link)
    expect(phone.locator(".portal-story")).to_contain_text(headline)
    accessible(phone)

    desk.goto(f"/waybills/{waybill}/")
    desk.locator("summary", has_text="客户页面").click()
    desk.get_by_role("button", name="复制链接").click()
    expect(desk.locator(".toast", has_text="客户链接已复制")).to_be_visible()
    phone.goto(str(desk.evaluate(COPIED)))
    expect(phone.get_by_label("运单号")).to_have_value(number)
    phone.get_by_label("手机号后四位").fill(tail)
    phone.get_by_role("button", name="查询").click()
    trouble = phone.locator(".trouble")
    expect(trouble.first).to_contain_text("接下来怎么办")
    expect(phone.get_by_role("heading", name=headline)).to_be_visible()
    accessible(phone)
    trouble.get_by_role("link", name="查看处理进展").first.click()
    expect(phone.locator(".portal-story")).to_contain_text(headline)
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def a_case_whose_customer_is_to_be_told(product: Product) -> tuple[int, str, str, str, int]:
    """A case of the recipient's own with an open exception: its id, the parcel's number, tail, words and id."""
    rows = product.sql(
        "SELECT c.id, w.number, right(w.recipient_phone, 4), t.headline, w.id FROM shipments_waybillexception e "
        "JOIN shipments_waybill w ON w.id = e.waybill_id JOIN shipments_customerwords t ON t.kind = e.kind "
        "JOIN cases_case c ON e.case_key = 'case:' || c.id WHERE e.tell_customer AND e.state = 'open' "
        "AND c.customer_id = w.recipient_id AND c.state NOT IN ('closed', 'resolved', 'merged') ORDER BY c.id LIMIT 1"
    )
    return rows[0][0], rows[0][1], rows[0][2], rows[0][3], rows[0][4]
