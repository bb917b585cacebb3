from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people import selectors, services
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.doors import Request, public, signed_in, with_any_password
from suhui.platform.people.models import BusyReason, Presence, User


@public("where staff sign in")
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    target = _inside(wanted)
    if request.method != "POST":
        if not User.objects.exists():
            return HttpResponseRedirect(reverse("setup:start"))
        return _sign_in_page(request, target)
    username = request.POST.get("username", "").strip()
    user = authenticate(request, username=username, password=request.POST.get("password", ""))
    if user is None:
        return _sign_in_page(request, target, username, _("The user name or password is wrong."))
    login(request, user)
    services.set_presence(user=user, state=PresenceState.IDLE, at=now(), by=Actor.staff(user))
    return HttpResponseRedirect(target)


def _sign_in_page(request: HttpRequest, target: str, username: str = "", error: str = "") -> HttpResponse:
    entries = selectors.one_of_each_post() if _may_enter_freely(request) else []
    context = {"next": target, "error": error, "username": username, "entries": entries}
    return render(request, "people/sign_in.html", context, status=422 if error else 200)


@require_POST
@public("one-click entry to the demo company, on this machine only")
def enter_as(request: HttpRequest) -> HttpResponse:
    """Sign in as the person `user` names. Only where the demo company is served, and only from this machine."""
    if not _may_enter_freely(request):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    number = request.POST.get("user", "")
    person = User.objects.filter(pk=int(number) if number.isdecimal() else 0, is_active=True).first()
    if person is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    services.set_presence(user=person, state=PresenceState.IDLE, at=now(), by=Actor.staff(person))
    return HttpResponseRedirect(_inside(request.POST.get("next", "/")))


def _may_enter_freely(request: HttpRequest) -> bool:
    try:
        here = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return bool(settings.DEMO) and here


def _inside(wanted: str) -> str:
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


@require_http_methods(["GET", "POST"])
@with_any_password
def own_password(request: Request) -> HttpResponse:
    """Whoever was given a password chooses one of their own before anything else."""
    target, user = _inside(request.POST.get("next") or request.GET.get("next") or "/"), request.user
    if not user.must_change_password:
        return HttpResponseRedirect(target)
    error = ""
    if request.method == "POST":
        error = _replaced(request, user)
        if not error:
            return HttpResponseRedirect(target)
    return render(request, "people/own_password.html", {"next": target, "error": error}, status=422 if error else 200)


def _replaced(request: Request, user: User) -> str:
    """The new password holds; or the sentence that says why not."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _("The two new passwords differ.")
    try:
        services.replace_first_password(user=user, new=new)
    except BadInput as bad:
        return str(bad.message)
    update_session_auth_hash(request, user)
    return ""


@require_POST
@with_any_password
def sign_out(request: Request) -> HttpResponse:
    user = request.user
    services.set_presence(user=user, state=PresenceState.OFFLINE, at=now(), by=Actor.staff(user))
    logout(request)
    return HttpResponseRedirect("/")


@require_http_methods(["GET", "POST"])
@signed_in
def presence(request: Request) -> HttpResponse:
    """The menu in the top bar; POST `state` (and `reason` when busy) changes it, and every open page follows live."""
    user = request.user
    if request.method == "POST":
        state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
        services.set_presence(user=user, state=state, reason=reason, at=now(), by=Actor.staff(user))
        if request.headers.get("X-Suhui-Page"):
            return HttpResponse(status=204)
        return HttpResponseRedirect("/")
    held, _made = Presence.objects.get_or_create(user=user)
    states = [(state.value, state.label) for state in PresenceState if state is not PresenceState.BUSY]
    context = {"presence": held, "states": states, "reasons": BusyReason.objects.all()[:20]}
    return render(request, "people/_presence.html", context)
