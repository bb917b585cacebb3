from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people import services
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.doors import Request, public, signed_in
from suhui.platform.people.models import BusyReason, Presence


@public("where staff sign in")
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    target = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
    if request.method != "POST":
        return render(request, "people/sign_in.html", {"next": target, "error": "", "username": ""})
    username = request.POST.get("username", "")
    user = authenticate(request, username=username, password=request.POST.get("password", ""))
    if user is None:
        error = _("The user name or password is wrong.")
        return render(
            request, "people/sign_in.html", {"next": target, "error": error, "username": username}, status=422
        )
    login(request, user)
    services.set_presence(user=user, state=PresenceState.IDLE, at=now(), by=Actor.staff(user))
    return HttpResponseRedirect(target)


@require_POST
@signed_in
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
