from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suhui.platform.people.doors import Request, public, signed_in


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
    return HttpResponseRedirect(target)


@require_POST
@signed_in
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")
