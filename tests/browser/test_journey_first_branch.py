"""A new branch is working ten minutes after `git clone`: set-up page, people, first customer, first case."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product, Watch, open_context, watching
from tests.product import Suhui

pytestmark = pytest.mark.browser
Accessible = Callable[[Page], None]
PASSWORD = "kite-lamp-four"
FIRST_PASSWORD = "river-stone-nine"
OWN_PASSWORD = "violet-harbour-eight"


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("empty")
    log = folder / "suhui.log"
    with log.open("w") as output:
        suhui = Suhui(folder / "var", output=output, more={"PYTHONUNBUFFERED": "1"})
        try:
            suhui.run()
            yield Product(suhui, log)
        finally:
            suhui.end()


def test_a_new_branch_works_on_its_first_case_ten_minutes_after_git_clone(
    empty: Product, chromium: Browser, accessible: Accessible
) -> None:
    with watching(empty) as watch:
        page = a_browser(empty, chromium, watch)
        set_up(page, empty, accessible)
        add_an_outlet(page)
        password = add_a_colleague_with_the_proposed_password(page)
        add_a_person(page)
        page.context.close()
        the_colleague_comes_in(a_browser(empty, chromium, watch), password, accessible)
        page = a_browser(empty, chromium, watch)
        sign_in(page)
        add_the_first_customer(page)
        take_the_first_case(page)
        page.context.close()
        page = a_browser(empty, chromium, watch)
        nothing_is_left_to_do_for_the_administrator(page)
        page.context.close()


def a_browser(empty: Product, chromium: Browser, watch: Watch) -> Page:
    return open_context(empty, chromium, watch).new_page()


def set_up(page: Page, empty: Product, accessible: Accessible) -> None:
    """The sign-in page leads to it; a slip of the hand in the password is told at its field."""
    page.goto("/sign-in/")
    expect(page).to_have_url(f"{empty.address}/setup/")
    page.goto("/")
    expect(page.locator("h1")).to_have_text("初始设置")
    accessible(page)
    page.fill("#id_company", "速达快递")
    page.fill("#id_branches", "华东区域 > 杭州西湖网点\n华东区域 > 宁波鄞州网点")
    page.fill("#id_name", "陈建国")
    page.fill("#id_username", "chenjg")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", "another-word-4")
    page.click("main button.primary")
    expect(page.locator("#id_again_error")).to_be_visible()
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/setup/guide/")
    accessible(page)


def add_an_outlet(page: Page) -> None:
    page.click("#page a[href='/organisation/']")
    page.click("#page a:has-text('华东区域')")
    page.click("#page a[href$='/add/']")
    page.fill("#id_name", "苏州园区网点")
    page.fill("#id_code", "SZ01")
    page.select_option("#id_kind", "outlet")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#page")).to_contain_text("苏州园区网点")


def add_a_colleague_with_the_proposed_password(page: Page) -> str:
    """The form proposes a password; the new colleague is found at once by initials."""
    page.goto("/setup/guide/")
    page.click("#page a[href='/organisation/people/add/']")
    page.wait_for_url("**/organisation/people/add/")
    page.fill("#id_name", "王小明")
    page.fill("#id_username", "wangxm")
    page.select_option("#id_branch", label=page.locator("#id_branch option", has_text="杭州西湖网点").inner_text())
    password = page.input_value("#id_password")
    page.click("#page button.primary")
    expect(page.locator("h1")).to_have_text("王小明")
    page.fill(".search input", "wxm")
    expect(page.locator("#search-hits a").first).to_contain_text("王小明")
    return password


def the_colleague_comes_in(page: Page, password: str, accessible: Accessible) -> None:
    """An own password first; then in, and the set-up is over for good."""
    page.goto("/sign-in/")
    page.fill("#id_username", "wangxm")
    page.fill("#id_password", password)
    page.click("button.primary")
    page.wait_for_url("**/sign-in/own-password/**")
    accessible(page)
    page.fill("#id_new", OWN_PASSWORD)
    page.fill("#id_again", OWN_PASSWORD)
    page.click("button.primary")
    expect(page.locator(".person .person-name")).to_have_text("王小明")
    page.goto("/setup/")
    expect(page.locator("#id_company")).to_have_count(0)
    page.context.close()


def add_a_person(page: Page) -> None:
    page.goto("/setup/guide/")
    page.click("#page a[href='/organisation/people/add/']")
    page.fill("#id_name", "王芳")
    page.fill("#id_username", "wangfang")
    page.select_option("#id_branch", label=page.locator("#id_branch option", has_text="苏州园区网点").inner_text())
    page.select_option("#id_role", label="客服专员")
    page.fill("#id_password", FIRST_PASSWORD)
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("王芳")


def sign_in(page: Page) -> None:
    page.goto("/")
    page.fill("#id_username", "wangfang")
    page.fill("#id_password", FIRST_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("请设置您自己的密码")
    page.fill("#id_new", OWN_PASSWORD)
    page.fill("#id_again", OWN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("工作台")


def add_the_first_customer(page: Page) -> None:
    page.goto("/customers/new/")
    page.fill("#id_name", "李建华")
    page.fill("#id_phone", "13812345678")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("李")
    expect(page.locator("#page")).to_contain_text("苏州园区网点")


def take_the_first_case(page: Page) -> None:
    page.goto("/cases/new/")
    page.fill("#id_text", "李建华来电 13812345678，寄往上海的包裹三天没有更新，要求查询")
    expect(page.locator("#id_phone")).to_have_value("138 1234 5678")
    expect(page.locator("#id_name")).to_have_value("李建华")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*/")
    expect(page.locator("#page")).to_contain_text("包裹三天没有更新")
    expect(page.locator("#case-context [data-case-clocks]")).not_to_be_empty()


def nothing_is_left_to_do_for_the_administrator(page: Page) -> None:
    page.goto("/sign-in/?next=/setup/guide/")
    page.fill("#id_username", "chenjg")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/guide/")
    expect(page.locator("#page .icon[aria-label]")).to_have_count(4)
    expect(page.locator("#page a.button.primary")).to_have_count(0)
