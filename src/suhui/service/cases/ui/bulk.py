"""Many cases at once: what to do is asked in a dialog, done to all that were picked, and can be taken back (CAS-9)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, selectors, services, sheets
from suhui.service.cases.choices import CaseState, Priority
from suhui.service.cases.models import Case, Category
from suhui.service.cases.services import Bulk
from suhui.service.cases.ui.lists import colleagues

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = (CaseState.IN_PROGRESS, CaseState.WAITING_CUSTOMER, CaseState.WAITING_DEPARTMENT, CaseState.RESOLVED)


@dataclass(frozen=True)
class Act:
    """`offered` gives what can be chosen; `run` does it to the cases with what was chosen."""

    label: Any
    verb: Any
    offered: Callable[[Request], list[tuple[str, Any]]]
    run: Callable[[Request, list[Case], str], Bulk]


def _people(request: Request) -> list[tuple[str, Any]]:
    return [
        (str(one.pk), f"{one.name} · {one.branch.name}") for one in colleagues(request.user).select_related("branch")
    ]


def _assign(request: Request, cases: list[Case], value: str) -> Bulk:
    owner = next((one for one in colleagues(request.user) if str(one.pk) == value), None)
    if owner is None:
        raise BadInput(_("Choose a colleague."))
    return services.assign_all(cases=cases, owner=owner, user=request.user)


def _move(request: Request, cases: list[Case], value: str) -> Bulk:
    if value not in STATES:
        raise BadInput(_("Choose a state."))
    return services.move_all(cases=cases, to=value, user=request.user)


def _categorise(request: Request, cases: list[Case], value: str) -> Bulk:
    category = Category.objects.filter(code=value, active=True).first()
    if category is None:
        raise BadInput(_("Choose a category."))
    return services.categorise_all(cases=cases, category=category, user=request.user)


def _categories(_request: Request) -> list[tuple[str, Any]]:
    rows = Category.objects.filter(active=True).select_related("parent")
    return sorted(((row.code, row.full_label) for row in rows), key=lambda pair: str(pair[1]))


def _prioritise(request: Request, cases: list[Case], value: str) -> Bulk:
    if not value.isdecimal():
        raise BadInput(_("Choose a priority."))
    return services.prioritise_all(cases=cases, priority=int(value), user=request.user)


def _tag(request: Request, cases: list[Case], value: str) -> Bulk:
    return services.tag_all(cases=cases, tag=value, user=request.user, away=request.POST.get("away") == "on")


def _tags(request: Request) -> list[tuple[str, Any]]:
    return [(tag, tag) for tag in selectors.known_tags(request.user)]


ACTS: dict[str, Act] = {
    "owner": Act(gettext_lazy("Assign"), gettext_lazy("Assign"), _people, _assign),
    "state": Act(
        gettext_lazy("State"),
        gettext_lazy("Set state"),
        lambda _request: [(state.value, state.label) for state in STATES],
        _move,
    ),
    "tag": Act(gettext_lazy("Tag"), gettext_lazy("Set tag"), _tags, _tag),
    "category": Act(gettext_lazy("Category"), gettext_lazy("Set category"), _categories, _categorise),
    "priority": Act(
        gettext_lazy("Priority"),
        gettext_lazy("Set priority"),
        lambda _request: [(str(value), label) for value, label in Priority.choices],
        _prioritise,
    ),
}


@require_safe
@requires(Perm.CASE_BULK)
def ask(request: Request, what: str) -> HttpResponse:
    """The inside of the dialog that asks for one act's details."""
    act = ACTS.get(what)
    if act is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    context = {"what": what, "act": act, "offered": act.offered(request)}
    return pages.render(request, "cases/dialogs/_bulk.html", context)


@require_POST
@requires(Perm.CASE_BULK)
def bulk(request: Request) -> HttpResponse:
    """One thing done to all picked cases; what could not be done is told, and ten seconds to take it back."""
    result = _do(request, _picked(request))
    if result.undo is not None:
        toasts.add(request, result.undo.text, undo=result.undo)
    if result.skipped:
        said = ngettext(
            "%(count)s was left as it is: %(why)s", "%(count)s were left as they are: %(why)s", len(result.skipped)
        )
        toasts.add(request, said % {"count": len(result.skipped), "why": result.skipped[0][1]}, level="urgent")
    return pages.go(_back(request.POST.get("back", "")))


def _back(raw: str) -> str:
    """The page the bar was on: the list with its filter, or the case that was open beside it."""
    path, _mark, query = raw.partition("?")
    if path.isdecimal():
        return reverse("cases:case", args=[path]) + (f"?{query}" if query else "")
    return f"{reverse('cases:list')}?{raw}" if raw else reverse("cases:list")


def _do(request: Request, cases: list[Case]) -> Bulk:
    what = request.POST.get("do", "")
    if what in {"watch", "unwatch"}:
        return services.watch_all(cases=cases, user=request.user, on=what == "watch")
    workable = [case for case in cases if access.may_work(request.user, case)]
    act = ACTS.get(what)
    if act is None or not workable:
        raise BadInput(_("Choose what to do.") if workable else _("Pick some cases first."))
    return act.run(request, workable, request.POST.get(what, "").strip())


def _picked(request: Request) -> list[Case]:
    given = request.GET if request.method == "GET" else request.POST
    cases = access.get_cases(request.user, [int(pk) for pk in given.getlist("picked") if pk.isdecimal()])
    if not cases:
        raise BadInput(_("Pick some cases first."))
    return cases


@require_safe
@requires(Perm.CASE_BULK)
def export(request: Request) -> HttpResponse:
    """The picked cases as a spreadsheet, with personal data masked as on the screen."""
    at = now()
    response = HttpResponse(sheets.workbook(_picked(request), request.user), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="cases-{local(at):%Y%m%d-%H%M}.xlsx"'
    return response
