"""Pages by keyset: a cursor says after which row to go on, so that rows that come meanwhile shift nothing.

The cursor is signed and holds the sort values of the last row, so nobody makes one up; it is not encrypted, so a list
is never sorted by personal data. It belongs to one list with one filter.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import FieldProblem, ProblemError
from suhui.platform.rest.shapes import Listing, Paging, Shape

R = TypeVar("R", bound=Model)
SALT = "suhui.rest.cursor"
_OUTSIDE = {"cursor", "limit", "fields"}


def page(
    call: Call,
    paging: Paging,
    rows: "QuerySet[R]",
    *,
    order: Sequence[str],
    build: Callable[[list[R]], list[Shape]],
) -> Listing[Shape]:
    """One page of `rows` in `order`, as shapes. `order` names fields as order_by does, with nulls where PostgreSQL
    puts them, and ends with one that is unique ("id")."""
    found, following = take(call, paging, rows, order=order)
    return Listing(rows=build(found), next=following)


def take(call: Call, paging: Paging, rows: "QuerySet[R]", *, order: Sequence[str]) -> "tuple[list[R], str | None]":
    """The rows of the page and the cursor of the next."""
    about = _fingerprint(call, order)
    ordered = rows.order_by(*order)
    most = paging.limit + 1
    if paging.cursor:
        found = _after(ordered, order, _read(paging.cursor, about, len(order)), most)
    else:
        found = list(ordered[:most])
    if len(found) <= paging.limit:
        return found, None
    last = found[paging.limit - 1]
    return found[: paging.limit], _write(about, [_value(last, name) for name in order])


def _after(rows: "QuerySet[R]", order: Sequence[str], values: list[Any], most: int) -> list[R]:
    """The rows after these values. The first field is also held by a plain comparison, which an index can begin at;
    where it may be null, the rows without it come in a second step."""
    name, value = order[0], values[0]
    rest = _beyond(order, values)
    if value is None:
        return list(rows.filter(rest)[:most])
    field, direction = name.lstrip("-"), "lte" if name.startswith("-") else "gte"
    found = list(rows.filter(rest, **{f"{field}__{direction}": value})[:most])
    if len(found) < most and direction == "gte" and _may_be_null(rows, field):
        found += list(rows.filter(**{f"{field}__isnull": True})[: most - len(found)])
    return found


def _beyond(order: Sequence[str], values: list[Any]) -> Q:
    """(a after x) or (a = x and b after y) or …"""
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        condition |= same & _step(name, value)
        field = name.lstrip("-")
        same &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    return condition


def _step(name: str, value: Any) -> Q:
    """Nulls are last when rising and first when falling, as PostgreSQL has them."""
    field, falling = name.lstrip("-"), name.startswith("-")
    if value is None:
        return Q(**{f"{field}__isnull": False}) if falling else Q(pk__in=[])
    if falling:
        return Q(**{f"{field}__lt": value})
    return Q(**{f"{field}__gt": value}) | Q(**{f"{field}__isnull": True})


def _may_be_null(rows: "QuerySet[R]", field: str) -> bool:
    if "__" in field or field in rows.query.annotations:
        return True
    return bool(rows.model._meta.get_field(field).null)  # noqa: SLF001 - Django's door to its fields


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


def _fingerprint(call: Call, order: Sequence[str]) -> str:
    """Which list, with which filter and order: a cursor of another is refused."""
    words = sorted((name, values) for name, values in call.GET.lists() if name not in _OUTSIDE)
    said = json.dumps([call.path, words, list(order), call.user.pk])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _write(about: str, values: list[Any]) -> str:
    return signing.dumps([about, *(_plain(value) for value in values)], salt=SALT, compress=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, UUID):
        return str(value)
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _read(cursor: str, about: str, length: int) -> list[Any]:
    try:
        whose, *values = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _not_of_this_list() from error
    if whose != about or len(values) != length:
        raise _not_of_this_list()
    return [_lively(value) for value in values]


def _lively(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["t"]) if "t" in value else date.fromisoformat(value["d"])
    return value


def _not_of_this_list() -> ProblemError:
    said = _("Take `next` of the page before, with the same filter and sorting.")
    return ProblemError(
        "cursor_invalid", said, errors=[FieldProblem(code="cursor_invalid", detail=said, parameter="cursor")]
    )
