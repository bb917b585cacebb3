"""How to come to a page that an address alone does not open: what has to be done before, as a person would do it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from playwright.sync_api import APIResponse, Page
from tests.product import Suhui

Ask = Callable[..., list[tuple[Any, ...]]]
"""ask(sql, *arguments): rows of the installation's database."""
Arrive = Callable[[Page, Ask], str]
"""Gives the path to open, or nothing where the page is there already and must not be loaded again (an error shown)."""
PASSWORD = "kite-lamp-four"
A_PARCEL = (
    "SELECT w.number, right(w.recipient_phone, 4) FROM shipments_waybill w WHERE w.recipient_phone <> '' "
    "AND w.status = 'delivered' ORDER BY w.id LIMIT 1"
)


@contextmanager
def asking(suhui: Suhui) -> Iterator[Ask]:
    """Questions to the database of a running installation."""
    url = f"postgresql://postgres@/suhui?host={suhui.home}/postgres"
    with closing(psycopg.connect(url, autocommit=True)) as connection:

        def ask(text: str, *arguments: object) -> list[tuple[Any, ...]]:
            answer = connection.execute(text.encode(), arguments or None)
            return answer.fetchall() if answer.description else []

        yield ask


def enter(page: Page, who: str, ask: Ask) -> None:
    """Sign in by one click as this user name, else as the first holder of this post."""
    page.goto("/sign-in/")
    user = ask(
        "SELECT p.user_id FROM people_post p JOIN people_role r ON r.id = p.role_id JOIN people_user u "
        "ON u.id = p.user_id WHERE u.username = %s OR r.code = %s ORDER BY (u.username = %s) DESC, u.id LIMIT 1",
        who, who, who,
    )  # fmt: skip
    answer = post(page, "/enter-as/", user=str(user[0][0]), next="/settings/")
    assert answer.ok, f"{answer.status} when entering as {who}"


def post(page: Page, path: str, **form: str) -> APIResponse:
    """What a button on the page that is open would send."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    return page.context.request.post(path, form={**form, "csrfmiddlewaretoken": token})


def set_up(page: Page, _ask: Ask) -> str:
    """The set-up page of an empty installation, filled in; or in through the door when that was done before."""
    page.goto("/")
    if page.locator("#id_company").count():
        page.fill("#id_company", "速达快递")
        page.fill("#id_branches", "华东区域 > 杭州西湖网点")
        page.fill("#id_name", "陈建国")
        page.fill("#id_username", "chenjg")
        page.fill("#id_password", PASSWORD)
        page.fill("#id_again", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url("**/setup/guide/")
    elif page.locator("#id_username").count():
        page.fill("#id_username", "chenjg")
        page.fill("#id_password", PASSWORD)
        page.click("button.primary")
        page.wait_for_selector(".person .person-name")
    return "/setup/guide/"


def first_morning(path: str) -> Arrive:
    """A page while nothing has been entered yet."""

    def go(page: Page, ask: Ask) -> str:
        set_up(page, ask)
        return path

    return go


def unset_up(page: Page, _ask: Ask) -> str:
    """The first slip in an empty installation: two passwords that differ."""
    page.goto("/setup/")
    page.fill("#id_company", "速达快递")
    page.fill("#id_name", "陈建国")
    page.fill("#id_username", "chenjg")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", "another-word-4")
    page.click("main button.primary")
    page.wait_for_selector("#id_again_error")
    return ""


def own_password(page: Page, ask: Ask) -> str:
    """Somebody who was given a password by the administrator."""
    newest = "SELECT id FROM people_user WHERE is_active ORDER BY id DESC LIMIT 1"
    user = ask(f"UPDATE people_user SET must_change_password = true WHERE id = ({newest}) RETURNING id")[0][0]
    page.goto("/sign-in/")
    post(page, "/enter-as/", user=str(user), next="/")
    return "/sign-in/own-password/"


def draft(page: Page, _ask: Ask) -> str:
    """The draft of a table: the one that is there, else a new one."""
    page.goto("/rules/customer.tier/")
    post(page, "/rules/customer.tier/start/")
    return "/rules/customer.tier/draft/"


def wrong_digits(page: Page, ask: Ask) -> str:
    """A customer who mistook the digits."""
    number, tail = ask(A_PARCEL)[0]
    _track(page, number, "".join(chr((ord(digit) - 47) % 10 + 48) for digit in tail))
    page.wait_for_selector("[role=alert]")
    return ""


def parcel(page: Page, ask: Ask) -> str:
    """A customer in front of a parcel of theirs."""
    _track(page, *ask(A_PARCEL)[0])
    page.wait_for_url("**/p/parcels/*/")
    return page.url


def _track(page: Page, number: str, tail: str) -> None:
    page.goto("/p/")
    page.fill("#id_number", number)
    page.fill("#id_tail", tail)
    page.locator("form button.primary").first.click()


def tell(step: str) -> Arrive:
    """A customer who writes to us about a parcel, at this question."""

    def go(page: Page, ask: Ask) -> str:
        parcel(page, ask)
        page.locator("form[action='/p/tell/'] button").first.click()
        page.wait_for_url("**/p/tell/*/about/")
        for each, act in _ANSWERS.items():
            if each == step:
                break
            act(page)
            page.wait_for_url(f"**/p/tell/*/{_after(each)}/")
        return page.url

    return go


def _after(step: str) -> str:
    steps = [*_ANSWERS, "sent"]
    return steps[steps.index(step) + 1]


def _next(page: Page) -> None:
    page.locator("form button.primary").last.click()


def _say(page: Page) -> None:
    page.fill("#id_text", "箱子被压坏了，里面的杯子碎了两个，请尽快处理并赔偿。")
    _next(page)


def _wish(page: Page) -> None:
    page.locator("input[name=remedy]").first.check()
    _next(page)


_ANSWERS: dict[str, Callable[[Page], None]] = {
    "about": lambda page: page.locator("button[name=about]").first.click(),
    "text": _say,
    "photos": _next,
    "remedy": _wish,
    "reach": _next,
    "check": _next,
}


def customers_case(page: Page, ask: Ask) -> str:
    """The page of a case as its customer has it, by the link the desk gives out."""
    case = ask("SELECT id FROM cases_case WHERE state = 'proposed' ORDER BY id DESC LIMIT 1")
    text = page.context.request.get(f"/share/case/{case[0][0]}/").text()
    link = "/p/cases/" + text.split("/p/cases/", 1)[1].split('"', 1)[0].split("<", 1)[0]
    page.context.clear_cookies()
    return link


def refused(path: str, button: str = "#page form[method=post] button.primary", **fill: str) -> Arrive:
    """A form sent with too little in it: the errors stand at their fields."""

    def go(page: Page, _ask: Ask) -> str:
        page.goto(path)
        for name, value in fill.items():
            page.fill(f"[name={name}]", value)
        page.eval_on_selector_all("form", "forms => forms.forEach(form => { form.noValidate = true; })")
        page.locator(button).last.click()
        page.wait_for_selector("[role=alert], .error-text, .error, [aria-invalid=true]")
        return ""

    return go


def refused_dialog(name: str) -> Arrive:
    """A dialog of a case sent empty: the case's page comes back with the dialog open and what it lacks."""

    def go(page: Page, ask: Ask) -> str:
        case = ask("SELECT id FROM cases_case WHERE state = 'in_progress' ORDER BY id DESC LIMIT 1")[0][0]
        page.goto(f"/cases/{case}/")
        page.evaluate(
            """path => {
                const form = document.createElement("form");
                const token = document.querySelector("input[name=csrfmiddlewaretoken]").cloneNode();
                Object.assign(form, {method: "post", action: path});
                form.dataset.shell = "no";
                form.append(token);
                document.body.append(form);
                form.submit();
            }""",
            f"/cases/{case}/ask/{name}/",
        )
        page.wait_for_url(f"**/ask/{name}/")
        page.wait_for_selector("dialog[open]")
        return ""

    return go
