"""People: the list, one person, their posts and passwords."""

import secrets

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.organisation import access, selectors
from suhui.platform.organisation.selectors import PeopleFilter
from suhui.platform.organisation.ui.forms import (
    FirstPasswordForm,
    NewPersonForm,
    OwnPasswordForm,
    PersonForm,
    PostForm,
)
from suhui.platform.people import access as people
from suhui.platform.people import open_work, services
from suhui.platform.people.access import scope
from suhui.platform.people.doors import Request, requires, signed_in
from suhui.platform.people.models import Branch, Department, Role, User
from suhui.platform.people.permissions import Perm

_GIVEN = "given_password"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are misread when a password is told on the phone."""


def role_choices() -> list[tuple[int, str]]:
    """Every post in the reader's language, in the house's order."""
    return [(role.pk, role_name(role)) for role in Role.objects.all()[:200]]


def role_name(role: Role) -> str:
    chinese = (get_language() or "").startswith("zh")
    return role.name if chinese else role.english_name or role.name


def _page(user: User) -> HttpResponse:
    return pages.go(reverse("organisation:person", args=[user.pk]))


def _number(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isdecimal() and len(raw) < 15 else None


def _suggested_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _sign in range(4)) for _part in range(3))


@require_safe
@requires(Perm.ORG_VIEW)
def everybody(request: Request) -> HttpResponse:
    chosen = PeopleFilter(
        text=request.GET.get("q", "")[:60],
        branch_id=_number(request.GET.get("branch")),
        role_id=_number(request.GET.get("role")),
        state=request.GET.get("state", ""),
    )
    page = pages.paginate(selectors.people_list(chosen, now()), request)
    context = {
        "page": page,
        "keep": pages.keep(request),
        "chosen": chosen,
        "branches": selectors.branch_choices(people.Scope(request.user.pk, everything=True)),
        "roles": role_choices(),
        "role_name": role_name,
        "may_add": request.user.may(Perm.ORG_MANAGE),
    }
    return pages.render(request, "organisation/people.html", context)


def _branches(user: User) -> list[tuple[int, str]]:
    return selectors.branch_choices(scope(user, Perm.ORG_MANAGE))


def _departments(branch_ids: list[int]) -> list[tuple[int, str]]:
    rows = Department.objects.filter(branch_id__in=branch_ids).select_related("branch")[:1000]
    return [(row.pk, f"{row.name} · {row.branch.name}") for row in rows]


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def add(request: Request) -> HttpResponse:
    branches = _branches(request.user)
    form = NewPersonForm(
        request.POST or None,
        branches=branches,
        departments=_departments([pk for pk, _name in branches]),
        roles=role_choices(),
        initial={"branch": _number(request.GET.get("branch")), "password": _suggested_password()},
    )
    if form.is_valid():
        with pages.errors_into(form):
            added = _added(request, form)
            _show_once(request, added, form.cleaned_data["password"])
            return _page(added)
    return pages.render_form(request, "organisation/person_form.html", form, {"person": None})


def _added(request: Request, form: NewPersonForm) -> User:
    given = dict(form.cleaned_data)
    branch = people.get_branch(request.user, given.pop("branch"))
    access.demand_manage(request.user, branch.pk)
    role = access.get_role(request.user, given.pop("role"))
    department = _department(request, given.pop("department"))
    by = Actor.staff(request.user)
    return services.add_person(branch=branch, department=department, roles=[role], by=by, **given)


def _department(request: Request, department_id: int | None) -> Department | None:
    return people.get_department(request.user, department_id) if department_id else None


@require_safe
@requires(Perm.ORG_VIEW)
def person(request: Request, user_id: int) -> HttpResponse:
    """Who they are, what they may do, when they are away, how they could be reached."""
    colleague = people.get_colleague(request.user, user_id)
    may_manage = access.may_manage(request.user, colleague.branch_id)
    context = {
        "person": colleague,
        "posts": list(colleague.posts.select_related("role", "branch").order_by("role__order")),
        "role_name": role_name,
        "absences": selectors.absences_of(colleague),
        "may_manage": may_manage,
        "may_absence": access.may_enter_absence(request.user, colleague),
        "history": selectors.presence_history(colleague)
        if may_manage or _supervises(request.user, colleague)
        else None,
        "open_work": open_work.counts(colleague) if may_manage else [],
        "password_form": FirstPasswordForm(initial={"password": _suggested_password()}),
        "post_form": _post_form(request) if may_manage else None,
        "given": _shown_once(request, colleague),
        "at": now(),
    }
    return pages.render(request, "organisation/person.html", context)


def _show_once(request: Request, colleague: User, password: str) -> None:
    """Let the next look at the person's page show the password that was just given: it has to be told to them."""
    request.session[_GIVEN] = [colleague.pk, password]


def _shown_once(request: Request, colleague: User) -> str:
    for_whom, password = request.session.pop(_GIVEN, None) or (0, "")
    return password if for_whom == colleague.pk else ""


def _supervises(user: User, colleague: User) -> bool:
    return user.pk == colleague.pk or scope(user, Perm.SUPERVISE).covers(branch_id=colleague.branch_id)


def _post_form(request: Request) -> PostForm:
    return PostForm(request.POST or None, roles=role_choices(), branches=_branches(request.user))


def _managed(request: Request, user_id: int) -> User:
    colleague = people.get_colleague(request.user, user_id)
    access.demand_manage(request.user, colleague.branch_id)
    return colleague


@require_http_methods(["GET", "POST"])
@requires(Perm.ORG_MANAGE)
def change(request: Request, user_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    branches = _branches(request.user)
    names = ("name", "staff_number", "phone", "email")
    initial = {name: getattr(colleague, name) for name in names}
    initial |= {"branch": colleague.branch_id, "department": colleague.department_id}
    departments = _departments([pk for pk, _name in branches])
    form = PersonForm(request.POST or None, branches=branches, departments=departments, initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            given = dict(form.cleaned_data)
            branch = people.get_branch(request.user, given.pop("branch"))
            access.demand_manage(request.user, branch.pk)
            department = _department(request, given.pop("department"))
            by = Actor.staff(request.user)
            return _page(services.change_person(user=colleague, branch=branch, department=department, by=by, **given))
    return pages.render_form(request, "organisation/person_form.html", form, {"person": colleague})


def _held(colleague: User) -> list[tuple[Role, Branch]]:
    return [(post.role, post.branch) for post in colleague.posts.select_related("role", "branch")]


@require_POST
@requires(Perm.ORG_MANAGE)
def add_post(request: Request, user_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    form = _post_form(request)
    if form.is_valid():
        role = access.get_role(request.user, form.cleaned_data["role"])
        branch = people.get_branch(request.user, form.cleaned_data["branch"])
        services.set_posts(user=colleague, posts=[*_held(colleague), (role, branch)], by=Actor.staff(request.user))
    return _page(colleague)


@require_POST
@requires(Perm.ORG_MANAGE)
def remove_post(request: Request, user_id: int, post_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    gone = colleague.posts.select_related("role", "branch").filter(pk=post_id).first()
    if gone is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    kept = [pair for pair in _held(colleague) if pair != (gone.role, gone.branch)]
    services.set_posts(user=colleague, posts=kept, by=Actor.staff(request.user))
    return _page(colleague)


@require_POST
@requires(Perm.ORG_MANAGE)
def first_password(request: Request, user_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    password = request.POST.get("password", "")
    services.set_first_password(user=colleague, password=password, by=Actor.staff(request.user))
    _show_once(request, colleague, password)
    return _page(colleague)


@require_POST
@requires(Perm.ORG_MANAGE)
def deactivate(request: Request, user_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    knowing = request.POST.get("despite_open_work") == "on"
    services.deactivate(user=colleague, by=Actor.staff(request.user), despite_open_work=knowing)
    return _page(colleague)


@require_POST
@requires(Perm.ORG_MANAGE)
def reactivate(request: Request, user_id: int) -> HttpResponse:
    colleague = _managed(request, user_id)
    services.reactivate(user=colleague, by=Actor.staff(request.user))
    return _page(colleague)


@require_http_methods(["GET", "POST"])
@signed_in
def own_password(request: Request) -> HttpResponse:
    """Change one's own password; other open sessions end, this one stays."""
    form = OwnPasswordForm(request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            given = form.cleaned_data
            services.change_own_password(user=request.user, old=given["old"], new=given["new"])
            update_session_auth_hash(request, request.user)
            toasts.add(request, _("Your password is changed. Other devices must sign in again."))
            return pages.go("/")
    return pages.render_form(request, "organisation/password.html", form)
