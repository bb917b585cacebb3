from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class ReadersLanguage:
    """Speaks the signed-in person's language; a visitor's by cookie, then by browser, then Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            language = request.user.language
        else:
            language = translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response
