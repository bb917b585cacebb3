from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.models import HandoverItem
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.people.access import get_colleague, scope
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Absence
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import presences
from suhui.screens.workbench import team


def _get(request: Request, absence_id: int) -> Absence:
    """An absence of somebody whose work this person may hand over. Raises Missing."""
    within = scope(request.user, Perm.HANDOVER).q(branch="user__branch_id", department="user__department_id")
    found = Absence.objects.filter(within, pk=absence_id).select_related("user", "stand_in").first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


@require_safe
@requires(Perm.HANDOVER)
def absence(request: Request, absence_id: int) -> HttpResponse:
    """What the absent person holds, what went to the stand-in, and what came of it."""
    found = _get(request, absence_id)
    at = now()
    items = HandoverItem.objects.filter(absence=found).select_related("to_user").order_by("settled_at", "-id")
    out = [item for item in items if item.settled_at is None]
    stand_in = out[0].to_user if out else found.stand_in
    titles = {line.key: line for line in team.work_of(stand_in, at)} if stand_in else {}
    context = {
        "absence": found,
        "over": found.finished_at is not None,
        "held": team.work_of(found.user, at),
        "out": [(item, titles.get(f"{_KINDS.get(item.portfolio, item.portfolio)}:{item.item_id}")) for item in out],
        "back": sum(item.went_back for item in items),
        "settled": sum(item.settled_at is not None and not item.went_back for item in items),
        "colleagues": [p for p in presences(scope(request.user, Perm.HANDOVER))[:300] if p.pk != found.user_id],
    }
    return pages.render(request, "workbench/absence.html", context)


_KINDS = {"cases": "case", "tasks": "task"}


@require_POST
@requires(Perm.HANDOVER)
def hand_over(request: Request, absence_id: int) -> HttpResponse:
    """Move what the absent person still holds to the chosen stand-in."""
    found = _get(request, absence_id)
    raw = request.POST.get("to", "")
    stand_in = get_colleague(request.user, int(raw)) if raw.isdecimal() else None
    items = tasks.hand_over(absence=found, stand_in=stand_in, by=Actor.staff(request.user))
    text = ngettext("%(count)s piece of work handed over", "%(count)s pieces of work handed over", len(items))
    toasts.add(request, text % {"count": len(items)})
    return pages.go(reverse("workbench:absence", args=[found.pk]))


@require_POST
@requires(Perm.HANDOVER)
def take_back(request: Request, absence_id: int) -> HttpResponse:
    """Give back what is still open and with the stand-in."""
    found = _get(request, absence_id)
    items = tasks.give_back_work(absence=found, by=Actor.staff(request.user))
    text = ngettext("%(count)s piece of work given back", "%(count)s pieces of work given back", len(items))
    toasts.add(request, text % {"count": len(items)})
    return pages.go(reverse("workbench:absence", args=[found.pk]))
