"""The work list: three panes or a table, saved views, many cases at once (CAS-9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages, toasts
from suhui.platform.people.access import scope
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, selectors, services, topics
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, Priority
from suhui.service.cases.marks import TONES
from suhui.service.cases.models import CaseQuerySet, CaseWaybill, Category
from suhui.service.cases.selectors import lists
from suhui.service.cases.selectors.lists import Filter, View

DEFAULT = "mine"


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: the view it names (None for a free filter) and the filter; `keep` leads back to it."""

    view: View | None
    filter: Filter
    keep: str


def wanted_of(request: Request, views: list[View]) -> Wanted:
    """A free filter when the address has any word of one, else the view it names, else one's own cases."""
    free = Filter.read(request.GET)
    if free.as_query():
        return Wanted(None, free, urlencode(free.as_query(), doseq=True))
    key = request.GET.get("view", DEFAULT)
    view = next((one for one in views if one.key == key), views[0])
    return Wanted(view, view.wanted, urlencode({"view": view.key}))


def with_parcel(rows: CaseQuerySet) -> CaseQuerySet:
    first = CaseWaybill.objects.filter(case=OuterRef("pk")).order_by("id").values("waybill__number")[:1]
    return rows.annotate(first_waybill=Subquery(first))


def list_context(request: Request, at: datetime, *, counts: bool = True) -> dict[str, Any]:
    """What the list pane and the table show; used by the case page too, beside which the list stays."""
    user = request.user
    views = selectors.views_for(user)
    wanted = wanted_of(request, views)
    page = pages.paginate(with_parcel(selectors.listed(user, wanted.filter, at)), request)
    return {
        "page": page,
        "views": views,
        "wanted": wanted,
        "chips": [
            (chip.text, f"?{urlencode(chip.rest.as_query() or {'state': 'any'}, doseq=True)}")
            for chip in lists.chips(wanted.filter)
        ],
        "counts": selectors.counts_of(user, [v for v in views if v.key in COUNTED], at) if counts else {},
        "topics": " ".join(topics.watched_by(user)),
        "tones": TONES,
        "keep": wanted.keep,
        "may_share": user.may(Perm.SUPERVISE),
    }


COUNTED = {"mine", "new", "late", "soon", "customer", "department", "unassigned", "watched", "open"}


@require_safe
@requires(Perm.CASE_VIEW)
def list_cases(request: Request) -> HttpResponse:
    """The work list: beside the case that is open, or as a table."""
    at = now()
    as_table = request.GET.get("as") == "table"
    context = {
        **list_context(request, at),
        "as_table": as_table,
        "choices": _choices(request.user),
        "people": colleagues(request.user) if as_table and request.user.may(Perm.CASE_BULK) else [],
        "states": CaseState.choices,
        "case": None,
    }
    return pages.render(request, "cases/table.html" if as_table else "cases/list.html", context)


@require_safe
@requires(Perm.CASE_VIEW)
def rows(request: Request) -> HttpResponse:
    """The list's inside, for its live refresh; `open` marks the case that is open beside it."""
    at = now()
    as_table = request.GET.get("as") == "table"
    current = request.GET.get("open", "")
    context = list_context(request, at)
    context |= {"as_table": as_table, "open_id": int(current) if current.isdecimal() else 0}
    return pages.render(request, "cases/_table.html" if as_table else "cases/_list.html", context)


def _choices(user: User) -> dict[str, list[tuple[str, Any]]]:
    seen = scope(user, Perm.CASE_VIEW)
    branches = Branch.objects.all() if seen.everything else Branch.objects.filter(pk__in=seen.branch_ids)
    categories = Category.objects.filter(active=True, parent=None)
    return {
        "state": [("open", _("open")), ("ended", _("resolved or closed")), *CaseState.choices],
        "kind": list(CaseKind.choices),
        "channel": list(CaseChannel.choices),
        "priority": [(str(value), label) for value, label in Priority.choices],
        "branch": [(str(branch.pk), branch.name) for branch in branches[:300]],
        "category": [(row.code, row.label) for row in categories],
        "owner": [("me", _("Me")), ("none", _("Nobody")), *((str(u.pk), u.name) for u in colleagues(user))],
        "due": [("late", _("Late")), ("soon", _("Soon late")), ("today", _("Due today"))],
    }


def colleagues(user: User) -> list[User]:
    """People who work on cases in the branches this person sees, for choosing an owner."""
    seen = scope(user, Perm.CASE_VIEW)
    people = User.objects.filter(is_active=True, posts__role__permissions__contains=[Perm.CASE_EDIT.value])
    if not seen.everything:
        people = people.filter(branch_id__in=seen.branch_ids | {user.branch_id})
    return list(people.distinct().order_by("pinyin", "id")[:200])


@require_POST
@requires(Perm.CASE_BULK)
def bulk(request: Request) -> HttpResponse:
    """One thing done to all picked cases; what could not be done is told, and ten seconds to take it back."""
    picked = [int(pk) for pk in request.POST.getlist("picked") if pk.isdecimal()]
    cases = access.get_cases(request.user, picked)
    cases = [case for case in cases if access.may_work(request.user, case)]
    if not cases:
        raise BadInput(_("Pick some cases first."))
    result = _do(request, cases)
    if result.undo is not None:
        toasts.add(request, result.undo.text, undo=result.undo)
    if result.skipped:
        said = ngettext(
            "%(count)s was left as it is: %(why)s", "%(count)s were left as they are: %(why)s", len(result.skipped)
        )
        toasts.add(request, said % {"count": len(result.skipped), "why": result.skipped[0][1]}, level="urgent")
    back = request.POST.get("back", "")
    return pages.go(f"{reverse('cases:list')}?{back}" if back else reverse("cases:list"))


def _do(request: Request, cases: list[Any]) -> services.Bulk:
    what, value = request.POST.get("do", ""), request.POST.get(request.POST.get("do", "") or "-", "")
    if what == "owner":
        owner = next((one for one in colleagues(request.user) if str(one.pk) == value), None)
        if owner is None:
            raise BadInput(_("Choose a colleague."))
        return services.assign_all(cases=cases, owner=owner, user=request.user)
    if what == "state":
        return services.move_all(cases=cases, to=value, user=request.user)
    if what == "category":
        category = Category.objects.filter(code=value, active=True).first()
        if category is None:
            raise BadInput(_("Choose a category."))
        return services.categorise_all(cases=cases, category=category, user=request.user)
    if what == "priority" and value.isdecimal():
        return services.prioritise_all(cases=cases, priority=int(value), user=request.user)
    raise BadInput(_("Choose what to do."))


@require_POST
@requires(Perm.CASE_VIEW)
def save_view(request: Request) -> HttpResponse:
    """Keep the present filter under a name."""
    views = selectors.views_for(request.user)
    from django.http import QueryDict

    wanted = Filter.read(QueryDict(request.POST.get("query", "")))
    if not wanted.as_query():
        key = QueryDict(request.POST.get("query", "")).get("view", DEFAULT)
        wanted = next((one.wanted for one in views if one.key == key), views[0].wanted)
    shared = request.POST.get("shared") == "on"
    view = services.save_view(
        user=request.user, name=request.POST.get("name", ""), query=wanted.as_query(), shared=shared
    )
    return pages.go(f"{reverse('cases:list')}?view=saved-{view.pk}")


@require_POST
@requires(Perm.CASE_VIEW)
def drop_view(request: Request, view_id: int) -> HttpResponse:
    services.drop_view(view=access.get_view(request.user, view_id), user=request.user)
    return pages.go(reverse("cases:list"))
