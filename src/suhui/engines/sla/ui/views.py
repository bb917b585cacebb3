from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.engines.sla import access, selectors, services, shipped
from suhui.engines.sla.models import Policy
from suhui.engines.sla.ui.forms import PolicyForm
from suhui.platform.core.actors import Actor
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@require_safe
@requires(Perm.SLA_MANAGE)
def policies(request: Request) -> HttpResponse:
    found = list(selectors.policies())
    unverified = [policy for policy in found if any(not target.verified for target in policy.targets.all())]
    return pages.render(request, "sla/list.html", {"policies": found, "unverified": unverified})


@require_http_methods(["GET", "POST"])
@requires(Perm.SLA_MANAGE)
def add(request: Request) -> HttpResponse:
    return _policy_page(request, None)


@require_http_methods(["GET", "POST"])
@requires(Perm.SLA_MANAGE)
def edit(request: Request, code: str) -> HttpResponse:
    return _policy_page(request, access.get_policy(request.user, code))


def _policy_page(request: Request, policy: Policy | None) -> HttpResponse:
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_valid():
        with pages.errors_into(form):
            services.save_policy(
                code=policy.code if policy else form.cleaned_data["code"],
                name=form.cleaned_data["name"],
                english_name=form.cleaned_data["english_name"],
                targets=form.targets(),
                escalations=form.escalations(),
                seen_version=form.cleaned_data["version"] if policy else None,
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("sla:list"))
    context = {
        "policy": policy,
        "running": selectors.running_under(policy.code) if policy else 0,
        "may_retire": policy is not None and policy.code != shipped.FALLBACK,
    }
    return pages.render_form(request, "sla/policy.html", form, context)


@require_POST
@requires(Perm.SLA_MANAGE)
def retire(request: Request, code: str) -> HttpResponse:
    services.retire_policy(policy=access.get_policy(request.user, code), by=Actor.staff(request.user))
    return pages.go(reverse("sla:list"))
