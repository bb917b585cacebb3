"""The work list by keyboard, live beside a colleague, and what can be taken back (CAS-9)."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs, Product

pytestmark = pytest.mark.browser
TEAM = (
    "SELECT a.username, s.username FROM people_user a JOIN people_post p ON p.user_id = a.id "
    "JOIN people_role r ON r.id = p.role_id AND r.code = 'agent' "
    "JOIN people_user s ON s.branch_id = a.branch_id JOIN people_post q ON q.user_id = s.id "
    "JOIN people_role t ON t.id = q.role_id AND t.code = 'service-supervisor' ORDER BY a.id LIMIT 1"
)


@pytest.fixture
def team(product: Product) -> tuple[str, str]:
    """An agent and the supervisor of the same branch."""
    [(agent, supervisor)] = product.sql(TEAM)
    return str(agent), str(supervisor)


def open_case(page: Page, text: str, phone: str = "13612345678") -> str:
    """Log a call; the case's id. One stays on its page."""
    page.goto("/")
    expect(page.locator("#day")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#quick-text")).to_be_focused()
    page.fill("#quick-text", f"{text} {phone}")
    expect(page.locator("#quick-phone")).to_have_value(phone)
    page.press("#quick-text", "Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def toast(page: Page) -> None:
    """A way back is offered: it comes with the answer, the change itself may be seen before, live."""
    expect(page.locator("#toasts [data-key=z]")).to_be_visible()


def test_the_list_and_the_case_are_worked_by_keyboard_alone(
    page_as: PageAs, team: tuple[str, str], accessible: Callable[[Page], None]
) -> None:
    page = page_as(team[1])
    page.goto("/cases/?view=open")
    rows = page.locator("#case-list [data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile("is-here"))
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_class(re.compile("is-here"))
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    expect(page.locator("#keys-help")).to_contain_text("上一行")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    expect(page.locator("#case-list [aria-current=true]")).to_have_count(1)
    accessible(page)

    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.fill("#reply-text", "")
    page.keyboard.type("ajx?")
    expect(page.locator("#reply-text")).to_have_value("ajx?")
    page.keyboard.press("Escape")
    expect(page.locator("#case-work h1")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#ask")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    page.keyboard.press("l")
    expect(page.locator("#ask [name=tags]")).to_be_focused()
    page.fill("#ask [name=tags]", f"键盘{uuid4().hex[:6]}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator(".case-head")).to_contain_text("键盘")
    page.keyboard.press("?")
    for words in ("回复", "备注", "转派", "状态", "承诺", "标签", "并入", "关注"):
        expect(page.locator("#keys-help")).to_contain_text(words)
    page.keyboard.press("Escape")
    here = page.url
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here and "/cases/" in url)


def test_picked_cases_are_dealt_with_by_keyboard_and_taken_back(
    page_as: PageAs, team: tuple[str, str], accessible: Callable[[Page], None]
) -> None:
    page = page_as(team[1])
    word = f"批量{uuid4().hex[:6]}"
    ids = [open_case(page, f"{word}第{number}件") for number in (1, 2)]
    page.goto(f"/cases/?state=open&q={word}&sort=newest")
    rows = page.locator("#case-list [data-row]")
    expect(rows.first).to_be_visible()
    for _row in ids:
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    expect(page.locator("#bulk")).to_contain_text("2")
    accessible(page)
    page.keyboard.press("l")
    expect(page.locator("#bulk-tag")).to_be_focused()
    page.keyboard.type("双十一")
    page.keyboard.press("Enter")
    tagged = page.locator("#case-list [data-row]", has_text="双十一")
    expect(tagged).to_have_count(2)
    expect(page.locator("#bulk-ask")).to_be_hidden()
    expect(page.locator("#bulk")).to_be_hidden()
    toast(page)
    page.keyboard.press("z")
    expect(tagged).to_have_count(0)

    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()


def test_the_picks_stay_when_a_case_is_opened_beside_them_and_are_exported(
    page_as: PageAs, team: tuple[str, str]
) -> None:
    page = page_as(team[1])
    page.goto("/cases/?view=open")
    page.keyboard.press("j")
    page.keyboard.press("x")
    link = page.locator("#bulk a[download]")
    expect(link).to_have_attribute("href", re.compile(r"picked=\d+"))
    with page.expect_download() as taken:
        page.keyboard.press("d")
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_a_list_lives_beside_a_colleague_and_nothing_of_ones_own_is_lost(
    page_as: PageAs, team: tuple[str, str], product: Product
) -> None:
    agent, supervisor = team
    page, other = page_as(supervisor), page_as(agent)
    page.goto("/cases/?state=open&sort=newest")
    rows = page.locator("#case-list [data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    kept = rows.nth(1).get_attribute("id")
    page.locator(".pane.list").evaluate("pane => { pane.scrollTop = 40 }")
    page.locator("#case-q").focus()
    page.keyboard.type("正在打的字")
    case = open_case(other, "同事刚接的电话")
    expect(page.locator(f"#case-row-{case}")).to_be_visible(timeout=30_000)
    expect(page.locator("#case-q")).to_have_value("正在打的字")
    expect(page.locator("#case-q")).to_be_focused()
    assert page.locator(f"#{kept} input[name=picked]").is_checked()
    expect(page.locator(f"#{kept}")).to_have_class(re.compile("is-here"))
    expect(page.locator("#bulk")).to_contain_text("1")
    assert page.locator(".pane.list").evaluate("pane => pane.scrollTop") >= 40


def test_who_else_is_on_a_case_is_shown_and_stays_shown_when_it_changes(
    page_as: PageAs, team: tuple[str, str], product: Product
) -> None:
    agent, supervisor = team
    other = page_as(agent)
    case = open_case(other, "两人同看")
    name = product.sql("SELECT name FROM people_user WHERE username = %s", agent)[0][0]
    page = page_as(supervisor)
    page.goto(f"/cases/{case}/")
    expect(page.locator("#case-here .avatar")).to_have_attribute("title", str(name))
    page.keyboard.press("r")
    page.keyboard.type("正在打的回复")
    expect(other.locator("#case-here .avatar.is-writing")).to_have_count(1)
    other.keyboard.press("n")
    other.keyboard.type("同事的备注")
    other.keyboard.press("Control+Enter")
    expect(page.locator(".case-line", has_text="同事的备注")).to_be_visible(timeout=30_000)
    expect(page.locator("#reply-text")).to_have_value("正在打的回复")
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.locator("#case-here .avatar")).to_have_count(1)


def test_exceptions_live_beside_a_colleague_and_what_is_picked_and_typed_stays(
    page_as: PageAs, team: tuple[str, str]
) -> None:
    agent, supervisor = team
    page, other = page_as(supervisor), page_as(agent)
    for one in (page, other):
        one.goto("/waybills/exceptions/")
    dealt, kept = (other.locator("#exceptions tbody tr").nth(n).get_attribute("id") for n in (0, 1))
    page.locator(f"#{kept} input[name=picked]").check()
    note = page.locator("#bulk [name=note]")
    note.fill("已联系网点，正在写")
    other.locator(f"#{dealt} input[name=picked]").check()
    other.locator("#bulk [name=note]").fill("已找到")
    other.locator("#bulk button.primary").click()
    expect(other.locator(f"#{dealt}")).to_have_count(0)
    expect(page.locator(f"#{dealt}")).to_have_count(0, timeout=30_000)
    expect(page.locator(f"#{kept} input[name=picked]")).to_be_checked()
    expect(note).to_have_value("已联系网点，正在写")


def test_a_colleague_is_named_from_a_list_in_a_note(
    page_as: PageAs, team: tuple[str, str], product: Product, accessible: Callable[[Page], None]
) -> None:
    agent, supervisor = team
    name = str(product.sql("SELECT name FROM people_user WHERE username = %s", agent)[0][0])
    page = page_as(supervisor)
    open_case(page, "请同事看看")
    page.keyboard.press("n")
    page.fill("#note-text", "")
    page.keyboard.type(f"请 @{name[0]}")
    option = page.locator(".mention [role=option]", has_text=name)
    expect(option).to_be_visible()
    accessible(page)
    page.fill("#note-text", f"请 @{name[:-1]}")
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value(f"请 @{name} ")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.locator("#case-context")).to_contain_text("取消关注")
    expect(page.locator("#compose-reply")).to_be_hidden()
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#case-context")).to_contain_text(name)


def test_other_lists_live_too(page_as: PageAs, team: tuple[str, str], product: Product) -> None:
    agent, supervisor = team
    page, other = page_as(supervisor), page_as(agent)
    contacts = page.context.new_page()
    contacts.goto("/contacts/")
    page.goto(f"/team/?person={product.person(agent)}")
    expect(page.locator("#board")).to_be_visible()
    case = open_case(other, "名单都要活着")
    expect(page.locator(f'#board a[href="/cases/{case}/"]').first).to_be_visible(timeout=30_000)
    contacts.bring_to_front()
    expect(contacts.locator("#contact-list", has_text="名单都要活着")).to_be_visible(timeout=30_000)
    other.goto("/")
    expect(other.locator(f"#line-case-{case}")).to_be_visible()
    tasks = other.context.new_page()
    tasks.goto("/tasks/")
    expect(tasks.locator("#task-list")).to_be_visible()
    other.bring_to_front()
    page.goto(f"/cases/{case}/")
    page.keyboard.press("p")
    page.fill("#promise-text", "今天回电看看")
    page.keyboard.press("Alt+2")
    expect(other.locator("#day", has_text="今天回电看看")).to_be_visible(timeout=30_000)
    tasks.bring_to_front()
    expect(tasks.locator("#task-list", has_text="今天回电看看")).to_be_visible(timeout=30_000)


def test_a_reply_is_taken_back_within_ten_seconds(page_as: PageAs, team: tuple[str, str]) -> None:
    page = page_as(team[0])
    open_case(page, "撤回试一次")
    page.keyboard.press("r")
    page.keyboard.type("这句写错了")
    page.keyboard.press("Control+Enter")
    line = page.locator(".case-line.is-waiting")
    expect(line).to_contain_text("这句写错了")
    toast(page)
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(page.locator(".case-line", has_text="这句写错了")).to_have_count(0)


def test_a_draft_survives_signing_out_and_another_action(page_as: PageAs, team: tuple[str, str]) -> None:
    page = page_as(team[0])
    case = open_case(page, "草稿试一次")
    page.keyboard.press("r")
    page.locator("#reply-text").press_sequentially("写到一半")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.locator("#case-context")).to_contain_text("取消关注")
    expect(page.locator("#reply-text")).to_have_value("写到一半")
    expect(page.locator("#compose-reply [data-draft-target=state]")).to_contain_text("已保存")
    page.context.clear_cookies()
    again = page_as(team[0])
    again.goto(f"/cases/{case}/")
    expect(again.locator("#reply-text")).to_have_value("写到一半")


def test_a_merge_and_a_reassignment_are_taken_back_later(page_as: PageAs, team: tuple[str, str]) -> None:
    page = page_as(team[1])
    into = open_case(page, "主件")
    number = page.locator(".case-head .number-code").inner_text()
    case = open_case(page, "并入的件", "13712345670")
    page.keyboard.press("m")
    page.fill("#ask [name=number]", number)
    page.keyboard.press("Control+Enter")
    toast(page)
    page.goto(f"/cases/{into}/")
    page.goto(f"/cases/{case}/")
    page.locator("#case-back button").first.click()
    expect(page.locator(".case-head")).not_to_contain_text("已并入")
    page.keyboard.press("a")
    page.locator("#ask [name=owner]").select_option(index=1)
    page.keyboard.press("Control+Enter")
    toast(page)
    page.reload()
    expect(page.locator("#case-back")).to_contain_text("转派")
    page.locator("#case-back button").first.click()
    expect(page.locator("#case-back")).to_have_count(0)
