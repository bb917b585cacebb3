"""When something is due in a branch's working time, and why."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.calendars import selectors, wording
from suhui.platform.calendars.api.room import api
from suhui.platform.calendars.arithmetic import NeverOpens
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import FieldProblem, ProblemError
from suhui.platform.rest.shapes import Id, Moment, Words


class DueWords(Words):
    """Either minutes of working time, or whole working days."""

    branch: Id
    start: Moment | None = Field(None, description="Else now")
    minutes: int | None = Field(None, ge=0, le=100_000)
    days: int | None = Field(None, ge=0, le=366)


class WhyLine(BaseModel):
    text: str
    tone: str = Field(description="soft: did not count; amber: mind this; strong: the answer")


class DueOut(BaseModel):
    due_at: datetime
    calendar: str
    open_now: bool = Field(description="Whether the branch is open at the start")
    why: list[WhyLine]


@api.get(
    "/calendars/due",
    Perm.CALENDAR_MANAGE,
    Perm.CASE_VIEW,
    answer=DueOut,
    summary=_("When something is due in a branch's hours, and why"),
)
def due(request: Call, words: Query[DueWords]) -> DueOut:
    fence = request.user.fence_branch
    rows = Branch.objects.all() if fence is None else Branch.objects.below(fence)
    branch = rows.filter(pk=words.branch).first()
    if branch is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if (words.minutes is None) == (words.days is None):
        said = str(_("Send either minutes or days."))
        raise ProblemError("invalid", said, errors=[FieldProblem(code="either", detail=said, parameter="minutes")])
    hours, start = selectors.working_time(branch), words.start or now()
    try:
        if words.days is not None:
            found = hours.add_days(start, words.days)
        else:
            found = hours.add(start, timedelta(minutes=words.minutes or 0))
    except NeverOpens as never:
        raise BadInput(never.message) from never
    lines = [WhyLine(text=line.text, tone=line.tone) for line in wording.why_lines(found.steps_as_json)]
    return DueOut(due_at=found.at, calendar=hours.name, open_now=hours.is_open(start), why=lines)
