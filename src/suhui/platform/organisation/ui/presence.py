"""The presence board (ORG-4): who is there now, live."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.organisation import selectors
from suhui.platform.organisation.ui.forms import ReasonForm
from suhui.platform.people import access as people
from suhui.platform.people import services
from suhui.platform.people.access import Scope
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import BusyReason
from suhui.platform.people.permissions import Perm


@require_safe
@requires(Perm.ORG_VIEW)
def board(request: Request) -> HttpResponse:
    """The person's own branch and below, or the one asked for; a fragment when it refreshes itself."""
    raw = request.GET.get("branch", "")
    branch_id = int(raw) if raw.isdecimal() and len(raw) < 15 else request.user.branch_id
    branch = people.get_branch(request.user, branch_id)
    state = request.GET.get("state", "")
    at = now()
    context = {
        "branch": branch,
        "state": state,
        "board": selectors.board(request.user, branch, at, state),
        "keep": pages.keep(request, "state"),
        "at": at,
    }
    if request.headers.get("HX-Request") == "true":
        return pages.render(request, "organisation/_board.html", context)
    context["branches"] = selectors.branch_choices(Scope(request.user.pk, everything=True))
    context["query"] = pages.keep(request)
    context["reasons"] = BusyReason.objects.all()[:50] if request.user.may(Perm.ORG_MANAGE) else None
    context["reason_form"] = ReasonForm()
    return pages.render(request, "organisation/presence.html", context)


@require_POST
@requires(Perm.ORG_MANAGE)
def add_reason(request: Request) -> HttpResponse:
    name, english_name = request.POST.get("name", ""), request.POST.get("english_name", "")
    services.add_busy_reason(name=name, english_name=english_name, by=Actor.staff(request.user))
    return pages.go(reverse("organisation:presence"))


@require_POST
@requires(Perm.ORG_MANAGE)
def remove_reason(request: Request, reason_id: int) -> HttpResponse:
    reason = BusyReason.objects.filter(pk=reason_id).first()
    if reason is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    services.remove_busy_reason(reason=reason, by=Actor.staff(request.user))
    return pages.go(reverse("organisation:presence"))
