"""Every page of the table in tools/pages.py: opens, asks the database a bounded number of times, is accessible in light
and dark, speaks Chinese, fits a phone."""

import re
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tools.pages import SIGHTS, Sight, address

from tests.browser.conftest import WAITING, PageAs, Product, open_context, watching
from tests.product import Suhui, until

pytestmark = pytest.mark.browser

LOOK = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent || parent.closest('script,style,code,pre,kbd,[lang=en],[translate=no]')) continue;
    texts.push(walker.currentNode.textContent.trim());
  }
  return texts;
}"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SOURCES = Path(__file__).parents[2] / "src" / "suhui"
MOST_QUERIES = 45
"""A page of a company with thousands of rows may not ask more often: a query for each row would."""
SENTENCE = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]{2,}){2,}")


@cache
def english() -> frozenset[str]:
    """Every msgid of the catalogues that reads otherwise in Chinese: none may be seen on a page."""
    found = set()
    for compiled in SOURCES.rglob("locale/zh_Hans/LC_MESSAGES/django.mo"):
        with compiled.open("rb") as file:
            entries = vars(GNUTranslations(file))["_catalog"].items()
        for key, chinese in entries:
            msgid = (key[0] if isinstance(key, tuple) else key).split("\x04")[-1]
            if msgid != chinese and re.search("[A-Za-z]{3}", msgid):
                found.add(msgid)
    return frozenset(found)


def queries(timing: str) -> int:
    """How often the server asked the database, as the header Server-Timing says."""
    found = re.search(r'db;dur=[\d.]+;desc="(\d+)"', timing)
    assert found, timing
    return int(found[1])


OF_THE_DEMO = [sight for sight in SIGHTS if not sight.home]
OTHERS = [sight for sight in SIGHTS if sight.home]


@pytest.mark.parametrize("sight", OF_THE_DEMO, ids=lambda sight: sight.name)
def test_a_page_is_open_accessible_and_chinese(
    sight: Sight, product: Product, page_as: PageAs, visitor: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = page_as(sight.who) if sight.who else visitor(width=1440, height=900)
    look_at(page, sight, product, accessible)


@pytest.mark.parametrize("home", sorted({sight.home for sight in OTHERS}))
def test_pages_of_an_installation_without_data_are_so_too(
    home: str, tmp_path: Path, chromium: Browser, accessible: Callable[[Page], None]
) -> None:
    log = tmp_path / "suhui.log"
    with log.open("w") as output:
        suhui = Suhui(tmp_path / "var", output=output, more={"PYTHONUNBUFFERED": "1", "SUHUI_SERVER_TIMING": "1"})
        try:
            suhui.run()
            product = Product(suhui, log)
            for sight in [sight for sight in OTHERS if sight.home == home]:
                with watching(product) as watch:
                    context = open_context(product, chromium, watch)
                    look_at(context.new_page(), sight, product, accessible)
                    context.close()
        finally:
            suhui.end()


def look_at(page: Page, sight: Sight, product: Product, accessible: Callable[[Page], None]) -> None:
    path = sight.arrive(page, product.sql) if sight.arrive else address(sight, product.sql)
    if path:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == (404 if sight.name == "missing" else 200), sight.name
        assert queries(answer.headers["server-timing"]) <= MOST_QUERIES, sight.name
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    # Asked from here, not by Playwright's wait_for_function: what that repeats is an eval, which our pages forbid.
    until(lambda: page.evaluate(FITS), within=WAITING / 1000)
    said = [text for text in page.evaluate(LOOK) if SENTENCE.search(text) or text in english()]
    assert said == [], sight.name
