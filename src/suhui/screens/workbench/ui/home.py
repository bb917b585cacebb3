from django.http import HttpResponse
from django.views.decorators.http import require_safe

from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.screens.workbench import day as days


@require_safe
@requires(Perm.WORKBENCH_USE)
def home(request: Request) -> HttpResponse:
    return pages.render(request, "workbench/home.html", _context(request))


@require_safe
@requires(Perm.WORKBENCH_USE)
def day(request: Request) -> HttpResponse:
    """The list alone, for its live refresh."""
    return pages.render(request, "workbench/_day.html", _context(request))


def _context(request: Request) -> dict[str, object]:
    at = now()
    user = request.user
    whole = request.GET.get("all") == "1"
    topics = f"user:{user.pk} desk:{user.pk} tasks:{user.branch_id}"
    return {"day": days.read(user, at, whole=whole), "at": at, "topics": topics, "whole": whole}
