from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suhui.platform.core.clock import now
from suhui.platform.core.errors import SuhuiError
from suhui.platform.desk import pages
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import public
from suhui.platform.privacy import masks
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import asking, links, tracking, troubles
from suhui.screens.portal.choices import Side
from suhui.screens.portal.models import Inquiry
from suhui.screens.portal.ui.visitors import address_of, visitor_of

WHY = "customers track, ask and complain without an account"


@never_cache
@require_GET
@public(WHY)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", _home(request))


def _home(request: HttpRequest) -> dict[str, object]:
    at = now()
    mine = asking.of_visitor(visitor_of(request), at)
    return {
        "begun": [inquiry for inquiry in mine if inquiry.sent_at is None and at - inquiry.changed_at < asking.KEPT],
        "sent": [(inquiry, links.case_link(inquiry.case)) for inquiry in mine if _followed(inquiry) and inquiry.case],
        "parcels": tracking.passes(request.session, at),
        "number": request.GET.get("number", "")[:40],
        "error": "",
        "fields": {},
    }


def _followed(inquiry: Inquiry) -> bool:
    return inquiry.sent_at is not None and asking.may_follow(inquiry)


@never_cache
@require_http_methods(["GET", "POST"])
@public(WHY)
def track(request: HttpRequest) -> HttpResponse:
    """Number and phone digits; right ones open the parcel in this browser for twelve hours."""
    if request.method != "POST":
        return pages.go(reverse("portal:home"))
    at = now()
    number, tail = request.POST.get("number", ""), request.POST.get("tail", "")
    try:
        waybill = tracking.check(number=number, tail=tail, address=address_of(request), at=at)
    except SuhuiError as error:
        said = {"number": number[:40], "error": str(error.message), "fields": getattr(error, "fields", {})}
        return render(request, "portal/home.html", {**_home(request), **said}, status=error.status)
    tracking.give_pass(request.session, waybill, tracking.side_of(waybill, tail), at)
    return pages.go(reverse("portal:parcel", args=[waybill.pk]))


@never_cache
@require_GET
@public(WHY)
def parcel(request: HttpRequest, waybill_id: int) -> HttpResponse:
    """The parcel's story, behind its pass."""
    waybill, side = tracking.with_pass(request.session, waybill_id, now())
    scans = tracking.story(waybill)
    context = {
        "waybill": waybill,
        "side": side,
        "scans": scans,
        "facts": _facts(waybill, side),
        "troubles": troubles.troubles(waybill, side, now()),
        "late": bool(waybill.promised_at and not waybill.final and waybill.promised_at < now()),
    }
    return render(request, "portal/parcel.html", context)


def _facts(waybill: Waybill, side: Side) -> list[tuple[str, str]]:
    """Masked, and only what helps to know that it is the right parcel."""
    return [
        (_("Carrier"), str(waybill.carrier)),
        (_("Sent to"), masks.mask_name(waybill.recipient_name)),
        (_("Address"), masks.mask_address(waybill.recipient_address)),
        (_("Sent by"), masks.mask_name(waybill.sender_name)),
        (_("Pieces"), str(waybill.pieces) if waybill.pieces > 1 else ""),
    ]


@require_POST
@public(WHY)
def leave(request: HttpRequest, waybill_id: int) -> HttpResponse:
    """On somebody else's phone: close the parcel in this browser."""
    tracking.take_pass(request.session, waybill_id)
    return pages.go(reverse("portal:home"))


@require_POST
@public(WHY)
def language(request: HttpRequest) -> HttpResponse:
    """Read the pages in the other language."""
    wanted = request.POST.get("to", "")
    back = request.POST.get("back", "")
    inside = back.startswith(reverse("portal:home")) and "\\" not in back and "//" not in back
    response = pages.go(back if inside else reverse("portal:home"))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax")
    return response
