"""What a view ends with: a page, a fragment, a page number, a toast."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render

from suhui.platform.core.errors import BadInput

Row = TypeVar("Row", bound=Model)


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a Jinja template of a room. A page extends desk/base.html; a fragment's name begins with `_`."""
    return django_render(request, template, dict(context or {}), status=status)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a long list. `number` counts from 1; there is no total, because counting a million rows is slow."""

    rows: list[Row]
    number: int
    size: int
    more: bool

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.rows)


def paginate(rows: "QuerySet[Row]", request: HttpRequest, *, size: int = 50) -> Page[Row]:
    """The page the request's `page` argument names; nonsense is page 1."""
    return paginate_by(lambda start, count: list(rows[start : start + count]), request, size=size)


def paginate_by(read: Callable[[int, int], list[Row]], request: HttpRequest, *, size: int = 50) -> Page[Row]:
    """The same of rows that `read(start, count)` gives: for long lists that have a quicker way to a far page."""
    raw = request.GET.get("page", "1")
    number = max(1, int(raw)) if raw.isdecimal() and len(raw) < 6 else 1
    found = read((number - 1) * size, size + 1)
    return Page(found[:size], number, size, len(found) > size)


def keep(request: HttpRequest, *without: str) -> str:
    """The request's query, urlencoded, less `page` and the names in `without`: what links on a list carry along."""
    query = request.GET.copy()
    for name in ("page", *without):
        query.pop(name, None)
    return query.urlencode()


@contextmanager
def errors_into(form: BaseForm) -> Iterator[None]:
    """Put a service's BadInput at the fields of `form` it names, the rest above the form; look at `form.errors` after.

    A Refused or Conflict goes on to the desk's middleware: the sentence is shown, what was typed stays.
    """
    try:
        yield
    except BadInput as error:
        named = {name: text for name, text in error.fields.items() if name in form.fields}
        for name, text in named.items():
            form.add_error(name, str(text))
        if not named:
            form.add_error(None, str(error.message))


def render_form(
    request: HttpRequest, template: str, form: BaseForm, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Render a page or fragment with its `form`: 422 when it has errors, so that the browser goes to the first one."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **(context or {})}, status=status)


def go(url: str) -> HttpResponse:
    """After a POST: to the page that shows what it did."""
    return HttpResponseRedirect(url)
