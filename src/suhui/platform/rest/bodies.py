"""A call's body and words, looked over before anybody uses them: nothing endless, nothing the database refuses."""

import json
import re
from typing import Any, NoReturn, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import FieldProblem, ProblemError

LONGEST = 4 * 1024 * 1024
"""Bytes of a JSON body: a thousand rows of a bulk call have room."""
DEEPEST = 20
_UNCLEAN = re.compile("[\x00\ud800-\udfff]")


def read_json(request: HttpRequest) -> Any:
    """The body's value. Raises ProblemError when it is not JSON that the house can store."""
    if request.content_type != "application/json" and (request.content_type or request.body):
        raise ProblemError("unsupported_media_type", _("Send application/json."))
    raw = _raw(request)
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError("bad_json", _("The body cannot be read as JSON in UTF-8.")) from error
    _look_over(value, raw)
    return value


def _raw(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    too_large = _("At most %(most)s bytes.") % {"most": f"{LONGEST:,}"}
    if length.isdecimal() and int(length) > LONGEST:
        raise ProblemError("too_large", too_large)
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise ProblemError("too_large", too_large) from error
    if len(raw) > LONGEST:
        raise ProblemError("too_large", too_large)
    return raw


def _no_constant(name: str) -> NoReturn:
    """NaN and Infinity are not JSON, whatever Python thinks."""
    raise ValueError(name)


def _look_over(value: Any, raw: bytes) -> None:
    """Depth, and the characters that only an escape can bring in. Most bodies are told clean by their bytes alone."""
    nested = raw.count(b"[") + raw.count(b"{")
    if nested > DEEPEST and _depth(value) > DEEPEST:
        said = _("Nested more than %(most)s deep.") % {"most": DEEPEST}
        raise ProblemError("invalid", said, errors=[FieldProblem(code="too_deep", detail=said, pointer="")])
    if b"\\u" in raw:
        pointer = _unclean_at(value, "")
        if pointer is not None:
            raise _unclean(pointer=pointer)


def _depth(value: Any) -> int:
    """How deep lists and objects lie in each other; without recursion, and no deeper than is asked for."""
    layer, depth = [value], 0
    while layer and depth <= DEEPEST:
        inner: list[Any] = []
        for one in layer:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        depth += any(isinstance(one, dict | list) for one in layer)
        layer = [one for one in inner if isinstance(one, dict | list)]
    return depth


def _unclean_at(value: Any, pointer: str) -> str | None:
    if isinstance(value, str):
        return pointer if _UNCLEAN.search(value) else None
    if isinstance(value, dict):
        pairs = list(value.items())
        if any(_UNCLEAN.search(name) for name in value):
            return pointer
    else:
        pairs = list(enumerate(value)) if isinstance(value, list) else []
    found = (_unclean_at(one, f"{pointer}/{name}") for name, one in pairs)
    return next((one for one in found if one is not None), None)


def look_over_words(request: HttpRequest) -> None:
    """The same for what stands in the address."""
    query = request.META.get("QUERY_STRING", "")
    if "\x00" in request.path or "\x00" in query or "%00" in query:
        raise _unclean()
    try:
        request.GET  # noqa: B018 - reads it
    except (SuspiciousOperation, ValueError) as error:
        raise ProblemError("invalid", _("Too many words in the address.")) from error


def read_form(request: HttpRequest) -> None:
    """A form with files. Raises ProblemError when it is none, too large, or holds what the house cannot store."""
    if request.content_type != "multipart/form-data":
        raise ProblemError("unsupported_media_type", _("Send multipart/form-data."))
    try:
        fields, files = request.POST, request.FILES
    except RequestDataTooBig as error:
        raise ProblemError("too_large") from error
    except (SuspiciousOperation, ValueError) as error:
        raise ProblemError("bad_json", _("The form cannot be read.")) from error
    for name, values in fields.lists():
        if any(_UNCLEAN.search(str(text)) for text in (name, *values)):
            raise _unclean(parameter=name)
    for name, uploads in files.lists():
        if any(_UNCLEAN.search(upload.name or "") for upload in uploads):
            raise _unclean(parameter=name)


def _unclean(*, pointer: str | None = None, parameter: str | None = None) -> ProblemError:
    said = _("A text holds a character that cannot be stored (NUL or half of a pair).")
    problem = FieldProblem(code="unclean_text", detail=said, pointer=pointer, parameter=parameter)
    return ProblemError("invalid", said, errors=[problem])


class Sifted(Parser):
    """Gives Ninja the body that the door has read and looked over."""

    def parse_body(self, request: HttpRequest) -> Any:
        return cast("Call", request).sent
