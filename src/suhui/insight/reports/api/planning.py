"""When a report is made, and for whom. Plans are the whole company's: no token bound to a branch changes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.insight.reports import selectors, services, weeks
from suhui.insight.reports.api.room import RunRow, api, run_values
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Receiver, Report
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.models import Branch, Role, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Day, Id, Ref, Row, Sent, ref


class ReceiverRow(BaseModel):
    """Everyone with a post, at a branch and below or everywhere; or one person."""

    id: int
    role: Ref | None
    branch: Ref | None
    person: Ref | None


class PlanRow(Row):
    id: int
    code: str
    name: str
    weekday: int = Field(description="0 Monday … 6 Sunday")
    time: str = Field(description="By the house's clock", examples=["09:00"])
    target: int = Field(description="Per cent resolved in time")
    chase_hours: int
    active: bool


class PlanOut(PlanRow):
    receivers: list[ReceiverRow]
    readers: int = Field(description="Who would get it now")


class PlanList(BaseModel):
    rows: list[PlanRow]


def _values(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk,
        "code": report.code,
        "name": report.label,
        "weekday": report.weekday,
        "time": f"{report.minute // 60:02}:{report.minute % 60:02}",
        "target": report.target,
        "chase_hours": report.chase_hours,
        "active": report.active,
    }


def _receiver(row: Receiver) -> ReceiverRow:
    role = Ref(id=row.role.pk, name=row.role.name) if row.role else None
    return ReceiverRow(id=row.pk, role=role, branch=ref(row.branch), person=ref(row.user))


def _out(report: Report) -> PlanOut:
    receivers = report.receivers.select_related("role", "branch", "user")[:500]
    return PlanOut(
        **_values(report),
        receivers=[_receiver(row) for row in receivers],
        readers=selectors.readers_now(report).count(),
    )


@api.get("/reports/plans", Perm.REPORT_CONFIGURE, answer=PlanList, summary=_("The reports that are made by the clock"))
def list_plans(request: Call) -> PlanList:
    return PlanList(rows=[PlanRow(**_values(report)) for report in selectors.reports()[:200]])


def _report(request: Call, code: str) -> Report:
    found = Report.objects.filter(code=code).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


@api.get("/reports/plans/{slug:plan}", Perm.REPORT_CONFIGURE, answer=PlanOut, summary=_("A plan with its receivers"))
def plan(request: Call, plan: str) -> PlanOut:
    return _out(_report(request, plan))


class PlanIn(Sent):
    weekday: int = Field(ge=0, le=6, description="0 Monday … 6 Sunday")
    time: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])
    target: int = Field(ge=0, le=100)
    chase_hours: int = Field(ge=1, le=336)
    active: bool


@api.put(
    "/reports/plans/{slug:plan}",
    Perm.REPORT_CONFIGURE,
    answer=PlanOut,
    summary=_("Say when a report is made and what counts as good"),
    person=True,
)
def change_plan(request: Call, plan: str, sent: PlanIn) -> PlanOut:
    hour, minute = sent.time.split(":")
    values = sent.model_dump(exclude={"time"}) | {"minute": int(hour) * 60 + int(minute)}
    return _out(services.change_plan(report=_report(request, plan), by=request.actor, **values))


class MakeIn(Sent):
    week: Day = Field(description="Any day of the week it is about")


@api.post(
    "/reports/plans/{slug:plan}/make",
    Perm.REPORT_CONFIGURE,
    answer=RunRow,
    status=201,
    summary=_("Make the report of a past week now"),
    person=True,
)
def make(request: Call, plan: str, sent: MakeIn) -> RunRow:
    made = services.make(
        report=_report(request, plan),
        period_start=weeks.monday_of(sent.week),
        at=now(),
        trigger=Trigger.HAND,
        by=request.actor,
    )
    return RunRow(**run_values(made))


class ReceiverIn(Sent):
    """Either a post or a person."""

    role: Id | None = None
    branch: Id | None = Field(None, description="With a post: at this branch and below")
    person: Id | None = None


@api.post(
    "/reports/plans/{slug:plan}/receivers",
    Perm.REPORT_CONFIGURE,
    answer=ReceiverRow,
    status=201,
    summary=_("Let a post or a person get a report"),
    person=True,
)
def add_receiver(request: Call, plan: str, sent: ReceiverIn) -> ReceiverRow:
    made = services.add_receiver(
        report=_report(request, plan),
        role=_named(Role.objects.all(), sent.role, "role"),
        branch=_named(Branch.objects.active(), sent.branch, "branch"),
        user=_named(User.objects.filter(is_active=True), sent.person, "person"),
        by=request.actor,
    )
    return _receiver(made)


def _named(rows: Any, pk: int | None, name: str) -> Any:
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        said = _("Nothing has this id.")
        raise BadInput(said, {name: said})
    return found


@api.delete(
    "/reports/plans/{slug:plan}/receivers/{int:receiver_id}",
    Perm.REPORT_CONFIGURE,
    summary=_("Let a receiver get a report no more"),
    person=True,
)
def remove_receiver(request: Call, plan: str, receiver_id: int) -> None:
    services.remove_receiver(report=_report(request, plan), receiver_id=receiver_id, by=request.actor)
