"""A recipient complains on the portal, with photos, on a phone; it appears on agents' desks without a reload."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PageAs, Product, Watch

pytestmark = pytest.mark.browser
SAID = "纸箱被压扁，里面的玻璃杯全碎了，快递员放下就走了。"
Accessible = Callable[[Page], None]
Visitor = Callable[..., Page]


def test_a_recipient_complains_on_the_portal_and_it_appears_live_on_a_desk(
    product: Product, page_as: PageAs, visitor: Visitor, accessible: Accessible, tmp_path: Path
) -> None:
    number, tail, waybill = a_parcel_of_the_outlet(product)
    desk = a_desk_that_waits(page_as("agent"))
    other = page_as("administrator")
    other.goto(f"/cases/?waybill={waybill}")
    expect(other.locator("#case-list")).to_be_attached()
    phone = visitor()
    show_the_parcel(phone, number, tail, accessible)
    case = complain(phone, a_photo(tmp_path), accessible)
    line = desk.locator("#case-table tr", has_text=case)
    expect(line).to_be_visible(timeout=30_000)
    assert desk.evaluate("window.neverReloaded"), "the desk was reloaded"
    expect(other.locator("#case-list").get_by_text(SAID[:8]).first).to_be_visible(timeout=20_000)
    line.locator("a").first.click()
    expect(desk.locator("#page")).to_contain_text("玻璃杯全碎了")
    expect(desk.locator(".case-line img").first).to_be_visible()
    expect(desk.locator("#case-context")).to_contain_text(number[-4:])
    answer_from_the_desk(desk)
    phone.reload()
    expect(phone.locator(".portal-story")).to_contain_text("马上为您核实")
    fits(phone)


def test_wrong_digits_show_nothing(product: Product, visitor: Visitor) -> None:
    number, tail, _waybill = a_parcel_of_the_outlet(product)
    phone = visitor()
    fill_in(phone, number, "0000" if tail != "0000" else "1111")
    expect(phone.locator("[role=alert]").first).to_be_visible()
    expect(phone.locator(".portal-story")).to_have_count(0)


def test_photos_go_out_one_by_one_and_what_fails_says_why_and_can_be_tried_again(
    product: Product, visitor: Visitor, accessible: Accessible, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("net::ERR_FAILED")
    number, tail, _waybill = a_parcel_of_the_outlet(product)
    phone = visitor()
    fill_in(phone, number, tail)
    phone.wait_for_url("**/p/parcels/*/")
    begin(phone)
    there, going = phone.locator("#photos-there img"), phone.locator(".photo-sending li")
    album = phone.locator("input[name=photos]")
    album.set_input_files([a_photo(tmp_path, f"{n}.jpg", size=300 + n) for n in range(3)])
    expect(there).to_have_count(3)
    expect(going).to_have_count(0)
    expect(phone.locator("#photos-there")).to_contain_text("已有 3 张，最多 9 张")

    large, fake = tmp_path / "大图.jpg", tmp_path / "假的.jpg"
    large.write_bytes(b"\xff\xd8" + bytes(13 << 20))
    fake.write_text("这不是照片")
    album.set_input_files([large, fake, a_photo(tmp_path, "3.jpg", size=303)])
    expect(there).to_have_count(4)
    expect(going.filter(has_text="大图.jpg")).to_contain_text("超过 12 MB")
    expect(going.filter(has_text="假的.jpg").locator(".error-text")).not_to_be_empty()
    accessible(phone)
    fits(phone)

    def cut(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    phone.route("**/photos/", cut)
    phone.locator("input[name=camera]").set_input_files(a_photo(tmp_path, "4.jpg", size=304))
    broken = going.filter(has_text="4.jpg")
    expect(broken).to_contain_text("网络中断了")
    phone.unroute("**/photos/")
    broken.get_by_role("button", name="重试").click()
    expect(there).to_have_count(5)
    expect(broken).to_have_count(0)
    album.set_input_files([a_photo(tmp_path, f"{n}.jpg", size=300 + n) for n in range(5, 11)])
    expect(there).to_have_count(9)
    expect(phone.locator("[data-photos-target=said]")).to_contain_text("另有 2 张没有加上")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.locator("input[name=remedy]").first).to_be_attached()


def a_parcel_of_the_outlet(product: Product) -> tuple[str, str, int]:
    """A waybill without a case, bound for the outlet of the demo's branch clerk: number, recipient's tail, id."""
    rows = product.sql(
        "SELECT w.number, right(w.recipient_phone, 4), w.id FROM shipments_waybill w "
        "JOIN people_user u ON u.branch_id = w.destination_id WHERE u.username = 'branch' AND w.recipient_phone <> '' "
        "AND w.status = 'delivered' AND NOT EXISTS (SELECT 1 FROM cases_casewaybill c WHERE c.waybill_id = w.id) "
        "ORDER BY w.id DESC LIMIT 1"
    )
    return str(rows[0][0]), str(rows[0][1]), int(rows[0][2])


def a_photo(folder: Path, name: str = "破损.jpg", size: int = 900) -> Path:
    photo = folder / name
    Image.effect_noise((size, 700), 80).convert("RGB").save(photo)
    return photo


def a_desk_that_waits(page: Page) -> Page:
    page.goto("/cases/?as=table&view=unassigned")
    expect(page.locator("#case-table")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    return page


def fill_in(page: Page, number: str, tail: str) -> None:
    page.goto("/p/")
    page.get_by_label("运单号").fill(number)
    page.get_by_label("手机号后四位").fill(tail)
    page.get_by_role("button", name="查询").click()


def show_the_parcel(page: Page, number: str, tail: str, accessible: Accessible) -> None:
    """Wrong digits first: they say so, and nothing else."""
    page.goto("/p/")
    accessible(page)
    fill_in(page, number, "".join(chr((ord(digit) - 47) % 10 + 48) for digit in tail))
    expect(page.get_by_role("alert")).to_contain_text("不符")
    fill_in(page, number, tail)
    page.wait_for_url("**/p/parcels/*/")
    expect(page.locator(".portal-story")).to_be_visible()
    accessible(page)


def begin(page: Page, accessible: Accessible | None = None) -> None:
    """What it is about and what happened; the words are kept while they are typed."""
    page.get_by_role("button", name="咨询或投诉此快件").click()
    if accessible:
        accessible(page)
    page.get_by_role("button", name="破损", exact=True).click()
    page.get_by_label("发生了什么").fill(SAID)
    expect(page.get_by_text("已自动保存")).to_be_visible()
    page.get_by_role("button", name="下一步").click()


def complain(page: Page, photo: Path, accessible: Accessible) -> str:
    """One question at a time; the number of the case."""
    begin(page, accessible)
    page.locator("input[name=camera]").set_input_files(photo)
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("赔偿损失").click()
    page.get_by_role("button", name="下一步").click()
    accessible(page)
    page.fill("#id_name", "吴女士")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".portal-check")).to_contain_text(SAID)
    accessible(page)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/sent/")
    case = page.locator("main strong").first.inner_text()
    page.get_by_role("link", name="查看处理进度").click()
    expect(page.locator(".portal-story")).to_contain_text(SAID)
    accessible(page)
    assert re.search(r"T\d{11}", page.inner_text("main"))
    return case


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def answer_from_the_desk(page: Page) -> None:
    page.keyboard.press("t")
    expect(page.locator(".case-head")).to_contain_text("王芳")
    page.keyboard.press("r")
    page.locator("#reply-text").press_sequentially("非常抱歉，马上为您核实。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-line.is-waiting")).to_be_visible()
    expect(page.locator(".case-line.is-waiting")).to_have_count(0, timeout=45_000)
