"""Posts as a matrix: what each may do and how far it reaches."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.desk import pages
from suhui.platform.organisation import access
from suhui.platform.organisation.choices import permission_groups
from suhui.platform.organisation.ui.forms import RoleForm
from suhui.platform.organisation.ui.people import role_name
from suhui.platform.people import services
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Post, Role
from suhui.platform.people.permissions import Perm


def _page(role: Role) -> HttpResponse:
    return pages.go(reverse("organisation:role", args=[role.pk]))


@require_safe
@requires(Perm.ORG_VIEW)
def matrix(request: Request) -> HttpResponse:
    """Posts × permissions; one press gives or takes. Who may not change it reads it."""
    holders = Count("posts", filter=Q(posts__user__is_active=True))
    context = {
        "roles": list(Role.objects.annotate(holders=holders).order_by("order", "code")[:100]),
        "role_name": role_name,
        "groups": permission_groups(),
        "may_manage": request.user.may(Perm.ROLE_MANAGE),
    }
    return pages.render(request, "organisation/roles.html", context)


@require_POST
@requires(Perm.ROLE_MANAGE)
def toggle(request: Request, role_id: int) -> HttpResponse:
    """One cell of the matrix: POST `permission` and `granted` (1 or 0)."""
    role = access.get_role(request.user, role_id)
    permission = request.POST.get("permission", "")
    granted = request.POST.get("granted") == "1"
    role = services.set_permission(role=role, permission=permission, granted=granted, by=Actor.staff(request.user))
    known = next(entry for entry in Perm if entry.value == permission)
    context = {"role": role, "permission": known, "role_name": role_name, "may_manage": True}
    return pages.render(request, "organisation/_cell.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.ROLE_MANAGE)
def add(request: Request) -> HttpResponse:
    form = RoleForm(request.POST or None, initial={"reach": "branch"})
    chosen = request.POST.getlist("permissions")
    if form.is_valid():
        with pages.errors_into(form):
            by = Actor.staff(request.user)
            return _page(services.add_role(permissions=chosen, by=by, **form.cleaned_data))
    context = {"role": None, "groups": permission_groups(), "chosen": chosen, "holders": []}
    return pages.render_form(request, "organisation/role.html", form, context)


@require_http_methods(["GET", "POST"])
@requires(Perm.ROLE_MANAGE)
def role(request: Request, role_id: int) -> HttpResponse:
    held = access.get_role(request.user, role_id)
    initial = {"name": held.name, "english_name": held.english_name, "reach": held.reach}
    form = RoleForm(request.POST or None, initial=initial)
    chosen = request.POST.getlist("permissions") if request.method == "POST" else held.permissions
    if form.is_valid():
        with pages.errors_into(form):
            by = Actor.staff(request.user)
            services.change_role(role=held, permissions=chosen, by=by, **form.cleaned_data)
            return pages.go(reverse("organisation:roles"))
    posts = Post.objects.filter(role=held, user__is_active=True).select_related("user", "branch")
    context = {
        "role": held,
        "role_name": role_name,
        "groups": permission_groups(),
        "chosen": chosen,
        "holders": list(posts.order_by("branch__path", "user__pinyin")[:100]),
    }
    return pages.render_form(request, "organisation/role.html", form, context)


@require_POST
@requires(Perm.ROLE_MANAGE)
def reset(request: Request, role_id: int) -> HttpResponse:
    held = access.get_role(request.user, role_id)
    return _page(services.reset_role(role=held, by=Actor.staff(request.user)))


@require_POST
@requires(Perm.ROLE_MANAGE)
def remove(request: Request, role_id: int) -> HttpResponse:
    held = access.get_role(request.user, role_id)
    services.remove_role(role=held, by=Actor.staff(request.user))
    return pages.go(reverse("organisation:roles"))
