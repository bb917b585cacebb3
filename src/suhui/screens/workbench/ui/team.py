from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from suhui.engines.tasks import access as task_access
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages, toasts
from suhui.platform.people.access import get_colleague
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.screens.workbench import services
from suhui.screens.workbench import team as teams
from suhui.service.cases.topics import watched_by


@require_safe
@requires(Perm.SUPERVISE)
def page(request: Request) -> HttpResponse:
    """Late, soon late, load per person, who is away."""
    return pages.render(request, "workbench/team.html", _context(request))


@require_safe
@requires(Perm.SUPERVISE)
def board(request: Request) -> HttpResponse:
    return pages.render(request, "workbench/_board.html", _context(request))


def _context(request: Request) -> dict[str, Any]:
    at = now()
    show = request.GET.get("show", "late")
    raw = request.GET.get("person", "")
    person = int(raw) if raw.isdecimal() and len(raw) < 18 else None
    found = teams.board(request.user, at, show=show if show in teams.SHOWS else "late", person=person)
    chosen = next((load.user for load in found.loads if load.user.pk == person), None)
    return {
        "board": found,
        "show": "" if person else show,
        "person": chosen,
        "person_id": person,
        "at": at,
        "keep": pages.keep(request),
        "topics": " ".join([*watched_by(request.user), *task_access.watched_by(request.user, team=True)]),
    }


@require_safe
@requires(Perm.SUPERVISE)
def colleagues(request: Request) -> HttpResponse:
    """Whom one piece of work could go to, as a menu: the own branch before others, the less loaded first."""
    key, at = request.GET.get("key", "")[:40], now()
    busy = {load.user.pk: load for load in teams.board(request.user, at, show="none").loads}
    people = teams.takers(request.user, key, at)
    here = request.user.branch_id
    people.sort(key=lambda one: (one.branch_id != here, busy[one.pk].open if one.pk in busy else 0, one.pinyin))
    context: dict[str, Any] = {"people": people[:40], "loads": busy, "key": key, "here": here}
    context["keep"] = request.GET.get("keep", "")[:200]
    return pages.render(request, "workbench/_colleagues.html", context)


@require_POST
@requires(Perm.SUPERVISE)
def reassign(request: Request) -> HttpResponse:
    raw = request.POST.get("to", "")
    if not raw.isdecimal():
        raise BadInput(_("Choose a colleague."), {"to": _("Choose a colleague.")})
    to = get_colleague(request.user, int(raw))
    done = services.reassign(keys=request.POST.getlist("picked"), to=to, user=request.user)
    if done.undo is not None:
        toasts.add(request, done.undo.text, undo=done.undo)
    for sentence in done.refused[:3]:
        toasts.add(request, sentence, level="urgent")
    return _back(request)


@require_POST
@requires(Perm.SUPERVISE)
def chase(request: Request) -> HttpResponse:
    note = request.POST.get("note", "")
    done = services.chase(keys=request.POST.getlist("picked"), user=request.user, note=note)
    text = ngettext("Chased %(count)s piece of work", "Chased %(count)s pieces of work", done.count)
    toasts.add(request, text % {"count": done.count})
    return _back(request)


def _back(request: Request) -> HttpResponse:
    keep = request.POST.get("keep", "")
    return pages.go(reverse("workbench:team") + (f"?{keep}" if keep else ""))
