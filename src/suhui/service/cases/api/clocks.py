"""The clocks of a case, each with how its due time came about."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.engines.sla import selectors as sla
from suhui.engines.sla.models import Clock
from suhui.engines.sla.wording import clock_note
from suhui.platform.calendars.wording import why_lines
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.service.cases import access
from suhui.service.cases.api.room import api


class CaseClockLine(BaseModel):
    text: str
    tone: str = Field(description="soft: did not count; amber: mind this; strong: the answer")


class CaseClockWhole(BaseModel):
    kind: str = Field(examples=["resolution"])
    state: str = Field(examples=["running"])
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    ended_at: datetime | None
    late: bool
    note: str = Field(description="The service level and the law behind it")
    why: list[CaseClockLine]


class CaseClocks(BaseModel):
    rows: list[CaseClockWhole]


def _clock(clock: Clock) -> CaseClockWhole:
    plain = ("kind", "state", "started_at", "warn_at", "due_at", "ended_at")
    return CaseClockWhole(
        **{name: getattr(clock, name) for name in plain},
        late=clock.is_late,
        note=clock_note(clock),
        why=[CaseClockLine(text=line.text, tone=line.tone) for line in why_lines(clock.explanation)],
    )


@api.get(
    "/cases/{int:case_id}/clocks",
    Perm.CASE_VIEW,
    answer=CaseClocks,
    summary=_("A case's clocks: when each is due, and why"),
)
def list_clocks(request: Call, case_id: int) -> CaseClocks:
    case = access.get_case(request.user, case_id)
    return CaseClocks(rows=[_clock(clock) for clock in sla.clocks_of(case.key)])
