"""Refusals as RFC 9457 problem details: a stable code for machines, a sentence for people, in the caller's language."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput, Conflict, Missing, NotAllowed, Refused, SuhuiError, Text
from suhui.platform.desk import races
from suhui.platform.rest import wording

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Code(NamedTuple):
    status: int
    title: Any


CODES: dict[str, Code] = {
    "bad_json": Code(400, gettext_lazy("The body is not JSON")),
    "not_possible": Code(400, gettext_lazy("This is not possible")),
    "unauthenticated": Code(401, gettext_lazy("No token that is good")),
    "token_expired": Code(401, gettext_lazy("The token has expired")),
    "token_revoked": Code(401, gettext_lazy("The token was revoked")),
    "not_allowed": Code(403, gettext_lazy("Not yours to do")),
    "scope_missing": Code(403, gettext_lazy("The token's scopes do not include this")),
    "session_read_only": Code(403, gettext_lazy("A browser's session only reads here")),
    "person_needed": Code(403, gettext_lazy("Not for a token bound to a branch")),
    "missing": Code(404, gettext_lazy("Not there, or not yours to see")),
    "method_not_allowed": Code(405, gettext_lazy("No such method here")),
    "not_acceptable": Code(406, gettext_lazy("Only JSON is answered")),
    "refused": Code(409, gettext_lazy("A rule does not allow this now")),
    "conflict": Code(409, gettext_lazy("Someone else was faster")),
    "key_in_use": Code(409, gettext_lazy("The same call is being answered")),
    "changed": Code(412, gettext_lazy("Changed since you read it")),
    "too_large": Code(413, gettext_lazy("The body is too large")),
    "unsupported_media_type": Code(415, gettext_lazy("The body's type is not taken")),
    "invalid": Code(422, gettext_lazy("What was sent cannot be used")),
    "cursor_invalid": Code(422, gettext_lazy("The cursor is not of this list")),
    "key_reused": Code(422, gettext_lazy("The key was used for another call")),
    "rate_limited": Code(429, gettext_lazy("Too many calls")),
    "broken": Code(500, gettext_lazy("Something went wrong on our side")),
}
"""Every code there is. A code never changes its meaning; new ones may come."""

OF_STATUS = {400: "not_possible", 401: "unauthenticated", 403: "not_allowed", 404: "missing", 409: "refused"}


class FieldProblem(BaseModel):
    """One value that cannot be used, and where it stood: in the body, the query, the path or a header."""

    code: str = Field(examples=["missing"])
    detail: str
    pointer: str | None = Field(default=None, description="JSON pointer into the body", examples=["/customer/phone"])
    parameter: str | None = Field(
        default=None, description="Name in the query, the path or the form", examples=["limit"]
    )
    header: str | None = None


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `title` and `detail` are in the language of Accept-Language (zh-CN, en)."""

    type: str = Field(examples=["/api/v1/docs/#problem-missing"])
    title: str
    status: int
    code: str = Field(examples=["missing"])
    detail: str
    request_id: str
    errors: list[FieldProblem] = []


class ProblemError(SuhuiError):
    """A refusal of the interface itself, under one of `CODES`."""

    def __init__(
        self,
        code: str,
        message: Text = "",
        *,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or CODES[code].title)
        self.code = code
        self.status = CODES[code].status
        self.errors = list(errors)
        self.headers = dict(headers or {})


def answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The problem that tells of this failure. What nobody foresaw is logged, and its words stay inside the house."""
    known = races.in_words(error) if isinstance(error, Exception) else None
    if known is not None:
        return _of_house(request, known)
    if isinstance(error, ValidationError):
        errors = [_located(one) for one in error.errors[:MOST_ERRORS]]
        return answer(request, "invalid", _("Some values cannot be used: see errors."), errors)
    if isinstance(error, AuthenticationError):
        return answer(request, "unauthenticated")
    if isinstance(error, Http404):
        return answer(request, "missing")
    if isinstance(error, HttpError):
        return answer(request, OF_STATUS.get(error.status_code, "not_possible"), str(error))
    trace = error if isinstance(error, Exception) else None
    log.error("%s %s failed, request %s", request.method, request.path, _id_of(request), exc_info=trace)
    if isinstance(error, DataError):
        return answer(request, "invalid", _("A value is too large or too long."))
    return answer(request, "broken", _("What was saved before is kept. Tell us the request id if it happens again."))


MOST_ERRORS = 100
"""Fields that one problem names at most."""


def _of_house(request: HttpRequest, error: SuhuiError) -> HttpResponse:
    if isinstance(error, ProblemError):
        return answer(request, error.code, str(error.message), error.errors, error.headers)
    code = next((code for cls, code in _HOUSE.items() if isinstance(error, cls)), None)
    fields = error.fields if isinstance(error, BadInput) else {}
    errors = [FieldProblem(code="invalid", detail=str(text), pointer=f"/{name}") for name, text in fields.items()]
    return answer(request, code or OF_STATUS.get(error.status, "not_possible"), str(error.message), errors)


_HOUSE: dict[type[SuhuiError], str] = {
    BadInput: "invalid",
    Refused: "refused",
    Conflict: "conflict",
    NotAllowed: "not_allowed",
    Missing: "missing",
}


def _located(error: Mapping[str, Any]) -> FieldProblem:
    """Where a value stood, from Ninja's place of it: the source, the argument's name, the way inside."""
    where, *path = [str(part) for part in error["loc"]]
    detail = wording.sentence(error)
    if where == "body":
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path[1:])
        return FieldProblem(code=error["type"], detail=detail, pointer=pointer)
    name = next((part for part in reversed(path) if not part.isdecimal()), "")
    if where == "header":
        return FieldProblem(code=error["type"], detail=detail, header=name)
    return FieldProblem(code=error["type"], detail=detail, parameter=name)


def answer(
    request: HttpRequest,
    code: str,
    detail: str = "",
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as a response, in the language of the moment."""
    status, title = CODES[code]
    problem = Problem(
        type=f"/api/v1/docs/#problem-{code}",
        title=str(title),
        status=status,
        code=code,
        detail=detail or str(title),
        request_id=_id_of(request),
        errors=list(errors),
    )
    response = HttpResponse(problem.model_dump_json(exclude_none=True), status=status, content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        response[name] = value
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Suhui"'
    return response


def _id_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
