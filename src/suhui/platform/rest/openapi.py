"""The OpenAPI 3.1 document: Ninja's, completed by what the kit does for every operation."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic.json_schema import models_json_schema

from suhui.platform.rest.problems import CODES, MEDIA_TYPE, Problem
from suhui.platform.rest.rooms import Operation, Room

READ = (401, 403, 404, 406, 422, 429)
WRITE = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429)
INTRODUCTION = (
    "Everything a screen of Suhui does. Send `Authorization: Bearer …` with a token made under settings. Errors are "
    "RFC 9457 problems with a stable `code`, in the language of `Accept-Language`. Lists are paged by `limit` and "
    "`cursor`; `fields` asks for some fields only. Writes may carry an `Idempotency-Key`. See docs/api.md."
)


class _Schema(OpenAPISchema):
    """Ninja's, which knows choices by their name alone: two lists under one name would tell callers the wrong one."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        for name, found in definitions.items():
            if "enum" in found and self.schemas.get(name, found).get("enum") != found["enum"]:
                raise TypeError(f"two lists of choices are called {name}: name one of them by a Literal")
        super().add_schema_definitions(definitions)


def document(api: NinjaAPI, rooms: list[Room]) -> dict[str, Any]:
    """The document as plain JSON values, in the language of the moment, the same every time."""
    schema: dict[str, Any] = json.loads(json.dumps(_Schema(api, "api/v1/"), cls=DjangoJSONEncoder))
    known = {one.name: one for room in rooms for one in room.operations}
    for methods in schema["paths"].values():
        for details in methods.values():
            _complete(details, known[details["operationId"]])
    schema["info"]["description"] = INTRODUCTION
    schema["servers"] = [{"url": "/"}]
    schema["tags"] = [{"name": room.name, "description": str(room.label)} for room in rooms if room.operations]
    schema["security"] = [{"token": []}, {"session": []}]
    components = schema["components"]
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token made under settings."},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Reading, same origin only."},
    }
    components["responses"] = {str(status): _problem(status) for status in sorted({*READ, *WRITE, 412})}
    _pairs, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    components["schemas"] |= problems["$defs"]
    components["schemas"] = dict(sorted(components["schemas"].items()))
    schema["paths"] = dict(sorted(schema["paths"].items()))
    return schema


def statuses(operation: Operation) -> tuple[int, ...]:
    """The refusals an operation may answer with."""
    if operation.reads:
        return READ
    return tuple(sorted({*WRITE, 412})) if operation.revision else WRITE


def _complete(details: dict[str, Any], operation: Operation) -> None:
    details["parameters"] = [*details.get("parameters", []), *_parameters(operation)]
    permissions = [permission.value for permission in operation.permissions]
    details["x-permissions"] = permissions
    scopes = pgettext("scopes", " or ").join(f"`{permission}`" for permission in permissions)
    scopes = scopes or pgettext("scopes", "any")
    about = f"{operation.about}\n\n" if operation.about else ""
    said = _("Scope: %(scopes)s. Limit: `%(pace)s`.") % {"scopes": scopes, "pace": operation.pace.value}
    details["description"] = about + said
    answer = details["responses"][str(operation.status)]
    answer["headers"] = _headers(operation)
    if operation.status == 204:
        answer.pop("content", None)
    if operation.download:
        binary = {"schema": {"type": "string", "format": "binary"}}
        answer["content"] = dict.fromkeys(operation.download, binary)
    for status in statuses(operation):
        details["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if operation.sparse:
        some = ",".join(sorted(operation.sparse)[:2])
        found.append(_parameter("query", "fields", "Names of the fields wanted, with commas between", some))
    if not operation.reads and operation.keyed:
        text = "Makes the call repeatable for 24 hours: the same key and body are answered alike and done once"
        found.append(_parameter("header", "Idempotency-Key", text, "9f3c5a52-7a3e-4f0e-9a44-2b7c6d1c1f10", most=100))
    if not operation.reads and operation.revision:
        found.append(
            _parameter("header", "If-Match", "The ETag of the state you saw; another state answers 412", '"3"')
        )
    return found


def _parameter(place: str, name: str, text: str, example: str, most: int = 0) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if most:
        schema |= {"minLength": 1, "maxLength": most, "pattern": "^[!-~]+$"}
    return {"in": place, "name": name, "required": False, "description": text, "schema": schema, "example": example}


def _headers(operation: Operation) -> dict[str, Any]:
    names = {"X-Request-Id": "Names this call in our log", "RateLimit": "What is left", "RateLimit-Policy": "The limit"}
    if operation.revision:
        names["ETag"] = "The state of the thing, for If-Match"
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in names.items()}


def _problem(status: int) -> dict[str, Any]:
    codes = [code for code, known in CODES.items() if known.status == status]
    example = {
        "type": f"/api/v1/docs/#problem-{codes[0]}",
        "title": str(CODES[codes[0]].title),
        "status": status,
        "code": codes[0],
        "detail": str(CODES[codes[0]].title),
        "request_id": "4c1f0a6b2d3e4f5a8b9c0d1e2f3a4b5c",
        "errors": [],
    }
    return {
        "description": " · ".join(f"`{code}`: {CODES[code].title}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
