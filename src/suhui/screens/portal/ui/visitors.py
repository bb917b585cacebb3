"""The browser's secret: a signed cookie by which what somebody was writing is found again."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse

NAME, SALT = "portal_visitor", "suhui.portal.visitor"
LASTS = timedelta(days=180)


def visitor_of(request: HttpRequest) -> UUID | None:
    """Who this browser is; None when it has no cookie or a forged one."""
    raw = request.COOKIES.get(NAME, "")
    try:
        return UUID(signing.loads(raw, salt=SALT, max_age=LASTS)) if raw else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def new_visitor() -> UUID:
    return uuid4()


def remember(response: HttpResponse, visitor: UUID, *, secure: bool) -> HttpResponse:
    response.set_cookie(
        NAME,
        signing.dumps(str(visitor), salt=SALT),
        max_age=int(LASTS.total_seconds()),
        path="/p/",
        httponly=True,
        secure=secure,
        samesite="Lax",
    )
    return response


def address_of(request: HttpRequest) -> str:
    """The network address as the server saw it; a proxy's header is believed only by the server itself."""
    return str(request.META.get("REMOTE_ADDR", ""))
