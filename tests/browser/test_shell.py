"""The shell in a real browser: pages swap beneath it, its clock runs on, nothing typed is lost, axe is content."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from suhui.platform.core.actors import Actor
from suhui.platform.people import services as people
from suhui.platform.people.choices import BranchKind, Reach
from suhui.platform.people.models import Role
from suhui.platform.people.permissions import Perm

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "lange-passphrase-7"
SYSTEM = Actor.system("test")


@pytest.fixture
def desk(live_server: Any) -> Iterator[Page]:
    """An administrator's browser on the settings page, in Chinese."""
    role, _new = Role.objects.get_or_create(
        code="administrator",
        defaults={"name": "系统管理员", "reach": Reach.ALL, "permissions": [perm.value for perm in Perm]},
    )
    branch = people.open_branch(name="总部", code="HQ", kind=BranchKind.HEADQUARTERS, parent=None, by=SYSTEM)
    people.add_person(username="admin", name="管理员", branch=branch, roles=[role], password=PASSWORD, by=SYSTEM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        page = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{live_server.url}/sign-in/?next=/settings/")
        page.fill("#id_username", "admin")
        page.fill("#id_password", PASSWORD)
        page.click("button.primary")
        page.wait_for_url("**/settings/")
        yield page
        browser.close()


def open_style_page(page: Page) -> None:
    page.click("#page a[href='/settings/kit/']")
    page.wait_for_url("**/settings/kit/")


def test_the_call_clock_runs_on_while_pages_change_beneath_it(desk: Page) -> None:
    desk.click("#callbar .call-start")
    desk.evaluate("document.getElementById('callbar').dataset.same = 'node'")
    expect(desk.locator(".call-clock")).to_have_text(re.compile("00:0[1-9]"))
    open_style_page(desk)
    expect(desk.locator("h1")).to_be_focused()
    assert desk.evaluate("document.getElementById('callbar').dataset.same") == "node"
    shown = desk.locator(".call-clock").inner_text()
    expect(desk.locator(".call-clock")).not_to_have_text(shown)
    desk.go_back()
    expect(desk.locator("#page a[href='/settings/kit/']")).to_be_visible()
    assert desk.evaluate("document.getElementById('callbar').dataset.same") == "node"
    desk.reload()
    expect(desk.locator(".call-clock")).not_to_have_text("00:00")


def test_what_one_types_is_kept_over_a_reload_and_errors_come_back_at_their_fields(desk: Page) -> None:
    open_style_page(desk)
    desk.fill("#id_text", "客户要求今天送到")
    expect(desk.locator(".saved")).to_contain_text("已保存")
    desk.reload()
    expect(desk.locator("#id_text")).to_have_value("客户要求今天送到")
    desk.press("#id_text", "Control+Enter")
    expect(desk.locator("#id_name")).to_be_focused()
    expect(desk.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    expect(desk.locator("#id_text")).to_have_value("客户要求今天送到")


def test_keys_move_on_the_list_open_dialogs_and_places(desk: Page) -> None:
    open_style_page(desk)
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(desk.locator("tr.is-here")).to_contain_text("20261122-0012")
    desk.keyboard.press("x")
    expect(desk.locator(".bulk")).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.locator("#assign")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.locator("#keys-help")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("g")
    desk.keyboard.press(",")
    desk.wait_for_url("**/settings/")


def test_without_a_line_the_page_stays_and_says_so(desk: Page) -> None:
    desk.context.set_offline(True)
    desk.click("#page a[href='/settings/kit/']")
    expect(desk.locator("[data-shell-target=notice]")).to_contain_text("网络已断开")
    expect(desk.locator("h1")).to_be_visible()
    desk.context.set_offline(False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_style_page(desk: Page, scheme: Any, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    open_style_page(desk)
    desk.wait_for_timeout(500)
    assert violations(desk) == []


def violations(page: Page) -> list[Any]:
    """What axe-core objects to, as [rule, first element]."""
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}))"
        ".violations.map((found) => [found.id, found.nodes[0].target.join(' ')])"
    )
    return found
