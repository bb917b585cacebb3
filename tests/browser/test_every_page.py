"""Every page of the table in tools/pages.py: opens, asks the database a bounded number of times, is accessible in light
and dark, speaks Chinese, fits a phone."""

import re
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tools.pages import SAMPLES, SIGHTS, Sight

from tests.browser.conftest import WAITING, PageAs, Product
from tests.product import until

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


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_a_page_is_open_accessible_and_chinese(
    sight: Sight, product: Product, page_as: PageAs, visitor: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    path = sight.path
    for name in re.findall(r"{(\w+)}", path):
        rows = product.sql(f"{SAMPLES[name]} LIMIT 1")
        assert rows, f"the demo company has no {name}"
        path = path.replace(f"{{{name}}}", str(rows[0][0]))
    page = page_as(sight.who) if sight.who else visitor(width=1440, height=900)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == (404 if sight.name == "missing" else 200)
    assert queries(answer.headers["server-timing"]) <= MOST_QUERIES
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    # Asked from here, not by Playwright's wait_for_function: what that repeats is an eval, which our pages forbid.
    until(lambda: page.evaluate(FITS), within=WAITING / 1000)
    assert [text for text in page.evaluate(LOOK) if SENTENCE.search(text) or text in english()] == []
