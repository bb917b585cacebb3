from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.desk import pages
from suhui.platform.notifications import access, selectors, services
from suhui.platform.people.doors import Request, signed_in

ON_THE_BELL = 8


@require_safe
@signed_in
def bell(request: Request) -> HttpResponse:
    """The bell in the top bar: how many lines wait, and the newest of them."""
    lines = list(selectors.newest(request.user)[:ON_THE_BELL])
    context = {"lines": lines, "unread": selectors.unread_count(request.user), "many": selectors.MANY}
    return pages.render(request, "notifications/_bell.html", context)


@require_safe
@signed_in
def everything(request: Request) -> HttpResponse:
    unread_only = request.GET.get("unread") == "1"
    page = pages.paginate(selectors.newest(request.user, unread_only=unread_only), request)
    context = {
        "page": page,
        "keep": pages.keep(request),
        "unread_only": unread_only,
        "unread": selectors.unread_count(request.user),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return pages.render(request, f"notifications/{'_list' if fragment else 'list'}.html", context)


@require_POST
@signed_in
def open_one(request: Request, notification_id: int) -> HttpResponse:
    """Mark a line read and go where it leads."""
    line = access.get_notification(request.user, notification_id)
    services.mark_read(user=request.user, ids=[line.pk])
    inside = url_has_allowed_host_and_scheme(line.url, allowed_hosts={request.get_host()})
    return pages.go(line.url if inside and line.url else reverse("notifications:list"))


@require_POST
@signed_in
def read_all(request: Request) -> HttpResponse:
    services.mark_read(user=request.user)
    return pages.go(reverse("notifications:list"))
