"""The case page: what is known, what was said, what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from suhui.engines.sla import selectors as sla_rows
from suhui.engines.tasks.choices import WAITING
from suhui.engines.tasks.models import Task
from suhui.platform.core.clock import local, now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, fields, guidance, selectors, states
from suhui.service.cases.choices import CaseKind, CaseState, ProposalState, Purpose
from suhui.service.cases.marks import PRIORITY_TONES, TONES
from suhui.service.cases.models import Case, Macro
from suhui.service.cases.selectors import Filter
from suhui.service.cases.ui import lists, telling


def tasks_of_family(ids: list[int]) -> list[Task]:
    """Requests and promises of the case and those merged into it, waiting first, then the newest; purposes known."""
    rows = (
        Task.objects.filter(subject__in=[f"case:{pk}" for pk in ids])
        .select_related("branch", "department", "role", "assignee", "made_by", "done_by", "case_task")
        .order_by("due_at", "-id")
    )
    return sorted(rows[:200], key=lambda task: task.state not in WAITING)


def facts_of(case: Case, tasks: list[Task], at: datetime) -> guidance.Facts:
    """What the rule of the next step looks at, from what the page has read anyway."""
    waiting = [task for task in tasks if task.state in WAITING]
    purposes = [(purpose_of(task), task) for task in tasks]
    facts = [task for purpose, task in purposes if purpose == Purpose.FACTS]
    newest = case.proposals.order_by("-id").values_list("state", flat=True).first()
    return guidance.Facts(
        kind=case.kind,
        state=case.state,
        has_owner=case.owner_id is not None,
        contacted=case.contacted_at is not None,
        awaits_reply=case.awaits_reply_since is not None,
        facts_open=sum(task in waiting for task in facts),
        facts_late=sum(task in waiting and task.due_at is not None and task.due_at <= at for task in facts),
        facts_done=sum(task.state == "done" for task in facts),
        promises_late=sum(task.is_promise and task.due_at is not None and task.due_at <= at for task in waiting),
        execution_open=sum(task in waiting for purpose, task in purposes if purpose == Purpose.EXECUTION),
        refused=newest == ProposalState.REFUSED,
        stars=case.satisfaction,
    )


def purpose_of(task: Task) -> str:
    row = getattr(task, "case_task", None)
    return row.purpose if row is not None else ""


def work_context(request: Request, case: Case, at: datetime) -> dict[str, Any]:
    """The middle pane: head, next step, proposal."""
    tasks = tasks_of_family(selectors.family_ids(case))
    return {
        "case": case,
        "tasks": tasks,
        "next": guidance.next_step(facts_of(case, tasks, at)),
        "proposal": case.proposals.filter(state=ProposalState.OFFERED).first(),
        "tones": TONES,
        "priority_tones": PRIORITY_TONES,
        "may_work": access.may_work(request.user, case),
        "ways_back": selectors.ways_back(request.user, case, at),
        "is_mine": case.owner_id == request.user.pk,
        "choices": states.choices_from(case.state, case.kind),
        "CaseState": CaseState,
        "at": at,
    }


def story_context(request: Request, case: Case, at: datetime) -> dict[str, Any]:
    """The story, newest first; `more` when it is longer than what is shown."""
    shown = 1000 if request.GET.get("all") else SHOWN
    entries = list(selectors.story(selectors.family(case)).order_by("-at", "-id")[: shown + 1])
    return {
        "case": case,
        "lines": telling.lines(entries[:shown], at, request.user),
        "more": len(entries) > shown,
        "may_work": access.may_work(request.user, case),
    }


SHOWN = 60
"""Lines of a story that are shown before one asks for all of it."""


def context_context(request: Request, case: Case, tasks: list[Task] | None = None) -> dict[str, Any]:
    """The right pane: customer, parcels, clocks, promises and requests, particulars, links."""
    links = case.waybill_links.select_related(
        "waybill__carrier", "waybill__origin", "waybill__destination", "waybill__current_branch"
    )
    watches = list(case.watches.select_related("user"))
    return {
        "case": case,
        "waybills": [link.waybill for link in links[:20]],
        "clocks": sla_rows.clocks_of(case.key),
        "tasks": tasks_of_family(selectors.family_ids(case)) if tasks is None else tasks,
        "checks": list(case.checks.select_related("done_by")),
        "fields": fields.shown(case.kind, case.fields),
        "links": [(link, link.other, False) for link in case.links.select_related("other")]
        + [(link, link.case, True) for link in case.linked_from.select_related("case")],
        "watchers": [watch.user for watch in watches],
        "is_watching": any(watch.user_id == request.user.pk for watch in watches),
        "others": _other_cases(request, case),
        "again": _again(request, case),
        "tones": TONES,
        "may_work": access.may_work(request.user, case),
        "may_reveal": request.user.may(Perm.PERSONAL_DATA_REVEAL),
    }


@dataclass(frozen=True)
class Again:
    """How often this customer complained of late, and the list of just those cases."""

    count: int
    url: str


def _again(request: Request, case: Case) -> Again | None:
    """Whether the trouble comes back (CAS-10): the customer's complaints up to now, this one included."""
    if case.customer_id is None:
        return None
    wanted = Filter(
        kind=(CaseKind.COMPLAINT.value,),
        customer=str(case.customer_id),
        opened_from=(local(now()) - AGAIN).date().isoformat(),
        sort="newest",
    )
    count = selectors.listed(request.user, wanted, now()).order_by().count()
    query = urlencode({"as": "table", **wanted.as_query()}, doseq=True)
    return Again(count, f"{reverse('cases:list')}?{query}")


AGAIN = timedelta(days=90)
"""How far back a complaint still counts as the same trouble again, as the tiers count."""


def _other_cases(request: Request, case: Case) -> list[Case]:
    if case.customer_id is None:
        return []
    rows = access.visible_to(request.user).filter(customer_id=case.customer_id).exclude(pk=case.pk)
    return list(rows.order_by("-opened_at")[:5])


def page_context(request: Request, case: Case, at: datetime) -> dict[str, Any]:
    work = work_context(request, case, at)
    return {
        **lists.list_context(request, at, counts=False),
        **context_context(request, case, work["tasks"]),
        **story_context(request, case, at),
        **work,
        "open_id": case.pk,
        "macros": macros_for(case),
        "dialog": None,
    }


def macros_for(case: Case) -> list[Macro]:
    rows = Macro.objects.filter(active=True)
    return [macro for macro in rows if not macro.kinds or case.kind in macro.kinds]


@require_safe
@requires(Perm.CASE_VIEW)
def case(request: Request, case_id: int) -> HttpResponse:
    found = access.get_case(request.user, case_id)
    return pages.render(request, "cases/case.html", page_context(request, found, now()))


@require_safe
@requires(Perm.CASE_VIEW)
def work(request: Request, case_id: int) -> HttpResponse:
    """Head, next step and story, for their live refresh."""
    found = access.get_case(request.user, case_id)
    return pages.render(request, "cases/_work.html", work_context(request, found, now()))


@require_safe
@requires(Perm.CASE_VIEW)
def story(request: Request, case_id: int) -> HttpResponse:
    """The story, for its live refresh."""
    found = access.get_case(request.user, case_id)
    return pages.render(request, "cases/_story.html", story_context(request, found, now()))


@require_safe
@requires(Perm.CASE_VIEW)
def context(request: Request, case_id: int) -> HttpResponse:
    """The right pane, for its live refresh."""
    found = access.get_case(request.user, case_id)
    return pages.render(request, "cases/_context.html", context_context(request, found))


@require_safe
@requires(Perm.CASE_VIEW)
def why(request: Request, case_id: int) -> HttpResponse:
    """Which rule and row gave the priority."""
    found = access.get_case(request.user, case_id)
    return pages.render(request, "cases/_why.html", {"case": found, "decision": found.priority_decision})
