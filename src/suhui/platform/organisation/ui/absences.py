"""Who is away, entered and ended."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.desk import pages
from suhui.platform.organisation import access
from suhui.platform.organisation.ui.forms import DATETIME, AbsenceForm
from suhui.platform.people import access as people
from suhui.platform.people import selectors, services
from suhui.platform.people.doors import Request, signed_in
from suhui.platform.people.models import User

OFFERED = 300


@require_http_methods(["GET", "POST"])
@signed_in
def begin(request: Request, user_id: int) -> HttpResponse:
    """Enter an absence with its stand-in; it begins and ends by itself."""
    colleague = people.get_colleague(request.user, user_id)
    access.demand_enter_absence(request.user, colleague)
    today = local(now()).replace(minute=0, second=0, microsecond=0)
    initial = {
        "starts_at": today.strftime(DATETIME),
        "ends_at": (today.replace(hour=18) + timedelta(days=1)).strftime(DATETIME),
    }
    form = AbsenceForm(request.POST or None, people=_stand_ins(colleague), initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            given = dict(form.cleaned_data)
            chosen = given.pop("stand_in")
            stand_in = people.get_colleague(request.user, chosen) if chosen else None
            services.begin_absence(user=colleague, stand_in=stand_in, by=Actor.staff(request.user), **given)
            return pages.go(reverse("organisation:person", args=[colleague.pk]))
    return pages.render_form(request, "organisation/absence_form.html", form, {"person": colleague})


def _stand_ins(colleague: User) -> list[tuple[int, str]]:
    """Colleagues of the same branch first."""
    found = selectors.colleagues("", branch=colleague.branch, limit=OFFERED)
    return [(person.pk, f"{person.name} · {person.branch.name}") for person in found if person.pk != colleague.pk]


@require_POST
@signed_in
def end(request: Request, absence_id: int) -> HttpResponse:
    absence = access.get_absence(request.user, absence_id)
    services.end_absence(absence=absence, by=Actor.staff(request.user))
    return pages.go(reverse("organisation:person", args=[absence.user_id]))
