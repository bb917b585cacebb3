"""The interface as Django sees it: every address under one wrapper that numbers calls and answers every failure."""

import re
from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import uuid4

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from suhui.platform.rest.bodies import Sifted
from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import answer, answer_to
from suhui.platform.rest.rooms import Room

View = Callable[..., HttpResponseBase]
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def interface(rooms: Iterable[Room], *, namespace: str, version: str = "1.0.0") -> NinjaAPI:
    """The operations of these rooms as one interface. A room can be in several."""
    api = NinjaAPI(
        title="Suhui", version=version, openapi_url=None, docs_url=None, parser=Sifted(), urls_namespace=namespace
    )
    for failure in (Exception, ValidationError, HttpError, Http404):
        api.add_exception_handler(failure, answer_to)
    for room in rooms:
        api.add_router("", room.router)
    return api


def addresses(api: NinjaAPI) -> list[URLPattern]:
    """Its patterns for Django, each under the kit's wrapper."""
    patterns: Any = api.urls[0]
    for pattern in patterns:
        pattern.callback = mounted(pattern.callback)
    return [pattern for pattern in patterns if pattern.name != "api-root"]


def mounted(view: View) -> View:
    """`view` with a request id, the headers of its limits, HEAD as GET, and problems for whatever fails.

    Free of Django's CSRF check: a token is no cookie, and a session may only read here (see door).
    """

    @csrf_exempt
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        begun = cast("Call", request)
        given = request.headers.get("X-Request-Id", "")
        begun.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        begun.token = begun.allowance = None
        method = request.method
        request.method = "GET" if method == "HEAD" else method
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            response = answer_to(request, error)
        if response.status_code == 405 and response.headers.get("Content-Type") != "application/problem+json":
            allowed = response["Allow"]
            response = answer(request, "method_not_allowed", _("Here: %(methods)s.") % {"methods": allowed})
            response["Allow"] = allowed
        request.method = method
        _sign(begun, response)
        return response

    call.door = ("api", "every operation names its own")  # type: ignore[attr-defined]
    return call


def _sign(call: Call, response: HttpResponseBase) -> None:
    response["X-Request-Id"] = call.request_id
    response.headers.setdefault("Cache-Control", "no-store")
    response["Vary"] = "Authorization, Cookie, Accept-Language"
    if call.allowance is not None:
        for name, value in call.allowance.headers.items():
            response[name] = value
