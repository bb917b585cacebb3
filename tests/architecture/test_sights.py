"""No page is left out of tools/pages.py, and so none out of the pictures and of the test of every page."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from tools.pages import SAMPLES, SIGHTS

NOT_A_PAGE = {
    "api:openapi": "the document of the programming interface, as JSON",
    "cases:export": "a file",
    "cases:colleagues": "names for a mention, as JSON",
    "customers:tier": "a fragment: why this tier",
    "desk:draft": "the words kept on the server, as JSON",
    "exchange:report": "a file",
    "files:open": "a file",
    "files:thumb": "a file",
    "files:signed": "a file",
    "files:signed-thumb": "a file",
    "portal:begin": "leads on to the first question",
    "portal:track": "leads back to the portal's first page, whose error is a sight",
    "portal:say": "leads back to the customer's page of the case",
    "portal:answer": "leads back to the customer's page of the case",
    "portal:rate": "leads back to the customer's page of the case",
    "reports:xlsx": "a file",
    "rules:export": "a file",
}
"""What answers a GET and is nothing a person looks at as a page of its own, and what it is instead."""
FRAGMENT = re.compile(r'"[\w/]*/_[\w]+\.html"')
WHOLE = re.compile(r'"(?:\w+/)+[a-z]\w*\.html"')


def patterns(found: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Callable[..., HttpResponse]]]:
    for entry in found:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern) and "django" not in entry.callback.__module__ and not is_call(entry):
            yield ":".join((*spaces, entry.name or "")), entry.callback


def is_call(entry: URLPattern) -> bool:
    """An address of the programming interface: answers in JSON, and has tests of its own."""
    return bool(getattr(entry.callback, "door", ("",))[0] == "api")


def seen() -> set[Callable[..., HttpResponse]]:
    """The views behind the sights. A sample's id is a number, a day or a code: whichever the address takes."""
    found: set[Callable[..., HttpResponse]] = set()
    for sight in SIGHTS:
        if sight.name != "missing":
            path = re.sub(r"{\w+}", "1", sight.path).split("?")[0]
            found.add(resolve(path).func)
    return found


def is_fragment(source: str) -> bool:
    """Its templates are all pieces of pages."""
    return bool(FRAGMENT.search(source)) and not WHOLE.search(source)


@pytest.mark.parametrize("name", sorted({name for name, _view in patterns(get_resolver().url_patterns)}))
def test_every_page_is_a_sight(name: str) -> None:
    views = [view for found, view in patterns(get_resolver().url_patterns) if found == name]
    sights = seen()
    for view in views:
        source = inspect.getsource(inspect.unwrap(view))
        if "require_POST" in source or is_fragment(source) or name in NOT_A_PAGE:
            continue
        assert view in sights, f"{name} is in no line of tools/pages.py"


def test_what_is_said_to_be_no_page_exists() -> None:
    assert set(NOT_A_PAGE) <= {name for name, _view in patterns(get_resolver().url_patterns)}


def test_every_sample_serves_a_sight() -> None:
    assert set(SAMPLES) == {name for sight in SIGHTS for name in re.findall(r"{(\w+)}", sight.path)}
