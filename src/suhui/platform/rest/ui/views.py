"""Settings: one's tokens, everybody's for whoever looks after them, and the limits."""

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import access, services
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.ui.forms import LimitsForm, TokenForm

LOOKING = (".view", ".use", ".reveal")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Perm.API_USE, Perm.API_MANAGE)
def tokens(request: Request) -> HttpResponse:
    """The tokens, and a form for a new one. The answer to the form shows the secret; it is never shown again."""
    form = TokenForm(request.POST or None)
    chosen = request.POST.getlist("scopes")
    made = None
    if form.is_valid():
        with pages.errors_into(form):
            made = services.make_token(
                user=request.user,
                name=form.cleaned_data["name"],
                scopes=chosen,
                branch=form.cleaned_data["branch"],
                expires_at=form.expires_at(),
                by=Actor.staff(request.user),
            )
            form, chosen = TokenForm(), []
    looking, changing = _groups(request.user)
    context = {
        "page": pages.paginate(access.visible_to(request.user).order_by("revoked_at", "-made_at", "-pk"), request),
        "keep": pages.keep(request),
        "made": made,
        "chosen": chosen,
        "looking": looking,
        "changing": changing,
        "labels": {permission.value: permission.label for permission in Perm},
        "at": now(),
    }
    return pages.render_form(request, "rest/tokens.html", form, context)


def _groups(user: User) -> tuple[list[Perm], list[Perm]]:
    """What the person may: what only looks, and what changes something."""
    held = [permission for permission in Perm if user.may(permission)]
    looking = [permission for permission in held if permission.value.endswith(LOOKING)]
    return looking, [permission for permission in held if permission not in looking]


@require_POST
@requires(Perm.API_USE, Perm.API_MANAGE)
def revoke(request: Request, token_id: int) -> HttpResponse:
    token = access.get_token(request.user, token_id)
    services.revoke_token(token=token, by=Actor.staff(request.user))
    return pages.go(reverse("rest:tokens"))


@require_http_methods(["GET", "POST"])
@requires(Perm.API_MANAGE)
def limits(request: Request) -> HttpResponse:
    """How many calls a token may make in a minute, by pace."""
    form = LimitsForm(request.POST or None)
    if form.is_valid():
        with pages.errors_into(form), transaction.atomic():
            for pace in Pace.values:
                services.change_limit(pace=pace, per_minute=form.cleaned_data[pace], by=Actor.staff(request.user))
            return pages.go(reverse("rest:tokens"))
    return pages.render_form(request, "rest/limits.html", form)
