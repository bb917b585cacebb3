"""An agent takes a telephone complaint: from the first word of the caller to a case closed with its cause."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
SAID = "{number} 显示签收但我没收到，电话也没人接，我很着急，要求今天给说法。我的号码 {phone}"
QUESTION = "请核实投递地点和签收人，并拍照说明。"
FOUND = "快递员放在门卫室，已找到，照片见附件。"
PROMISE = "今天回电告知结果"
PROPOSED = "包裹已在门卫室找到，今天由快递员送到您手中，并赔付 20 元。"


def test_an_agent_takes_a_telephone_complaint(product: Product, page_as: PageAs, tmp_path: Path) -> None:
    agent = page_as("agent")
    number = a_parcel_of_the_outlet(product)
    take_the_call(agent, number)
    take_it_on(agent)
    reply(agent)
    ask_the_branch(agent)
    promise_with_one_key(agent)
    outlet = page_as("branch", width=390, height=844)
    answer_on_a_phone(outlet, a_photo(tmp_path), number)
    see_the_answer_without_a_reload(agent)
    propose(agent, number)
    the_customer_agrees(agent, number)
    the_outlet_carries_it_out(outlet, number)
    close_with_its_cause(agent)


def a_parcel_of_the_outlet(product: Product) -> str:
    rows = product.sql(
        "SELECT w.number FROM shipments_waybill w JOIN people_branch b ON b.id = w.destination_id "
        "JOIN people_user u ON u.branch_id = b.id WHERE u.username = 'branch' AND w.status = 'delivered' "
        "AND NOT EXISTS (SELECT 1 FROM cases_casewaybill c WHERE c.waybill_id = w.id) ORDER BY w.id LIMIT 1"
    )
    return str(rows[0][0])


def a_photo(folder: Path) -> Path:
    photo = folder / "门卫室.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(photo)
    return photo


def take_the_call(page: Page, number: str) -> None:
    """`c` on any page; the pasted words give the number, the caller and the parcel; Enter opens the case."""
    page.goto("/")
    page.keyboard.press("c")
    phone = f"139{number[-8:]}"
    page.fill("#quick-phone", "")
    page.fill("#quick-text", SAID.format(number=number, phone=phone))
    expect(page.locator("#quick-phone")).to_have_value(phone)
    expect(page.locator("#quick-seen")).to_contain_text("新客户")
    expect(page.locator("#quick-seen")).to_contain_text(number)
    page.fill("#quick-name", "孙丽华")
    page.select_option("#quick-kind", "complaint")
    page.press("#quick-text", "Enter")
    page.wait_for_url("**/cases/*/")
    expect(page.locator("#case-context")).to_contain_text(number[-4:])
    expect(page.locator("#case-context [data-case-clocks]")).not_to_be_empty()


def take_it_on(page: Page) -> None:
    page.keyboard.press("t")
    expect(page.locator(".case-head")).to_contain_text("王芳")


def reply(page: Page) -> None:
    page.keyboard.press("r")
    page.locator("#reply-text").press_sequentially("您好，实在抱歉，我马上向网点核实。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-line.is-waiting")).to_contain_text("我马上向网点核实")
    expect(page.locator(".case-line.is-waiting")).to_have_count(0, timeout=45_000)
    expect(page.locator(".case-line.is-public", has_text="我马上向网点核实")).to_be_visible()


def ask_the_branch(page: Page) -> None:
    page.press("#reply-text", "Escape")
    page.keyboard.press("f")
    page.fill("#ask [name=question]", QUESTION)
    expect(page.locator("#ask [name=branch] option:checked")).to_have_text("杭州西湖网点")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("#case-context .task-line", has_text="杭州西湖网点")).to_be_visible()


def promise_with_one_key(page: Page) -> None:
    page.keyboard.press("p")
    expect(page.locator("#promise-text")).to_be_focused()
    page.fill("#promise-text", PROMISE)
    page.keyboard.press("Alt+2")
    expect(page.locator("#case-context .task-line", has_text=PROMISE)).to_be_visible()


def answer_on_a_phone(page: Page, photo: Path, question: str) -> None:
    """Claimed from the list, answered with one photo and a sentence; nothing is wider than the phone."""
    page.goto("/tasks/")
    page.locator("#task-list a", has_text=question).first.click()
    page.get_by_role("button", name="我来办").click()
    expect(page.get_by_role("button", name="我来办")).to_have_count(0)
    with page.expect_response("**/photos/"):
        page.set_input_files("#task-photos", photo)
    expect(page.locator("#photos img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.fill("#id_result", FOUND)
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator("#page")).to_contain_text("已完成")


def see_the_answer_without_a_reload(page: Page) -> None:
    line = page.locator(".case-line", has_text=FOUND)
    expect(line).to_be_visible(timeout=30_000)
    expect(line.locator("img")).to_be_visible()


def propose(page: Page, number: str) -> None:
    page.keyboard.press("o")
    page.fill("#ask [name=text]", PROPOSED)
    page.fill("#ask [name=amount]", "20")
    page.fill("#ask [name=step_1]", f"今天送到 {number}")
    page.locator("#ask [name=branch_1]").select_option(label="杭州西湖网点")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-proposal")).to_contain_text("20.00")


def the_customer_agrees(page: Page, number: str) -> None:
    page.locator(".case-proposal button.primary").click()
    page.locator("#ask [name=accepted][value=yes]").check()
    page.fill("#ask [name=words]", "可以，谢谢")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-proposal")).to_have_count(0)
    expect(page.locator("#case-context .task-line", has_text=f"今天送到 {number}")).to_be_visible()


def the_outlet_carries_it_out(page: Page, number: str) -> None:
    page.goto("/tasks/")
    page.locator("#task-list a", has_text=f"今天送到 {number}").first.click()
    page.get_by_role("button", name="我来办").click()
    expect(page.get_by_role("button", name="我来办")).to_have_count(0)
    page.fill("#id_result", "14:20 已送到客户手中，客户当面确认。")
    page.locator("form.task-answer button.primary").click()
    expect(page.locator("#page")).to_contain_text("已完成")


def close_with_its_cause(page: Page) -> None:
    """The promise is kept first; what is left open would be asked about."""
    expect(page.locator(".case-story")).to_contain_text("客户当面确认", timeout=30_000)
    page.locator("#case-context .task-line a", has_text=PROMISE).click()
    page.fill("#id_result", "已回电，客户知道结果。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#page")).to_contain_text("已完成")
    page.go_back()
    expect(page.locator(".case-head h1")).to_be_visible()
    page.keyboard.press("e")
    page.locator("#ask [name=outcome]").select_option(index=1)
    page.locator("#ask [name=cause]").select_option(index=2)
    page.locator("#ask [name=satisfaction]").select_option("5")
    page.fill("#ask [name=words]", "已送达并赔付")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-stars")).to_have_text("★★★★★")
    expect(page.locator(".case-head")).to_contain_text("已结案")
