from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from suhui.platform.core.clock import now
from suhui.platform.desk.pages import keep, paginate, render
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import selectors, services
from suhui.platform.privacy.choices import Reason


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Perm.PERSONAL_DATA_REVEAL)
def reveal(request: Request) -> HttpResponse:
    """GET: the short list of reasons. POST: the value as a fragment, written down with who, when and why."""
    if request.method != "POST":
        context = {
            "key": request.GET.get("key", ""),
            "field": request.GET.get("field", ""),
            "reasons": Reason.choices,
        }
        return render(request, "privacy/_reasons.html", context)
    value = services.reveal(
        user=request.user,
        key=request.POST.get("key", ""),
        field=request.POST.get("field", ""),
        reason=request.POST.get("reason", ""),
    )
    return render(request, "privacy/_value.html", {"value": value})


@require_GET
@requires(Perm.SUPERVISE)
def reveals(request: Request) -> HttpResponse:
    """Who looked at whose data, for those who supervise them."""
    rows = selectors.visible_to(request.user)
    reason = request.GET.get("reason", "")
    if reason in Reason.values:
        rows = rows.filter(reason=reason)
    raw = request.GET.get("person", "")
    person_rows = rows.filter(user_id=int(raw)) if raw.isdecimal() and len(raw) < 18 else None
    page = paginate(rows if person_rows is None else person_rows, request)
    return render(
        request,
        "privacy/reveals.html",
        {
            "page": page,
            "counts": selectors.counts(request.user, now()),
            "reason": reason,
            "reasons": Reason.choices,
            "person": page.rows[0].user if person_rows is not None and page.rows else None,
            "keep": keep(request),
            "keep_without_person": keep(request, "person"),
        },
    )
