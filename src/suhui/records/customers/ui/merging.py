from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused
from suhui.platform.desk import pages, toasts
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.customers import access, merging, selectors

FOUND = 20


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_MERGE)
def choose(request: Request, customer_id: int) -> HttpResponse:
    """Choose the other one and merge; the customer of this page is the one that stays."""
    winner = access.get_customer(request.user, customer_id, Perm.CUSTOMER_MERGE)
    raw = request.POST.get("other") or request.GET.get("other", "")
    other = access.get_customer(request.user, int(raw), Perm.CUSTOMER_MERGE) if raw.isdecimal() else None
    if request.method == "POST":
        if other is None:
            raise Refused(_("Choose the customer to merge first."))
        if request.POST.get("stays") == "other":
            winner, other = other, winner
        offer = merging.merge(winner=winner, loser=other, by=request.user)
        toasts.add(request, offer.text, undo=offer)
        return pages.go(reverse("customers:customer", args=[winner.pk]))
    text = request.GET.get("q", "").strip()[:80]
    rows = selectors.with_main_facts(access.visible_to(request.user, Perm.CUSTOMER_MERGE))
    rows = selectors.matching(rows.filter(merged_into=None).exclude(pk=winner.pk), text)
    context = {
        "customer": winner,
        "other": other,
        "facts": selectors.facts_of(winner),
        "other_facts": selectors.facts_of(other) if other else None,
        "text": text,
        "found": list(rows[:FOUND]) if text and other is None else [],
        "hints": selectors.duplicates_of(winner, request.user) if other is None else [],
    }
    return render(request, "customers/merge.html", context)


@require_POST
@requires(Perm.CUSTOMER_MERGE)
def part(request: Request, customer_id: int) -> HttpResponse:
    """Take the last merge into this customer back, within 24 hours, whoever made it."""
    winner = access.get_customer(request.user, customer_id, Perm.CUSTOMER_MERGE)
    last = merging.recent_merge(winner, now())
    if last is None:
        raise Refused(_("There is no merge to take back any more."))
    loser = merging.part(merge=last, by=Actor.staff(request.user))
    toasts.add(request, _("%(number)s stands on its own again.") % {"number": loser.number})
    return pages.go(reverse("customers:customer", args=[winner.pk]))
