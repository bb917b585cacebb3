from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from suhui.platform.core.clock import now
from suhui.platform.core.errors import SuhuiError
from suhui.platform.desk import pages
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import public
from suhui.screens.portal import asking, following, links
from suhui.screens.portal.ui.visitors import address_of
from suhui.service.cases.models import Case

WHY = "a customer follows their own case by its signed address"
POSTED = ["GET", "POST"]


@never_cache
@require_GET
@public(WHY)
def case(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, token, links.open_case(token))


def _page(
    request: HttpRequest, token: str, case: Case, where: str = "", error: SuhuiError | None = None
) -> HttpResponse:
    at = now()
    context = {
        "case": case,
        "token": token,
        "state": following.STATE_WORDS.get(case.state, ""),
        "lines": following.story(case, at),
        "promised": following.promised(case),
        "proposal": following.offered(case),
        "may_rate": following.may_rate(case),
        "at": at,
        "where": where,
        "error": str(error.message) if error else "",
        "fields": getattr(error, "fields", {}),
        "given": {name: request.POST.get(name, "") for name in ("text", "words")} if error else {},
        "most": asking.MOST_PHOTOS,
        "photo_limit": asking.PHOTO_LIMIT,
        "longest": asking.LONGEST,
    }
    return render(request, "portal/case.html", context, status=error.status if error else 200)


@never_cache
@require_http_methods(POSTED)
@public(WHY)
def say(request: HttpRequest, token: str) -> HttpResponse:
    """More words or photos on the case."""
    found = links.open_case(token)
    if request.method == "POST":
        uploads = request.FILES.getlist("photos") + request.FILES.getlist("camera")
        try:
            text = request.POST.get("text", "")
            following.say(case=found, text=text, uploads=uploads, address=address_of(request), at=now())
        except SuhuiError as error:
            return _page(request, token, found, "say", error)
    return pages.go(reverse("portal:case", args=[token]))


@never_cache
@require_http_methods(POSTED)
@public(WHY)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Agree to the proposal, or say why not."""
    found = links.open_case(token)
    if request.method == "POST":
        raw = request.POST.get("proposal", "")
        try:
            following.answer(
                case=found,
                proposal_id=int(raw) if raw.isdecimal() and len(raw) < 18 else 0,
                accepted=request.POST.get("answer") == "yes",
                words=request.POST.get("words", ""),
                at=now(),
            )
        except SuhuiError as error:
            return _page(request, token, found, "answer", error)
    return pages.go(reverse("portal:case", args=[token]))


@never_cache
@require_http_methods(POSTED)
@public(WHY)
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """One to five stars and words."""
    found = links.open_case(token)
    if request.method == "POST":
        try:
            stars, words = request.POST.get("stars", ""), request.POST.get("words", "")
            following.rate(case=found, stars=stars, words=words, at=now())
        except SuhuiError as error:
            return _page(request, token, found, "rate", error)
    return pages.go(reverse("portal:case", args=[token]))
