import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from suhui.platform.core.errors import SuhuiError
from suhui.platform.desk.pages import render

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class SecurityHeaders:
    """No inline script, no inline style, nothing from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class ClearErrors:
    """Answers a SuhuiError that no view caught: a sentence in a toast for a fragment, else a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, SuhuiError):
            return None
        fragment = request.headers.get("HX-Request") == "true"
        template = "desk/_error.html" if fragment else "desk/error.html"
        return render(request, template, {"error": error}, status=error.status)
