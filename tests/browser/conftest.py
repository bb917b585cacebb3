"""The real product with the demo company, and Chromium in front of it.

A test opens a page with `page_as("agent")` and drives it as that person would. Whatever the browser's console reports
(errors, violations of the content policy) and whatever the server writes as a traceback fails the test that caused it.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import axe_finds, launch
from tests.product import Suhui

WAITING = 15_000
"""Milliseconds a page may take on a busy machine."""


@dataclass
class Product:
    """A running Suhui. `sql` asks its database, for what a person could not read on a screen."""

    suhui: Suhui
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.suhui.port}"

    def sql(self, text: str, *arguments: object) -> list[tuple[Any, ...]]:
        url = f"postgresql://postgres@/suhui?host={self.suhui.home}/postgres"
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            answer = connection.execute(text.encode(), arguments)
            return answer.fetchall() if answer.description else []

    def person(self, who: str) -> int:
        """The id of the person with this user name, else of the first holder of this post."""
        found = self.sql("SELECT id FROM people_user WHERE username = %s", who) or self.sql(
            "SELECT p.user_id FROM people_post p JOIN people_role r ON r.id = p.role_id "
            "WHERE r.code = %s ORDER BY p.user_id LIMIT 1",
            who,
        )
        assert found, f"nobody is called {who} and nobody holds such a post"
        return int(found[0][0])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """SUHUI_BROWSER_HOME names a data folder to use again, which saves loading the demo company while one works."""
    kept = os.environ.get("SUHUI_BROWSER_HOME")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("product")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "suhui.log"
    with log.open("w") as output:
        suhui = Suhui(folder / "var", output=output, more={"PYTHONUNBUFFERED": "1", "SUHUI_SERVER_TIMING": "1"})
        try:
            suhui.run(demo=True)
            yield Product(suhui, log)
        finally:
            suhui.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in the pages of one test. `allow(pattern)` lets an expected console message pass."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=lambda: [r"Failed to load resource.*status of 4\d\d"])

    def allow(self, pattern: str) -> None:
        self.allowed.append(pattern)

    def hear(self, page: Page) -> None:
        page.on("console", lambda said: self.note(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.note(f"uncaught: {error}"))

    def note(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.allowed):
            self.found.append(text)


@contextmanager
def watching(product: Product) -> Iterator[Watch]:
    """Fails at its end when a page or the server complained meanwhile."""
    watch, start = Watch(), product.log.stat().st_size
    yield watch
    with product.log.open() as log:
        log.seek(start)
        said = log.read()
    assert watch.found == []
    assert "Traceback" not in said, said[-4000:]


@pytest.fixture
def watch(product: Product) -> Iterator[Watch]:
    with watching(product) as watch:
        yield watch


def open_context(
    product: Product, chromium: Browser, watch: Watch, *, width: int = 1440, height: int = 900, dark: bool = False
) -> BrowserContext:
    context = chromium.new_context(
        base_url=product.address,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        has_touch=width < 600,
    )
    context.set_default_timeout(WAITING)
    context.on("page", watch.hear)
    return context


MakeContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(product: Product, chromium: Browser, watch: Watch) -> Iterator[MakeContext]:
    """new_context(width=…, height=…, dark=…): a browser of its own (cookies, storage), closed after the test."""
    made: list[BrowserContext] = []

    def make(**more: Any) -> BrowserContext:
        made.append(open_context(product, chromium, watch, **more))
        return made[-1]

    yield make
    for context in made:
        context.close()


PageAs = Callable[..., Page]


@pytest.fixture
def page_as(product: Product, new_context: MakeContext) -> PageAs:
    """page_as("agent"): a page signed in as that user name or post, in a browser of its own, not yet anywhere."""

    def enter(who: str, **more: Any) -> Page:
        context = new_context(**more)
        page = context.new_page()
        page.goto("/sign-in/")
        token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        form: dict[str, str | float | bool] = {
            "user": str(product.person(who)),
            "csrfmiddlewaretoken": token,
            "next": "/settings/",
        }
        answer = context.request.post("/enter-as/", form=form)
        assert answer.ok, f"{answer.status} when entering as {who}"
        return page

    return enter


@pytest.fixture
def visitor(new_context: MakeContext) -> Callable[..., Page]:
    """visitor(): a page of somebody without an account, on a phone unless told otherwise."""

    def come(*, width: int = 390, height: int = 844, **more: Any) -> Page:
        return new_context(width=width, height=height, **more).new_page()

    return come


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """accessible(page): axe-core finds nothing serious on what is shown now (WCAG 2.2 A and AA)."""

    def check(page: Page) -> None:
        assert axe_finds(page) == []

    return check
