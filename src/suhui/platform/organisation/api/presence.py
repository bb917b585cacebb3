"""How people can be reached now."""

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.organisation import access, selectors
from suhui.platform.organisation.api.room import api, get_branch, get_person
from suhui.platform.people import services
from suhui.platform.people.access import scope
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.models import BusyReason, Presence
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Sent, Words


class PresenceOut(BaseModel):
    state: PresenceState = Field(examples=["idle"])
    reason: str
    since: datetime | None


def _out(held: Presence | None) -> PresenceOut:
    if held is None:
        return PresenceOut(state=PresenceState.OFFLINE, reason="", since=None)
    return PresenceOut(state=PresenceState(held.state), reason=held.reason, since=held.since)


@api.get(
    "/me/presence",
    Perm.WORKBENCH_USE,
    Perm.ORG_VIEW,
    answer=PresenceOut,
    summary=_("How one can be reached now"),
    person=True,
)
def own_presence(request: Call) -> PresenceOut:
    return _out(Presence.objects.filter(user_id=request.user.pk).first())


class PresenceIn(Sent):
    state: PresenceState
    reason: Annotated[str, Field(max_length=80)] = Field("", description="Busy needs one", examples=["会议"])


@api.put(
    "/me/presence",
    Perm.WORKBENCH_USE,
    Perm.ORG_VIEW,
    answer=PresenceOut,
    summary=_("Say how one can be reached"),
    person=True,
)
def set_presence(request: Call, sent: PresenceIn) -> PresenceOut:
    held = services.set_presence(user=request.user, state=sent.state, reason=sent.reason, at=now(), by=request.actor)
    return _out(held)


class BoardWords(Words):
    branch: Id | None = Field(None, description="This branch and below; else one's own")
    state: Literal["", "idle", "busy", "after_call", "break", "offline"] = ""


class BoardPerson(Row):
    id: int
    name: str
    branch: Ref
    presence: PresenceOut
    away: bool


class StateCount(BaseModel):
    state: str
    name: str
    count: int


class BoardOut(BaseModel):
    branch: Ref
    counts: list[StateCount]
    away: int
    rows: list[BoardPerson] = Field(description="The first 300")
    more: bool


@api.get("/presence", Perm.ORG_VIEW, answer=BoardOut, summary=_("The presence board of a branch and below"))
def board(request: Call, words: Query[BoardWords]) -> BoardOut:
    own = request.user.fence_branch.pk if request.user.fence_branch else request.user.branch_id
    branch = get_branch(request, words.branch or own)
    found = selectors.board(request.user, branch, now(), words.state)
    rows = [
        BoardPerson(
            id=person.pk,
            name=person.name,
            branch=Ref(id=person.branch_id, name=person.branch.name),
            presence=_out(getattr(person, "presence", None)),
            away=person.away,  # type: ignore[attr-defined]
        )
        for person in found.people
    ]
    counts = [StateCount(state=state, name=name, count=count) for state, name, count in found.counts]
    where = Ref(id=branch.pk, name=branch.name)
    return BoardOut(branch=where, counts=counts, away=found.away, rows=rows, more=found.more)


class PresenceSpanRow(BaseModel):
    at: datetime
    state: str
    reason: str
    seconds: int | None = Field(description="How long; null for the present one")


class PresenceHistory(BaseModel):
    rows: list[PresenceSpanRow]


@api.get(
    "/people/{int:user_id}/presence",
    Perm.ORG_MANAGE,
    Perm.SUPERVISE,
    answer=PresenceHistory,
    summary=_("A person's last thirty changes of presence"),
)
def history(request: Call, user_id: int) -> PresenceHistory:
    person = get_person(request, user_id)
    supervised = scope(request.user, Perm.SUPERVISE).covers(branch_id=person.branch_id)
    if not supervised and not access.may_manage(request.user, person.branch_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    rows = [
        PresenceSpanRow(
            at=one.at,
            state=one.state,
            reason=one.reason,
            seconds=int(one.length.total_seconds()) if one.length else None,
        )
        for one in selectors.presence_history(person)
    ]
    return PresenceHistory(rows=rows)


class ReasonRow(Row):
    id: int
    name: str = Field(examples=["会议"])
    english_name: str


def _reasons(rows: list[BusyReason]) -> list[ReasonRow]:
    return [ReasonRow(id=row.pk, name=row.name, english_name=row.english_name) for row in rows]


@api.get("/presence/reasons", Perm.ORG_VIEW, answer=Listing[ReasonRow], summary=_("Why somebody can be busy"))
def list_reasons(request: Call, pages: Query[Paging]) -> Listing[ReasonRow]:
    return paging.page(request, pages, BusyReason.objects.all(), order=("order", "id"), build=_reasons)


class ReasonIn(Sent):
    name: str = Field(min_length=1, max_length=40, examples=["盘点"])
    english_name: str = Field("", max_length=40, examples=["Stocktaking"])


@api.post(
    "/presence/reasons",
    Perm.ORG_MANAGE,
    answer=ReasonRow,
    status=201,
    summary=_("Offer one more reason to be busy"),
    person=True,
)
def add_reason(request: Call, sent: ReasonIn) -> ReasonRow:
    made = services.add_busy_reason(name=sent.name, english_name=sent.english_name, by=request.actor)
    return _reasons([made])[0]


@api.delete("/presence/reasons/{int:reason_id}", Perm.ORG_MANAGE, summary=_("Offer a reason no more"), person=True)
def remove_reason(request: Call, reason_id: int) -> None:
    reason = BusyReason.objects.filter(pk=reason_id).first()
    if reason is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    services.remove_busy_reason(reason=reason, by=request.actor)
