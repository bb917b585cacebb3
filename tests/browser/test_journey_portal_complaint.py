"""A recipient complains on the portal, with a photo, on a phone; it appears on an agent's desk without a reload."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
SAID = "纸箱被压扁，里面的玻璃杯全碎了，快递员放下就走了。"


def test_a_recipient_complains_on_the_portal_and_it_appears_live_on_a_desk(
    product: Product,
    page_as: PageAs,
    visitor: Callable[..., Page],
    accessible: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    number, tail = a_parcel_of_the_outlet(product)
    desk = a_desk_that_waits(page_as("agent"))
    phone = visitor()
    show_the_parcel(phone, number, tail)
    accessible(phone)
    case = complain(phone, a_photo(tmp_path))
    line = desk.locator("#case-table tr", has_text=case)
    expect(line).to_be_visible(timeout=30_000)
    assert desk.evaluate("window.neverReloaded"), "the desk was reloaded"
    line.locator("a").first.click()
    expect(desk.locator("#page")).to_contain_text("玻璃杯全碎了")
    expect(desk.locator(".case-line img").first).to_be_visible()
    expect(desk.locator("#case-context")).to_contain_text(number[-4:])
    answer_from_the_desk(desk)
    phone.reload()
    expect(phone.locator(".portal-story")).to_contain_text("马上为您核实")
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_wrong_digits_show_nothing(product: Product, visitor: Callable[..., Page]) -> None:
    number, tail = a_parcel_of_the_outlet(product)
    phone = visitor()
    fill_in(phone, number, "0000" if tail != "0000" else "1111")
    expect(phone.locator("[role=alert]").first).to_be_visible()
    expect(phone.locator(".portal-story")).to_have_count(0)


def a_parcel_of_the_outlet(product: Product) -> tuple[str, str]:
    """A waybill without a case, bound for the outlet of the demo's branch clerk, and its recipient's phone tail."""
    rows = product.sql(
        "SELECT w.number, right(w.recipient_phone, 4) FROM shipments_waybill w "
        "JOIN people_user u ON u.branch_id = w.destination_id WHERE u.username = 'branch' AND w.recipient_phone <> '' "
        "AND w.status = 'delivered' AND NOT EXISTS (SELECT 1 FROM cases_casewaybill c WHERE c.waybill_id = w.id) "
        "ORDER BY w.id DESC LIMIT 1"
    )
    return str(rows[0][0]), str(rows[0][1])


def a_photo(folder: Path) -> Path:
    photo = folder / "破损.jpg"
    Image.effect_noise((900, 700), 80).convert("RGB").save(photo)
    return photo


def a_desk_that_waits(page: Page) -> Page:
    page.goto("/cases/?as=table&view=unassigned")
    expect(page.locator("#case-table")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    return page


def fill_in(page: Page, number: str, tail: str) -> None:
    page.goto("/p/")
    page.fill("#id_number", number)
    page.fill("#id_tail", tail)
    page.locator("form button.primary").first.click()


def show_the_parcel(page: Page, number: str, tail: str) -> None:
    fill_in(page, number, tail)
    page.wait_for_url("**/p/parcels/*/")
    expect(page.locator(".portal-story")).to_be_visible()


def complain(page: Page, photo: Path) -> str:
    """One question at a time; the number of the case."""
    page.get_by_role("button", name="咨询或投诉此快件").click()
    page.locator("button.portal-choice").first.click()
    page.fill("#id_text", SAID)
    page.locator("button.primary").click()
    page.set_input_files("input[name=photos]", photo)
    expect(page.locator(".portal-photos img")).to_be_visible()
    page.locator("button.primary").click()
    page.locator("input[name=remedy]").first.check()
    page.locator("button.primary").click()
    page.fill("#id_name", "吴女士")
    page.locator("button.primary").click()
    expect(page.locator(".portal-check")).to_contain_text("玻璃杯全碎了")
    page.locator("button.primary").click()
    page.wait_for_url("**/sent/")
    case = page.locator("main strong").first.inner_text()
    page.locator("a.button.primary").click()
    expect(page.locator(".portal-story")).to_contain_text("玻璃杯全碎了")
    return case


def answer_from_the_desk(page: Page) -> None:
    page.keyboard.press("t")
    expect(page.locator(".case-head")).to_contain_text("王芳")
    page.keyboard.press("r")
    page.locator("#reply-text").press_sequentially("非常抱歉，马上为您核实。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-line.is-waiting")).to_be_visible()
    expect(page.locator(".case-line.is-waiting")).to_have_count(0, timeout=45_000)
