"""The work list: three panes or a table, saved views, many cases at once (CAS-9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.access import scope
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch, Post, User
from suhui.platform.people.permissions import Perm
from suhui.service.cases import selectors, topics
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, Priority
from suhui.service.cases.marks import TONES
from suhui.service.cases.models import Case, Category, Cause
from suhui.service.cases.selectors import lists
from suhui.service.cases.selectors.lists import Filter, View


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
    key = request.GET.get("view", "")
    view = next((one for one in views if one.key == key), None) or selectors.first_view(request.user, views)
    return Wanted(view, view.wanted, urlencode({"view": view.key}))


def list_context(request: Request, at: datetime, *, counts: bool = True) -> dict[str, Any]:
    """What the list pane and the table show; used by the case page too, beside which the list stays. `counts`: with the
    number of cases in each view."""
    user = request.user
    views = selectors.views_for(user)
    wanted = wanted_of(request, views)

    def read(start: int, count: int) -> list[Case]:
        return lists.page_of(user, wanted.filter, at, start, count)

    page = pages.paginate_by(read, request)
    return {
        "page": page,
        "views": views,
        "wanted": wanted,
        "chips": [
            (chip.text, f"?{urlencode(chip.rest.as_query() or {'state': 'any'}, doseq=True)}")
            for chip in lists.chips(user, wanted.filter)
        ],
        "counts": selectors.counts_of(user, views[:COUNTED], at) if counts else {},
        "topics": " ".join(topics.watched_by(user)),
        "tones": TONES,
        "keep": wanted.keep,
        "here": request.GET.urlencode(),
        "may_share": user.may(Perm.SUPERVISE),
    }


COUNTED = 30
"""Views that get a number; more of them would make the one query slow."""


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
    context = list_context(request, at, counts=False)
    context |= {"as_table": as_table, "open_id": int(current) if current.isdecimal() else 0}
    return pages.render(request, "cases/_table.html" if as_table else "cases/_list.html", context)


@require_safe
@requires(Perm.CASE_VIEW)
def menu(request: Request) -> HttpResponse:
    """The views with how many cases each holds, for the list pane's menu."""
    views = selectors.views_for(request.user)
    context = {
        "views": views,
        "wanted": wanted_of(request, views),
        "counts": selectors.counts_of(request.user, views[:COUNTED], now()),
    }
    return pages.render(request, "cases/_views.html", context)


def _choices(user: User) -> dict[str, list[tuple[str, Any]]]:
    seen = scope(user, Perm.CASE_VIEW)
    branches = Branch.objects.all() if seen.all_branches else Branch.objects.filter(pk__in=seen.branch_ids)
    categories = Category.objects.filter(active=True, parent=None)
    causes = Cause.objects.filter(active=True, parent=None)
    return {
        "state": [("open", _("open")), ("ended", _("resolved or closed")), *CaseState.choices],
        "kind": list(CaseKind.choices),
        "channel": list(CaseChannel.choices),
        "priority": [(str(value), label) for value, label in Priority.choices],
        "branch": [(str(pk), name) for pk, name in branches.values_list("pk", "name")[:300]],
        "category": [(row.code, row.label) for row in categories],
        "owner": [("me", _("Me")), ("none", _("Nobody")), *_names(colleagues(user))],
        "due": [("late", _("Late")), ("soon", _("Soon late")), ("today", _("Due today"))],
        "cause": [*((row.code, row.label) for row in causes), ("unknown", _("Not known yet"))],
        "late": [("yes", _("Resolved late, or late now")), ("no", _("Resolved in time"))],
    }


def _names(people: QuerySet[User]) -> Iterator[tuple[str, str]]:
    return ((str(pk), name) for pk, name in people.values_list("pk", "name"))


def colleagues(user: User) -> QuerySet[User]:
    """People who work on cases in the branches this person sees, for choosing an owner; at most 200."""
    seen = scope(user, Perm.CASE_VIEW)
    working = Post.objects.filter(user=OuterRef("pk"), role__permissions__contains=[Perm.CASE_EDIT.value])
    people = User.objects.filter(Exists(working), is_active=True)
    if not seen.all_branches:
        people = people.filter(branch_id__in=seen.branch_ids | {user.branch_id})
    return people.order_by("pinyin", "id")[:200]
