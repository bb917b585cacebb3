"""My day, the team's board, and the hand-over of an absent person's work."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.engines.tasks import services as tasks
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import workday
from suhui.platform.people.access import get_colleague, scope
from suhui.platform.people.models import Absence, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Ref, Sent, Words, ref
from suhui.screens.workbench import services, team

api = Room("workbench", _("Workbench"))


class DayLine(BaseModel):
    subject: str = Field(examples=["case:17"])
    kind: str
    title: str
    whose: str
    reason: str
    action: str
    due_at: datetime | None
    shared: bool = Field(description="Nobody holds it yet")


class DayLines(BaseModel):
    rows: list[DayLine]


@api.get("/day", Perm.WORKBENCH_USE, answer=DayLines, summary=_("What waits for one, most urgent first"), person=True)
def day(request: Call) -> DayLines:
    return DayLines(
        rows=[
            DayLine(
                subject=one.subject,
                kind=str(one.kind),
                title=one.title,
                whose=one.whose,
                reason=one.reason,
                action=str(one.action),
                due_at=one.due_at,
                shared=one.shared,
            )
            for one in workday.my_day(request.user, now())
        ]
    )


class TeamWords(Words):
    show: Literal["late", "soon", "nobody", "all"] = "late"
    person: Id | None = None


class TeamLine(BaseModel):
    key: str = Field(examples=["case:17"])
    title: str
    whose: str
    reason: str
    owner: Ref | None
    branch: str
    due_at: datetime | None
    chases: int


class TeamLoad(BaseModel):
    person: Ref
    open: int
    late: int
    soon: int


class TeamBoard(BaseModel):
    late: int
    soon: int
    nobody: int
    total: int
    lines: list[TeamLine]
    loads: list[TeamLoad]
    free: list[Ref]
    absent: list[Ref]


@api.get("/team", Perm.SUPERVISE, answer=TeamBoard, summary=_("The team: late, load per person, absences"), person=True)
def board(request: Call, words: Query[TeamWords]) -> TeamBoard:
    found = team.board(request.user, now(), show=words.show, person=words.person)
    return TeamBoard(
        late=found.late,
        soon=found.soon,
        nobody=found.nobody,
        total=found.total,
        lines=[
            TeamLine(
                key=one.key,
                title=one.title,
                whose=one.whose,
                reason=one.reason,
                owner=ref(one.owner),
                branch=one.branch,
                due_at=one.due_at,
                chases=one.chases,
            )
            for one in found.lines
        ],
        loads=[
            TeamLoad(person=Ref(id=one.user.pk, name=one.user.name), open=one.open, late=one.late, soon=one.soon)
            for one in found.loads
        ],
        free=[Ref(id=one.pk, name=one.name) for one in found.free],
        absent=[Ref(id=one.absence.user_id, name=one.absence.user.name) for one in found.absent],
    )


class TeamReassign(Sent):
    keys: list[str] = Field(min_length=1, max_length=100, examples=[["case:17", "task:9"]])
    to: Id = Field(description="A colleague's id")


class TeamDone(BaseModel):
    """How many pieces of work; `refused` says in words what was not done."""

    count: int
    refused: list[str]


@api.post(
    "/team/reassign",
    Perm.SUPERVISE,
    answer=TeamDone,
    pace=Pace.BULK,
    summary=_("Give pieces of work to a colleague"),
    person=True,
)
def reassign(request: Call, sent: TeamReassign) -> TeamDone:
    to = get_colleague(request.user, sent.to)
    done = services.reassign(keys=sent.keys, to=to, user=request.user)
    return TeamDone(count=done.count, refused=[str(one) for one in done.refused])


class TeamChase(Sent):
    keys: list[str] = Field(min_length=1, max_length=100, examples=[["task:9"]])
    note: str = Field("", max_length=500)


@api.post(
    "/team/chase", Perm.SUPERVISE, answer=TeamDone, pace=Pace.BULK, summary=_("Press for pieces of work"), person=True
)
def chase(request: Call, sent: TeamChase) -> TeamDone:
    done = services.chase(keys=sent.keys, user=request.user, note=sent.note)
    return TeamDone(count=done.count, refused=[str(one) for one in done.refused])


def _absence(request: Call, absence_id: int) -> Absence:
    """An absence of somebody whose work the caller may hand over. Raises Missing."""
    within = scope(request.user, Perm.HANDOVER).q(branch="user__branch_id", department="user__department_id")
    found = Absence.objects.filter(within, pk=absence_id).select_related("user", "stand_in").first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


class HandedOver(BaseModel):
    """How many pieces of work went."""

    count: int


class HandOverIn(Sent):
    to: Id | None = Field(None, description="A colleague's id; else the absence's stand-in")


@api.post(
    "/absences/{int:absence_id}/hand-over",
    Perm.HANDOVER,
    answer=HandedOver,
    pace=Pace.BULK,
    summary=_("Give an absent person's work to the stand-in"),
)
def hand_over(request: Call, absence_id: int, sent: HandOverIn) -> HandedOver:
    found = _absence(request, absence_id)
    items = tasks.hand_over(absence=found, stand_in=_stand_in(request, sent.to), by=request.actor)
    return HandedOver(count=len(items))


def _stand_in(request: Call, user_id: int | None) -> User | None:
    """Work leaves a branch-bound token's branches for nobody outside them."""
    if user_id is None:
        return None
    fence = request.user.fence_branch
    rows = User.objects.filter(pk=user_id, is_active=True)
    found = (rows if fence is None else rows.filter(branch__path__startswith=fence.path)).first()
    if found is None:
        said = _("No colleague has this id.")
        raise BadInput(said, {"to": said})
    return found


@api.post(
    "/absences/{int:absence_id}/take-back",
    Perm.HANDOVER,
    answer=HandedOver,
    pace=Pace.BULK,
    summary=_("Give back what is still open with the stand-in"),
)
def take_back(request: Call, absence_id: int) -> HandedOver:
    items = tasks.give_back_work(absence=_absence(request, absence_id), by=request.actor)
    return HandedOver(count=len(items))
