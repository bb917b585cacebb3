"""Human tasks: requests and promises. They belong to people, so a token bound to a branch does not come in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.engines.tasks import access, selectors, services
from suhui.engines.tasks.choices import TaskKind, TaskState
from suhui.engines.tasks.models import Task, TaskQuerySet
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, NotAllowed
from suhui.platform.files import access as file_access
from suhui.platform.files import services as files
from suhui.platform.files.selectors import files_of
from suhui.platform.people.access import get_colleague
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Moment, Paging, Ref, Row, Sent, Words, ref

api = Room("tasks", _("Tasks"))
SEEN = (Perm.TASK_WORK, Perm.TASK_ASSIGN, Perm.TASK_CHASE, Perm.SUPERVISE)


class TaskRow(Row):
    id: int
    kind: str = Field(examples=["fact_request"])
    title: str
    subject: str = Field(description="What it is about", examples=["case:17"])
    whose: str
    state: str = Field(examples=["open"])
    branch: Ref
    assignee: Ref | None
    made_by: Ref | None
    due_at: datetime | None
    warn_at: datetime | None
    done_at: datetime | None
    chases: int


class TaskOut(TaskRow):
    body: str
    checklist: list[dict[str, Any]]
    result: str
    done_by: Ref | None
    files: list[str]


RELATED = ("branch", "department", "role", "assignee", "made_by", "done_by")


def values(task: Task) -> dict[str, Any]:
    return {
        "id": task.pk,
        "kind": task.kind,
        "title": masks.mask_text(task.title),
        "subject": task.subject,
        "whose": task.whose,
        "state": task.state,
        "branch": Ref(id=task.branch_id, name=task.branch.name),
        "assignee": ref(task.assignee),
        "made_by": ref(task.made_by),
        "due_at": task.due_at,
        "warn_at": task.warn_at,
        "done_at": task.done_at,
        "chases": task.chase_count,
    }


def out(task: Task) -> TaskOut:
    return TaskOut(
        **values(task),
        body=masks.mask_text(task.body),
        checklist=task.checklist,
        result=masks.mask_text(task.result),
        done_by=ref(task.done_by),
        files=[str(one.pk) for one in files_of(task.key)],
    )


class TaskWords(Words):
    view: Literal["mine", "take", "asked", "team", "done"] = Field("mine", examples=["mine"])
    kind: TaskKind | None = None
    late: bool = False


@api.get("/tasks", *SEEN, answer=Listing[TaskRow], summary=_("Tasks, mine or the team's"), person=True)
def list_tasks(request: Call, words: Query[TaskWords], pages: Query[Paging]) -> Listing[TaskRow]:
    rows, order = _rows(words.view, request.user)
    if words.kind is not None:
        rows = rows.filter(kind=words.kind)
    if words.late:
        rows = rows.late(now())
    return paging.page(
        request,
        pages,
        rows.select_related(*RELATED),
        order=order,
        build=lambda found: [TaskRow(**values(one)) for one in found],
    )


def _rows(view: str, user: User) -> tuple[TaskQuerySet, tuple[str, ...]]:
    urgent = ("due_at", "id")
    if view == "take":
        return Task.objects.filter(access.candidate_q(user), state=TaskState.OPEN), urgent
    if view == "asked":
        return Task.objects.filter(made_by=user).exclude(assignee=user), ("-id",)
    if view == "team":
        return Task.objects.waiting().filter(access.team_q(user)), urgent
    if view == "done":
        return Task.objects.filter(done_by=user), ("-done_at", "-id")
    return selectors.open_for(user), urgent


@api.get("/tasks/{int:task_id}", *SEEN, answer=TaskOut, summary=_("One task"), person=True)
def get_task(request: Call, task_id: int) -> TaskOut:
    return out(access.get_task(request.user, task_id))


def mine(call: Call, task_id: int, may: Callable[[User, Task], bool]) -> Task:
    found = access.get_task(call.user, task_id)
    if not may(call.user, found):
        raise NotAllowed(_("This task is not yours to change."))
    return found


class TaskReason(Sent):
    reason: str = Field("", max_length=2000, examples=["不是我网点的件"])


ACT: dict[str, Any] = {"answer": TaskOut, "person": True}


@api.post("/tasks/{int:task_id}/claim", Perm.TASK_WORK, summary=_("Take a task that is for several"), **ACT)
def claim(request: Call, task_id: int) -> TaskOut:
    return out(services.claim(task=access.get_task(request.user, task_id), by=request.actor))


@api.post("/tasks/{int:task_id}/release", Perm.TASK_WORK, summary=_("Put a taken task back"), **ACT)
def release(request: Call, task_id: int) -> TaskOut:
    return out(services.release(task=mine(request, task_id, access.may_work), by=request.actor))


class TaskDelegate(TaskReason):
    to: Id = Field(description="A colleague's id")


@api.post(
    "/tasks/{int:task_id}/delegate", Perm.TASK_WORK, Perm.TASK_ASSIGN, summary=_("Pass a task on to a colleague"), **ACT
)
def delegate(request: Call, task_id: int, sent: TaskDelegate) -> TaskOut:
    found = mine(request, task_id, access.may_work)
    to = get_colleague(request.user, sent.to)
    return out(services.delegate(task=found, to=to, reason=sent.reason, by=request.actor))


@api.post("/tasks/{int:task_id}/return", Perm.TASK_WORK, summary=_("Give a task back to the asker"), **ACT)
def give_back(request: Call, task_id: int, sent: TaskReason) -> TaskOut:
    return out(services.give_back(task=mine(request, task_id, access.may_work), reason=sent.reason, by=request.actor))


@api.post(
    "/tasks/{int:task_id}/send-again", Perm.TASK_ASSIGN, Perm.TASK_WORK, summary=_("Send a returned task again"), **ACT
)
def send_again(request: Call, task_id: int, sent: TaskReason) -> TaskOut:
    found = mine(request, task_id, access.may_cancel)
    return out(services.send_again(task=found, words_to_it=sent.reason, by=request.actor))


class TaskAnswer(Sent):
    result: str = Field("", max_length=10_000, examples=["外箱在转运中心破损，照片已上传"])
    checked: list[int] | None = Field(None, max_length=100, description="Numbers of the ticked lines")
    files: list[UUID] = Field(default_factory=list, max_length=10)


@api.post("/tasks/{int:task_id}/complete", Perm.TASK_WORK, summary=_("Answer a task: it is done"), **ACT)
def complete(request: Call, task_id: int, sent: TaskAnswer) -> TaskOut:
    found = mine(request, task_id, access.may_work)
    kept = file_access.get_uploaded(request.user, sent.files)
    done = services.complete(task=found, result=sent.result, checked=sent.checked, files=kept, by=request.actor)
    if kept:
        files.rehome(files=kept, owner_key=found.key, by=request.actor)
    return out(done)


@api.post("/tasks/{int:task_id}/break", Perm.TASK_WORK, summary=_("Say that a promise will not be kept"), **ACT)
def break_promise(request: Call, task_id: int, sent: TaskReason) -> TaskOut:
    found = mine(request, task_id, access.may_work)
    return out(services.break_promise(task=found, reason=sent.reason, by=request.actor))


@api.post("/tasks/{int:task_id}/cancel", Perm.TASK_ASSIGN, Perm.TASK_WORK, summary=_("Cancel a task"), **ACT)
def cancel(request: Call, task_id: int, sent: TaskReason) -> TaskOut:
    return out(services.cancel(task=mine(request, task_id, access.may_cancel), reason=sent.reason, by=request.actor))


@api.post("/tasks/{int:task_id}/chase", Perm.TASK_CHASE, Perm.TASK_ASSIGN, summary=_("Press for a task"), **ACT)
def chase(request: Call, task_id: int, sent: TaskReason) -> TaskOut:
    return out(services.chase(task=mine(request, task_id, access.may_chase), note=sent.reason, by=request.actor))


class TaskTime(TaskReason):
    at: Moment


def ahead(at: datetime) -> datetime:
    if at <= now():
        said = _("This moment is past.")
        raise BadInput(said, {"at": said})
    return at


@api.post(
    "/tasks/{int:task_id}/postpone", Perm.TASK_ASSIGN, Perm.TASK_WORK, summary=_("Agree on another due time"), **ACT
)
def postpone(request: Call, task_id: int, sent: TaskTime) -> TaskOut:
    found = mine(request, task_id, access.may_cancel)
    return out(services.postpone(task=found, due_at=ahead(sent.at), reason=sent.reason, by=request.actor))


@api.post(
    "/tasks/{int:task_id}/remind", *SEEN, answer=None, status=204, summary=_("Be reminded of a task"), person=True
)
def remind(request: Call, task_id: int, sent: TaskTime) -> None:
    found = access.get_task(request.user, task_id)
    services.remind(task=found, user=request.user, remind_at=ahead(sent.at), by=request.actor)


class TaskNote(Sent):
    text: str = Field(min_length=1, max_length=2000, examples=["已去电仓库"])


@api.post("/tasks/{int:task_id}/notes", *SEEN, answer=None, status=204, summary=_("Remark on a task"), person=True)
def note(request: Call, task_id: int, sent: TaskNote) -> None:
    services.note(task=access.get_task(request.user, task_id), text=sent.text, by=request.actor)


class TaskTick(Sent):
    done: bool


@api.put("/tasks/{int:task_id}/checklist/{int:number}", Perm.TASK_WORK, summary=_("Tick a line of a task"), **ACT)
def tick(request: Call, task_id: int, number: int, sent: TaskTick) -> TaskOut:
    found = mine(request, task_id, access.may_work)
    return out(services.tick_item(task=found, number=number, done=sent.done, by=request.actor))
