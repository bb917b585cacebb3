from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from suhui.engines.tasks import access, moments, selectors
from suhui.engines.tasks.choices import TaskKind, TaskState
from suhui.engines.tasks.models import Task, TaskQuerySet
from suhui.engines.tasks.ui.forms import AnswerForm
from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.files.selectors import files_of
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

_SEEN = (Perm.TASK_WORK, Perm.TASK_ASSIGN, Perm.TASK_CHASE, Perm.SUPERVISE)
TONES = {
    TaskState.OPEN: "hollow",
    TaskState.CLAIMED: "blue",
    TaskState.RETURNED: "amber",
    TaskState.DONE: "green",
    TaskState.CANCELLED: "",
}
_RELATED = ("branch", "department", "role", "assignee", "made_by", "done_by")


@require_safe
@requires(*_SEEN)
def list_tasks(request: Request) -> HttpResponse:
    """My tasks, what I may take, what I asked, and the team's, each most urgent first."""
    view = request.GET.get("view", "mine")
    kind, late = request.GET.get("kind", ""), request.GET.get("late", "")
    rows = _rows(view, request.user).select_related(*_RELATED)
    if kind in TaskKind.values:
        rows = rows.filter(kind=kind)
    at = now()
    if late:
        rows = rows.late(at)
    context = {
        "page": pages.paginate(rows, request),
        "keep": pages.keep(request),
        "view": view,
        "tabs": _tabs(request.user, view),
        "kinds": TaskKind.choices,
        "kind": kind,
        "late": late,
        "tones": TONES,
        "topics": " ".join(access.watched_by(request.user, team=view == "team")),
    }
    template = "tasks/_list.html" if request.headers.get("HX-Request") else "tasks/list.html"
    return pages.render(request, template, context)


def _rows(view: str, user: User) -> TaskQuerySet:
    if view == "take":
        return Task.objects.filter(access.candidate_q(user), state=TaskState.OPEN).by_urgency()
    if view == "asked":
        return Task.objects.filter(made_by=user).exclude(assignee=user).order_by("-id")
    if view == "team" and user.may(Perm.SUPERVISE):
        return Task.objects.waiting().filter(access.team_q(user)).by_urgency()
    if view == "done":
        return Task.objects.filter(done_by=user).order_by("-done_at")
    return selectors.open_for(user)


def _tabs(user: User, view: str) -> list[tuple[str, str, bool, None]]:
    found = [("mine", _("For me")), ("take", _("To be taken")), ("asked", _("Asked by me"))]
    if user.may(Perm.SUPERVISE):
        found.append(("team", _("The team's")))
    found.append(("done", _("Done by me")))
    return [(label, f"?view={name}", name == view, None) for name, label in found]


@require_safe
@requires(*_SEEN)
def task(request: Request, task_id: int) -> HttpResponse:
    found = access.get_task(request.user, task_id)
    return show(request, found, AnswerForm(initial={"result": ""}))


@require_safe
@requires(*_SEEN)
def body(request: Request, task_id: int) -> HttpResponse:
    """The page's inside, for its live refresh."""
    found = access.get_task(request.user, task_id)
    context = context_of(request.user, found, now())
    return pages.render_form(request, "tasks/_task.html", AnswerForm(initial={"result": ""}), context)


def show(request: Request, found: Task, form: AnswerForm) -> HttpResponse:
    """The task's page; 422 with the answer form's errors."""
    return pages.render_form(request, "tasks/task.html", form, context_of(request.user, found, now()))


def context_of(user: User, found: Task, at: datetime) -> dict[str, Any]:
    waiting = found.is_waiting
    return {
        "task": found,
        "tone": TONES[TaskState(found.state)],
        "log": list(found.log.select_related("to_user")),
        "files": files_of(found.key),
        "may_work": waiting and access.may_work(user, found),
        "may_steer": waiting and access.may_steer(user, found),
        "may_cancel": found.state != TaskState.DONE and access.may_cancel(user, found),
        "may_chase": waiting and found.assignee_id != user.pk and access.may_chase(user, found),
        "is_asker": found.made_by_id == user.pk,
        "colleagues": selectors.could_take(found) if waiting else [],
        "moments": moments.offered(at),
        "TaskState": TaskState,
    }


@require_safe
@requires(*_SEEN)
def why(request: Request, task_id: int) -> HttpResponse:
    """Why it is due then: the steps of the due time, and the rule and row that gave the time allowed."""
    return pages.render(request, "tasks/_why.html", {"task": access.get_task(request.user, task_id)})
