from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing, SuhuiError
from suhui.platform.desk import pages
from suhui.platform.desk.pages import render
from suhui.platform.files import services as storing
from suhui.platform.people.doors import public
from suhui.platform.privacy import masks
from suhui.screens.portal import asking, following, links, tracking
from suhui.screens.portal.choices import Remedy, Side, Step
from suhui.screens.portal.models import Inquiry
from suhui.screens.portal.ui.views import WHY
from suhui.screens.portal.ui.visitors import address_of, new_visitor, remember, visitor_of

FIELDS = ("about", "text", "remedy", "remedy_words", "phone", "name")


@require_http_methods(["GET", "POST"])
@public(WHY)
def begin(request: HttpRequest) -> HttpResponse:
    """Start to write to us, about a parcel this browser may see or about nothing in particular."""
    if request.method != "POST":
        return pages.go(reverse("portal:home"))
    at, visitor = now(), visitor_of(request) or new_visitor()
    waybill, side = None, Side.NOBODY
    raw = request.POST.get("waybill", "")
    if raw.isdecimal() and len(raw) < 18:
        waybill, side = tracking.with_pass(request.session, int(raw), at)
    inquiry = asking.begin(visitor=visitor, waybill=waybill, side=side, at=at)
    about = request.POST.get("about", "")
    if about:
        asking.answer(inquiry=inquiry, step=Step.ABOUT, given={"about": about}, at=at)
    response = pages.go(reverse("portal:question", args=[inquiry.pk, inquiry.step]))
    return remember(response, visitor, secure=request.is_secure())


@never_cache
@require_http_methods(["GET", "POST"])
@public(WHY)
def question(request: HttpRequest, inquiry_id: UUID, step: str) -> HttpResponse:
    """One question a page. POST keeps the answer and leads on; the last one sends."""
    inquiry = asking.get(visitor=visitor_of(request), inquiry_id=inquiry_id)
    if inquiry.sent_at is not None:
        return pages.go(reverse("portal:sent", args=[inquiry.pk]))
    if step not in asking.steps(inquiry):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    asked = Step(step)
    if request.method != "POST":
        missing = asking.missing(inquiry) if asked == Step.CHECK else None
        if missing is not None:
            return pages.go(reverse("portal:question", args=[inquiry.pk, missing]))
        return _page(request, inquiry, asked)
    try:
        return _take(request, inquiry, asked)
    except SuhuiError as error:
        return _page(request, inquiry, asked, error)


def _take(request: HttpRequest, inquiry: Inquiry, step: Step) -> HttpResponse:
    at, address = now(), address_of(request)
    if step == Step.PHOTOS and request.FILES:
        uploads = request.FILES.getlist("photos") + request.FILES.getlist("camera")
        asking.add_photos(inquiry=inquiry, uploads=uploads, address=address, at=at)
        return pages.go(reverse("portal:question", args=[inquiry.pk, step]))
    if step == Step.CHECK:
        if not request.POST.get("website"):
            asking.send(inquiry=inquiry, address=address, at=at)
        return pages.go(reverse("portal:sent", args=[inquiry.pk]))
    given = {name: request.POST.get(name, "") for name in FIELDS}
    following_step = asking.answer(inquiry=inquiry, step=step, given=given, at=at)
    return pages.go(reverse("portal:question", args=[inquiry.pk, following_step]))


def _page(request: HttpRequest, inquiry: Inquiry, step: Step, error: SuhuiError | None = None) -> HttpResponse:
    steps = asking.steps(inquiry)
    at = steps.index(step)
    context = {
        "inquiry": inquiry,
        "step": step,
        "number": at + 1,
        "total": len(steps),
        "before": steps[at - 1] if at else None,
        "error": str(error.message) if error else "",
        "fields": getattr(error, "fields", {}),
        "given": {name: request.POST.get(name, "") for name in FIELDS} if error else {},
        "categories": asking.categories() if step == Step.ABOUT else [],
        "remedies": Remedy.choices,
        "photos": _photos(inquiry) if step in {Step.PHOTOS, Step.CHECK} else [],
        "known_phone": asking.known_phone_masked(inquiry),
        "own_phone": masks.mask_phone(inquiry.phone),
        "own_name": masks.mask_name(inquiry.name),
        "most": asking.MOST_PHOTOS,
        "photo_limit": asking.PHOTO_LIMIT,
        "longest": asking.LONGEST,
    }
    return render(request, "portal/question.html", context, status=error.status if error else 200)


def _photos(inquiry: Inquiry) -> list[tuple[UUID, str]]:
    minutes = following.LINK_MINUTES
    return [(file.pk, storing.signed_link(file, minutes, thumb=True)) for file in asking.photos(inquiry)]


@require_POST
@public(WHY)
def keep(request: HttpRequest, inquiry_id: UUID) -> HttpResponse:
    """Half-written words, sent by a script while somebody types."""
    inquiry = asking.get(visitor=visitor_of(request), inquiry_id=inquiry_id)
    asking.keep_words(inquiry=inquiry, text=request.POST.get("text", ""), at=now())
    return HttpResponse(status=204)


@require_POST
@public(WHY)
def remove_photo(request: HttpRequest, inquiry_id: UUID, file_id: UUID) -> HttpResponse:
    inquiry = asking.get(visitor=visitor_of(request), inquiry_id=inquiry_id)
    asking.remove_photo(inquiry=inquiry, file_id=file_id)
    return pages.go(reverse("portal:question", args=[inquiry.pk, Step.PHOTOS]))


@require_POST
@public(WHY)
def drop(request: HttpRequest, inquiry_id: UUID) -> HttpResponse:
    asking.drop(inquiry=asking.get(visitor=visitor_of(request), inquiry_id=inquiry_id))
    return pages.go(reverse("portal:home"))


@never_cache
@require_GET
@public(WHY)
def sent(request: HttpRequest, inquiry_id: UUID) -> HttpResponse:
    """Thanks, the case's number, and the way to follow it."""
    inquiry = asking.get(visitor=visitor_of(request), inquiry_id=inquiry_id)
    if inquiry.sent_at is None:
        return pages.go(reverse("portal:home"))
    followed = asking.may_follow(inquiry)
    context = {
        "inquiry": inquiry,
        "case": inquiry.case if followed else None,
        "link": links.case_link(inquiry.case) if followed and inquiry.case else "",
        "promised": following.promised(inquiry.case) if followed and inquiry.case else [],
    }
    return render(request, "portal/sent.html", context)
