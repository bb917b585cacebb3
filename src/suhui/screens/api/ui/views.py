"""The document of the interface, for machines and for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, public, signed_in
from suhui.platform.rest.mounting import mounted
from suhui.platform.rest.problems import ProblemError
from suhui.screens.api import reading


@require_safe
@public("what can be called is no secret; what is answered is")
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in the reader's language."""
    response = JsonResponse(reading.document(), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@signed_in
def docs(request: Request) -> HttpResponse:
    """The document as a page."""
    return pages.render(request, "api/docs.html", reading.page())


def _nothing(request: HttpRequest) -> HttpResponseBase:
    raise ProblemError("missing", _("There is no such address. See /api/v1/openapi.json."))


nothing = csrf_exempt(mounted(_nothing))
nothing.door = ("api", "says that there is nothing")  # type: ignore[attr-defined]
