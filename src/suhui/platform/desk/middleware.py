import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from suhui.platform.desk import drafts, races, toasts
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
    """Answers a SuhuiError that no view caught, or a lost race: a sentence for a script to show, else a page.

    A script that sent a form (htmx, or the shell with a POST) keeps the form on screen and shows the sentence above it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        error = races.in_words(failure)
        if error is None:
            return None
        sent_by_shell = request.headers.get("X-Suhui-Page") == "1" and request.method != "GET"
        fragment = sent_by_shell or request.headers.get("HX-Request") == "true"
        template = "desk/_error.html" if fragment else "desk/error.html"
        response = render(request, template, {"error": error}, status=error.status)
        if fragment:
            response["X-Suhui-Error"] = "1"
        return response


class Toasts:
    """Lets toasts travel with the answer, and forgets the draft of a form that was accepted (its `_draft` names it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < 400:
            key = request.POST.get("_draft", "")
            if key and request.user.is_authenticated:
                drafts.drop(user=request.user, key=key)
        toasts.send(request, response)
        return response
