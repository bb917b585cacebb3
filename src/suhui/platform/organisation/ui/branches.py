"""The tree and what hangs on one branch."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.desk import pages
from suhui.platform.organisation import access, selectors
from suhui.platform.organisation.choices import Function
from suhui.platform.organisation.ui.forms import BranchForm, DepartmentForm, MoveForm
from suhui.platform.people import access as people
from suhui.platform.people import services
from suhui.platform.people.access import scope
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm


def _page(branch: Branch) -> HttpResponse:
    return pages.go(reverse("organisation:branch", args=[branch.pk]))


@require_safe
@requires(Perm.ORG_VIEW)
def tree(request: Request) -> HttpResponse:
    """The tree opened at the person's own branch."""
    return _show(request, request.user.branch)


@require_safe
@requires(Perm.ORG_VIEW)
def branch(request: Request, branch_id: int) -> HttpResponse:
    return _show(request, people.get_branch(request.user, branch_id))


def _show(request: Request, branch: Branch) -> HttpResponse:
    here = User.objects.filter(branch=branch, is_active=True).select_related("presence", "department")
    functions = dict(Function.choices)
    departments = [
        (row, functions.get(row.function, row.function)) for row in branch.departments.order_by("name")[:100]
    ]
    context = {
        "branch": branch,
        "nodes": selectors.tree(branch),
        "departments": departments,
        "here": list(here.order_by("pinyin")[:50]),
        "may_manage": access.may_manage(request.user, branch.pk),
        "department_form": DepartmentForm(),
    }
    return pages.render(request, "organisation/branch.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def add(request: Request, branch_id: int) -> HttpResponse:
    """A new branch below this one."""
    parent = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, parent.pk)
    form = BranchForm(request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            by = Actor.staff(request.user)
            return _page(services.open_branch(parent=parent, by=by, **form.cleaned_data))
    return pages.render_form(request, "organisation/branch_form.html", form, {"parent": parent, "branch": None})


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def change(request: Request, branch_id: int) -> HttpResponse:
    branch = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, branch.pk)
    names = ("name", "code", "kind", "phone", "address")
    initial = {name: getattr(branch, name) for name in names}
    form = BranchForm(request.POST or None, initial=initial, root=branch.parent_id is None)
    if form.is_valid():
        with pages.errors_into(form):
            return _page(services.change_branch(branch=branch, by=Actor.staff(request.user), **form.cleaned_data))
    return pages.render_form(request, "organisation/branch_form.html", form, {"parent": None, "branch": branch})


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def move(request: Request, branch_id: int) -> HttpResponse:
    """Hang the branch, with everything below it, under another one."""
    branch = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, branch.pk)
    choices = selectors.branch_choices(scope(request.user, Perm.ORG_MANAGE), without=branch)
    form = MoveForm(request.POST or None, branches=choices, initial={"parent": branch.parent_id})
    if form.is_valid():
        parent = people.get_branch(request.user, form.cleaned_data["parent"])
        return _page(services.move_branch(branch=branch, parent=parent, by=Actor.staff(request.user)))
    below = Branch.objects.below(branch).count() - 1
    return pages.render_form(request, "organisation/branch_move.html", form, {"branch": branch, "below": below})


@require_POST
@requires(Perm.ORG_MANAGE)
def close(request: Request, branch_id: int) -> HttpResponse:
    branch = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, branch.pk)
    return _page(services.close_branch(branch=branch, by=Actor.staff(request.user)))


@require_POST
@requires(Perm.ORG_MANAGE)
def reopen(request: Request, branch_id: int) -> HttpResponse:
    branch = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, branch.pk)
    return _page(services.reopen_branch(branch=branch, by=Actor.staff(request.user)))


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def add_department(request: Request, branch_id: int) -> HttpResponse:
    branch = people.get_branch(request.user, branch_id)
    access.demand_manage(request.user, branch.pk)
    form = DepartmentForm(request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            services.add_department(branch=branch, by=Actor.staff(request.user), **form.cleaned_data)
            return _page(branch)
    return pages.render_form(request, "organisation/department_form.html", form, {"branch": branch})


@require_POST
@requires(Perm.ORG_MANAGE)
def remove_department(request: Request, department_id: int) -> HttpResponse:
    department = people.get_department(request.user, department_id)
    access.demand_manage(request.user, department.branch_id)
    services.remove_department(department=department, by=Actor.staff(request.user))
    return _page(department.branch)
