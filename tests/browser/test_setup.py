"""A new installation, tried as a new user would: one page, then a first colleague who signs in and is found."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.product import Suhui

pytestmark = pytest.mark.browser
PASSWORD = "kite-lamp-four"
OWN_PASSWORD = "violet-harbour-eight"


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[Suhui]:
    with (tmp_path / "suhui.log").open("w") as output:
        suhui = Suhui(tmp_path / "var", output=output)
        try:
            suhui.run(demo=False)
            yield suhui
        finally:
            suhui.end()


def test_an_empty_house_becomes_a_company_with_a_first_colleague(
    empty_house: Suhui, chromium: Browser, accessible: Callable[[Page], None]
) -> None:
    address = f"http://127.0.0.1:{empty_house.port}"
    page = chromium.new_context(base_url=address, locale="zh-CN", reduced_motion="reduce").new_page()
    page.goto("/sign-in/")
    expect(page).to_have_url(f"{address}/setup/")
    accessible(page)
    page.fill("#id_company", "速达快递")
    page.fill("#id_branches", "华东区域 > 杭州西湖网点\n华东区域 > 苏州园区网点")
    page.fill("#id_name", "陈建国")
    page.fill("#id_username", "chenjg")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", "another-word-4")
    page.click("form button.primary")
    expect(page.locator("#id_again_error")).to_be_visible()
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.click("form button.primary")
    page.wait_for_url("**/setup/guide/")
    accessible(page)

    page.click("#page a[href='/organisation/people/add/']")
    page.wait_for_url("**/organisation/people/add/")
    page.fill("#id_name", "王小明")
    page.fill("#id_username", "wangxm")
    page.select_option("#id_branch", label=next(iter(_options(page, "#id_branch", "杭州西湖网点"))))
    password = page.input_value("#id_password")
    page.click("#page button.primary")
    expect(page.locator("h1")).to_have_text("王小明")
    page.fill(".search input", "wxm")
    expect(page.locator("#search-hits a").first).to_contain_text("王小明")

    colleague = chromium.new_context(base_url=address, locale="zh-CN").new_page()
    colleague.goto("/sign-in/")
    colleague.fill("#id_username", "wangxm")
    colleague.fill("#id_password", password)
    colleague.click("button.primary")
    colleague.wait_for_url("**/sign-in/own-password/**")
    accessible(colleague)
    colleague.fill("#id_new", OWN_PASSWORD)
    colleague.fill("#id_again", OWN_PASSWORD)
    colleague.click("button.primary")
    expect(colleague.locator(".person .person-name")).to_have_text("王小明")
    colleague.goto("/setup/")
    expect(colleague.locator("#id_company")).to_have_count(0)


def _options(page: Page, select: str, name: str) -> list[str]:
    return [text for text in page.locator(f"{select} option").all_inner_texts() if name in text]
