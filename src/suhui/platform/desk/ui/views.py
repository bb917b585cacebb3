import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.clock import local
from suhui.platform.core.errors import BadInput, Missing, SuhuiError
from suhui.platform.desk import drafts, navigation, toasts
from suhui.platform.desk import preferences as choosing
from suhui.platform.desk import undo as undoing
from suhui.platform.desk.models import Draft
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import Request, signed_in


@require_POST
@signed_in
def undo(request: Request, token: UUID) -> HttpResponse:
    """Take something back; the page that asked shows itself anew. Without scripts: back to where it was pressed."""
    offer = undoing.take_back(token=token, user=request.user)
    toasts.add(request, _("Taken back: %(what)s") % {"what": offer.text})
    if request.headers.get("X-Suhui-Page"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_inside(request.headers.get("Referer", "/"), request))


@require_http_methods(["GET", "PUT", "DELETE"])
@signed_in
def draft(request: Request) -> HttpResponse:
    """GET ?key=, PUT {"key", "fields"}, DELETE ?key=: the draft behind one form, for the `draft` island."""
    if request.method == "PUT":
        key, fields = _sent_draft(request)
        return _draft_answer(drafts.save(user=request.user, key=key, fields=fields))
    key = request.GET.get("key", "")
    if request.method == "DELETE":
        drafts.drop(user=request.user, key=key)
        return HttpResponse(status=204)
    found = drafts.find(user=request.user, key=key)
    return _draft_answer(found) if found else HttpResponse(status=204)


def _sent_draft(request: Request) -> tuple[str, dict[str, str]]:
    try:
        sent = json.loads(request.body)
        return str(sent["key"]), {str(name): str(value) for name, value in sent["fields"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(_("This draft cannot be read.")) from error


def _draft_answer(found: Draft) -> HttpResponse:
    return JsonResponse({"fields": found.fields, "saved": local(found.saved_at).strftime("%H:%M")})


@require_POST
@signed_in
def preferences(request: Request) -> HttpResponse:
    """Theme, density, language. A script asks for 204 and changes the page itself; a language needs a new page."""
    posted: QueryDict = request.POST
    choosing.change(user=request.user, wanted={name: str(posted[name]) for name in choosing.CHOICES if name in posted})
    if request.headers.get("X-Suhui-Page"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_inside(posted.get("next", "/"), request))


@require_safe
@signed_in
def settings(request: Request) -> HttpResponse:
    return render(request, "desk/settings.html", {"pages": navigation.settings_for(request.user)})


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    error = Missing(_("There is nothing here, or it is not yours to see."))
    return render(request, "desk/error.html", {"error": error}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    error = SuhuiError(_("Something went wrong on our side. What you had saved is kept; please try again."))
    error.status = 500
    return render(request, "desk/error.html", {"error": error}, status=500)


def _inside(wanted: str, request: HttpRequest) -> str:
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"
