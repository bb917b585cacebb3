"""What a view ends with: a page, a fragment, a page number, a toast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render

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
    raw = request.GET.get("page", "1")
    number = max(1, int(raw)) if raw.isdecimal() and len(raw) < 6 else 1
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, size, len(found) > size)
