"""What is said: to the customer, among colleagues, by telephone."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.engines.tasks.models import Task
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.files import access as file_access
from suhui.platform.files import services as files
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import Department
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Moment, Row, Sent
from suhui.service.cases import access, macros, services
from suhui.service.cases.api.opening import Channel, branch_of
from suhui.service.cases.api.room import Said, api, workable
from suhui.service.cases.api.shapes import EntryRow, entry_out
from suhui.service.cases.models import Case

LINE: dict[str, Any] = {"answer": EntryRow, "status": 201}


def attached(request: Call, case: Case, ids: list[UUID]) -> list[StoredFile]:
    """Files the caller uploaded, now the case's."""
    kept = file_access.get_uploaded(request.user, ids)
    if kept:
        files.rehome(files=kept, owner_key=case.key, by=request.actor)
    return kept


class ReplyIn(Sent):
    text: Said = Field(examples=["您好，破损照片已收到，今天 18 点前答复您。"])
    then: Literal["", "waiting_customer", "resolved"] = Field("", description="The state that goes with the message")
    files: list[UUID] = Field(default_factory=list, max_length=10)


@api.post("/cases/{int:case_id}/replies", Perm.CASE_EDIT, summary=_("Write to the customer"), **LINE)
def reply(request: Call, case_id: int, sent: ReplyIn) -> EntryRow:
    case = workable(request, case_id)
    with transaction.atomic():
        kept = attached(request, case, sent.files)
        return entry_out(services.reply(case=case, text=sent.text, by=request.actor, files=kept, then=sent.then))


@api.delete(
    "/cases/{int:case_id}/replies/{int:entry_id}",
    Perm.CASE_EDIT,
    summary=_("Take a reply back within its ten seconds"),
)
def unsend(request: Call, case_id: int, entry_id: int) -> None:
    workable(request, case_id)
    services.unsend(entry=access.get_entry(request.user, entry_id), by=request.actor, at=now())


class NoteIn(Sent):
    text: Said = Field(examples=["已联系网点，@李主管 请跟进"])
    files: list[UUID] = Field(default_factory=list, max_length=10)


@api.post("/cases/{int:case_id}/notes", Perm.CASE_EDIT, summary=_("Write an internal note"), **LINE)
def note(request: Call, case_id: int, sent: NoteIn) -> EntryRow:
    case = workable(request, case_id)
    with transaction.atomic():
        kept = attached(request, case, sent.files)
        return entry_out(services.note(case=case, text=sent.text, by=request.actor, files=kept))


class HeardIn(Sent):
    text: Said
    channel: Channel
    files: list[UUID] = Field(default_factory=list, max_length=10)


@api.post("/cases/{int:case_id}/messages", Perm.CASE_EDIT, summary=_("Add what the customer said or wrote"), **LINE)
def hear(request: Call, case_id: int, sent: HeardIn) -> EntryRow:
    case = workable(request, case_id)
    with transaction.atomic():
        kept = attached(request, case, sent.files)
        return entry_out(services.hear(case=case, text=sent.text, by=request.actor, channel=sent.channel, files=kept))


class TalkIn(Sent):
    text: Said
    channel: Channel = "phone"
    way: Literal["out", "in", "missed"] = Field("out", description="Reached, called, or nobody answered")
    seconds: int = Field(0, ge=0, le=86400, description="How long a call took")


@api.post("/cases/{int:case_id}/contacts", Perm.CASE_EDIT, summary=_("Log a talk about a case"), **LINE)
def log_contact(request: Call, case_id: int, sent: TalkIn) -> EntryRow:
    line = services.log_contact(
        case=workable(request, case_id),
        text=sent.text,
        by=request.actor,
        channel=sent.channel,
        incoming=sent.way == "in",
        reached=sent.way != "missed",
        seconds=sent.seconds,
    )
    return entry_out(line)


class MacroRun(Sent):
    reply: str = Field("", max_length=10_000, description="The reply as it is to be sent")


@api.post(
    "/cases/{int:case_id}/macros/{int:macro_id}",
    Perm.CASE_EDIT,
    answer=None,
    status=204,
    summary=_("Run a macro: its steps, its note, its reply"),
)
def run_macro(request: Call, case_id: int, macro_id: int, sent: MacroRun) -> None:
    case, macro = workable(request, case_id), access.get_macro(macro_id)
    words = macros.fill(macro.note, case, request.user)
    services.run_macro(macro=macro, case=case, user=request.user, reply=sent.reply, note=words)


class CaseTaskMade(Row):
    """A request or promise that now waits for somebody."""

    id: int
    title: str
    state: str
    due_at: datetime | None


def task_made(task: Task) -> CaseTaskMade:
    return CaseTaskMade(id=task.pk, title=task.title, state=task.state, due_at=task.due_at)


class PromiseIn(Sent):
    text: str = Field(min_length=1, max_length=160, examples=["今天 18 点前回电"])
    due_at: Moment


@api.post(
    "/cases/{int:case_id}/promises",
    Perm.CASE_EDIT,
    answer=CaseTaskMade,
    status=201,
    summary=_("Write down what was promised and by when"),
)
def promise(request: Call, case_id: int, sent: PromiseIn) -> CaseTaskMade:
    if sent.due_at <= now():
        said = _("This moment is past.")
        raise BadInput(said, {"due_at": said})
    case = workable(request, case_id)
    return task_made(services.promise(case=case, text=sent.text, due_at=sent.due_at, by=request.actor))


class FactsIn(Sent):
    question: str = Field(min_length=1, max_length=2000, examples=["外箱破损时是谁交接的？请附照片"])
    branch: Id = Field(description="Whom to ask")
    department: Id | None = None
    within_minutes: int | None = Field(None, ge=1, le=10_000, description="Working minutes; else as the rules say")
    wait: bool = Field(True, description="The case waits for the answer")


@api.post(
    "/cases/{int:case_id}/requests",
    Perm.CASE_EDIT,
    answer=CaseTaskMade,
    status=201,
    summary=_("Ask a branch or department what happened"),
)
def request_facts(request: Call, case_id: int, sent: FactsIn) -> CaseTaskMade:
    case = workable(request, case_id)
    branch = branch_of(sent.branch, "branch")
    assert branch is not None  # noqa: S101 - the id is required
    department = None
    if sent.department is not None:
        department = Department.objects.filter(pk=sent.department, branch=branch).first()
        if department is None:
            said = _("This department belongs to another branch.")
            raise BadInput(said, {"department": said})
    due = None
    if sent.within_minutes is not None:
        due = working_time(branch).add(now(), timedelta(minutes=sent.within_minutes)).at
    task = services.request_facts(
        case=case,
        question=sent.question,
        by=request.actor,
        branch=branch,
        department=department,
        due_at=due,
        wait=sent.wait,
    )
    return task_made(task)
