"""The OpenAPI document as the page of documentation shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import get_language, pgettext

from suhui.platform.rest import openapi, rooms
from suhui.platform.rest.problems import CODES
from suhui.screens.api import describing
from suhui.screens.api.assembly import assembled


def document() -> dict[str, Any]:
    """The document in the language of the moment. Nobody may change what this gives."""
    return _document(get_language() or "zh-hans")


@cache
def _document(language: str) -> dict[str, Any]:
    found = openapi.document(assembled(), rooms.rooms)
    whole: dict[str, Any] = describing.described(found, lambda text: pgettext(describing.CONTEXT, text))
    return whole


@dataclass(frozen=True)
class Field:
    """A line of a table of fields: of the query, the body or the answer."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True)
class Entry:
    """One operation of the page."""

    id: str
    method: str
    path: str
    summary: str
    permissions: list[str]
    words: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str
    refusals: list[str]


@dataclass(frozen=True)
class Chapter:
    name: str
    label: str
    entries: list[Entry]


def page() -> dict[str, Any]:
    """What the template needs: chapters in the house's order, and every code of a problem."""
    found = document()
    chapters = [Chapter(tag["name"], tag["description"], list(_entries(found, tag["name"]))) for tag in found["tags"]]
    return {"chapters": chapters, "codes": CODES, "version": found["info"]["version"]}


def _entries(found: dict[str, Any], tag: str) -> Iterator[Entry]:
    for path, methods in found["paths"].items():
        for method, details in methods.items():
            if tag in details["tags"]:
                yield _entry(found, method.upper(), path, details)


def _entry(found: dict[str, Any], method: str, path: str, details: dict[str, Any]) -> Entry:
    status = next(iter(details["responses"]))
    schemas = found["components"]["schemas"]
    words = [
        Field(one["name"], _kind(one["schema"]), one["required"], one.get("description", ""))
        for one in details["parameters"]
    ]
    return Entry(
        id=details["operationId"],
        method=method,
        path=path,
        summary=details["summary"],
        permissions=details["x-permissions"],
        words=words,
        body=_fields(schemas, _schema_of(details.get("requestBody", {}))),
        answer=_fields(schemas, _schema_of(details["responses"][status])),
        status=status,
        refusals=[one for one in details["responses"] if one != status],
    )


def _schema_of(holder: dict[str, Any]) -> dict[str, Any]:
    content = holder.get("content", {})
    return next((kind.get("schema", {}) for kind in content.values()), {})


def _fields(schemas: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    whole = _resolved(schemas, schema)
    rows = whole.get("properties", {}).get("rows")
    if rows is not None and "items" in rows:
        whole = _resolved(schemas, rows["items"])
    needed = whole.get("required", [])
    return [
        Field(name, _kind(one), name in needed, one.get("description", ""))
        for name, one in whole.get("properties", {}).items()
    ]


def _resolved(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schemas[name] if name else schema
    return found


def _kind(schema: dict[str, Any]) -> str:
    """A type in one line: `integer ≥ 1`, `"open" | "late"`, `[CaseRow]`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
