"""The guards in front of every page: who may come in. A test walks every URL and asks for its guard."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.platform.core import settled
from suhui.platform.core.errors import NotAllowed
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


class Request(HttpRequest):
    """A request behind a staff door: somebody is signed in."""

    user: User


class View(Protocol):
    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse: ...


READS = ("GET", "HEAD")
"""A page that only shows is made under one state of the house, looked up once."""
Guarded = TypeVar("Guarded", bound=Callable[..., HttpResponseBase])


def requires(*permissions: Perm) -> Callable[[Guarded], Guarded]:
    """Staff only, holding at least one of `permissions`. Signed out: to the sign-in page (401 for fragments)."""

    def guard(view: Guarded) -> Guarded:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            user = request.user
            if user.must_change_password and not getattr(guarded, "before_password", False):
                return _away(request, reverse("people:own-password"))
            if permissions and not any(user.may(permission) for permission in permissions):
                raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
            with settled.steady() if request.method in READS else nullcontext():
                return view(request, *args, **kwargs)

        guarded.door = tuple(permissions) or ("signed-in",)  # type: ignore[attr-defined]
        return cast("Guarded", guarded)

    return guard


def signed_in(view: Guarded) -> Guarded:
    """Any member of staff: their own preferences, presence, notifications."""
    return requires()(view)


def with_any_password(view: Guarded) -> Guarded:
    """Like `signed_in`, and open also to who still has the password an administrator gave: to change it, or to go."""
    guarded = requires()(view)
    guarded.before_password = True  # type: ignore[attr-defined]
    return guarded


def public(reason: str) -> Callable[[Guarded], Guarded]:
    """Open to the world, and why: the portal, the sign-in page, a carrier's signed push."""

    def guard(view: Guarded) -> Guarded:
        view.door = ("public", reason)  # type: ignore[attr-defined]
        return view

    return guard


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return _away(request, reverse("people:sign-in"))


def _away(request: HttpRequest, page: str) -> HttpResponse:
    """To a page outside the shell, and back to this one after it."""
    address = f"{page}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request") or request.headers.get("X-Suhui-Page"):
        response = HttpResponse(status=401)
        response["X-Suhui-Location"] = address
        return response
    return HttpResponseRedirect(address)
