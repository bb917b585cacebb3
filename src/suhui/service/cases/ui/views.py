"""The menu of views (CAS-9): keep a filter under a name, rename and share it, order the menu, choose which opens."""

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, selectors, services
from suhui.service.cases.selectors.lists import Filter, View, chips


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.CASE_VIEW)
def views(request: Request) -> HttpResponse:
    """GET: all views of this person. POST: keep the present filter under a name."""
    if request.method == "POST":
        return _keep(request)
    user = request.user
    rows = selectors.views_for(user)
    context = {
        "rows": [(view, [chip.text for chip in chips(user, view.wanted)]) for view in rows],
        "first": selectors.first_view(user, rows).key,
        "counts": selectors.counts_of(user, rows, now()),
        "may_share": user.may(Perm.SUPERVISE),
    }
    return pages.render(request, "cases/views.html", context)


def _keep(request: Request) -> HttpResponse:
    given = QueryDict(request.POST.get("query", ""))
    wanted = Filter.read(given)
    if not wanted.as_query():
        rows = selectors.views_for(request.user)
        shown = next((view for view in rows if view.key == given.get("view")), None)
        wanted = (shown or selectors.first_view(request.user, rows)).wanted
    view = services.save_view(
        user=request.user,
        name=request.POST.get("name", ""),
        query=wanted.as_query(),
        shared=request.POST.get("shared") == "on",
    )
    return pages.go(f"{reverse('cases:list')}?view=saved-{view.pk}")


@require_POST
@requires(Perm.CASE_VIEW)
def change(request: Request, view_id: int) -> HttpResponse:
    view = access.get_view(request.user, view_id)
    name, shared = request.POST.get("name", ""), request.POST.get("shared") == "on"
    services.change_view(view=view, user=request.user, name=name, shared=shared)
    return pages.go(reverse("cases:views"))


@require_POST
@requires(Perm.CASE_VIEW)
def drop(request: Request, view_id: int) -> HttpResponse:
    services.drop_view(view=access.get_view(request.user, view_id), user=request.user)
    return pages.go(reverse("cases:views"))


@require_POST
@requires(Perm.CASE_VIEW)
def move(request: Request) -> HttpResponse:
    """One place up or down in the menu."""
    rows = selectors.views_for(request.user)
    keys = [view.key for view in rows]
    at = keys.index(_named(request, rows).key)
    to = max(0, min(len(keys) - 1, at + (-1 if request.POST.get("way") == "up" else 1)))
    keys.insert(to, keys.pop(at))
    services.order_views(user=request.user, keys=keys)
    return pages.go(reverse("cases:views"))


@require_POST
@requires(Perm.CASE_VIEW)
def first(request: Request) -> HttpResponse:
    """The list opens with this view."""
    view = _named(request, selectors.views_for(request.user))
    services.open_first(user=request.user, key=view.key)
    return pages.go(reverse("cases:views"))


def _named(request: Request, rows: list[View]) -> View:
    found = next((view for view in rows if view.key == request.POST.get("key")), None)
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
