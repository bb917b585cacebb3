"""A recipient complains on the portal and it appears live on a desk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
WORDS = "外箱压扁了，里面的青花瓷杯碎成三块"


def test_a_recipient_complains_on_the_portal_and_it_appears_live_on_a_desk(
    product: Product,
    page_as: PageAs,
    visitor: Callable[..., Page],
    accessible: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    ((number, phone, waybill_id),) = product.sql(
        "SELECT w.number, w.recipient_phone, w.id FROM shipments_waybill w WHERE w.recipient_phone <> '' "
        "AND NOT EXISTS (SELECT 1 FROM cases_casewaybill c WHERE c.waybill_id = w.id) ORDER BY w.id DESC LIMIT 1"
    )
    desk = page_as("administrator")
    desk.goto(f"/cases/?waybill={waybill_id}")
    expect(desk.locator("#case-list")).to_be_attached()
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (640, 480), (200, 120, 90)).save(photo)

    phone_page = visitor()
    phone_page.goto("/p/")
    accessible(phone_page)
    phone_page.get_by_label("运单号").fill(number)
    phone_page.get_by_label("手机号后四位").fill("".join(chr((ord(c) - 47) % 10 + 48) for c in phone[-4:]))
    phone_page.get_by_role("button", name="查询").click()
    expect(phone_page.get_by_role("alert")).to_contain_text("不符")
    phone_page.get_by_label("手机号后四位").fill(phone[-4:])
    phone_page.get_by_role("button", name="查询").click()
    accessible(phone_page)
    phone_page.get_by_role("button", name="咨询或投诉此快件").click()
    accessible(phone_page)
    phone_page.get_by_role("button", name="破损", exact=True).click()
    phone_page.get_by_label("发生了什么").fill(WORDS)
    expect(phone_page.get_by_text("已自动保存")).to_be_visible()
    phone_page.get_by_role("button", name="下一步").click()
    phone_page.locator("input[name=camera]").set_input_files(photo)
    expect(phone_page.get_by_role("img", name="照片 1")).to_be_visible()
    phone_page.get_by_role("button", name="下一步").click()
    phone_page.get_by_text("赔偿损失").click()
    phone_page.get_by_role("button", name="下一步").click()
    accessible(phone_page)
    phone_page.get_by_role("button", name="下一步").click()
    expect(phone_page.get_by_text(WORDS)).to_be_visible()
    accessible(phone_page)
    phone_page.get_by_role("button", name="提交").click()
    phone_page.get_by_role("link", name="查看处理进度").click()
    expect(phone_page.get_by_text(WORDS)).to_be_visible()
    accessible(phone_page)
    case_number = re.search(r"T\d{11}", phone_page.inner_text("main"))
    assert case_number is not None

    expect(desk.locator("#case-list").get_by_text(WORDS[:8]).first).to_be_visible(timeout=20_000)
