"""Who is away, and who does their work."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.core.errors import Missing
from suhui.platform.organisation import access
from suhui.platform.organisation.api.room import api, named_person, seen_people
from suhui.platform.people import services
from suhui.platform.people.models import Absence
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Listing, Moment, Paging, Ref, Row, Sent, Words, ref


class AbsenceRow(Row):
    id: int
    person: Ref
    stand_in: Ref | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    begun_at: datetime | None
    finished_at: datetime | None = Field(description="Over, or taken back before it began")


def _rows(absences: list[Absence]) -> list[AbsenceRow]:
    return [
        AbsenceRow(
            id=one.pk,
            person=Ref(id=one.user_id, name=one.user.name),
            stand_in=ref(one.stand_in),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            reason=one.reason,
            begun_at=one.begun_at,
            finished_at=one.finished_at,
        )
        for one in absences
    ]


class AbsenceWords(Words):
    person: Id | None = None
    state: Literal["present", "all"] = Field("present", description="present: not over yet")


@api.get("/absences", Perm.ORG_VIEW, answer=Listing[AbsenceRow], summary=_("Who is or will be away"))
def list_absences(request: Call, words: Query[AbsenceWords], pages: Query[Paging]) -> Listing[AbsenceRow]:
    found = Absence.objects.select_related("user", "stand_in").filter(user__in=seen_people(request).order_by())
    if words.person is not None:
        found = found.filter(user_id=words.person)
    if words.state == "present":
        found = found.filter(finished_at=None)
    return paging.page(request, pages, found, order=("-starts_at", "-id"), build=_rows)


class AbsenceIn(Sent):
    person: Id = Field(description="Oneself, or whom one supervises or sets up")
    starts_at: Moment
    ends_at: Moment
    stand_in: Id | None = Field(None, description="Open work goes to this person, and comes back afterwards")
    reason: str = Field("", max_length=120, description="Shown to colleagues", examples=["年假"])


@api.post(
    "/absences",
    Perm.WORKBENCH_USE,
    Perm.HANDOVER,
    Perm.ORG_MANAGE,
    answer=AbsenceRow,
    status=201,
    summary=_("Enter an absence with its stand-in"),
)
def begin(request: Call, sent: AbsenceIn) -> AbsenceRow:
    person = named_person(request, sent.person, "person")
    assert person is not None  # noqa: S101 - an id was given
    access.demand_enter_absence(request.user, person)
    stand_in = named_person(request, sent.stand_in, "stand_in")
    made = services.begin_absence(
        user=person,
        starts_at=sent.starts_at,
        ends_at=sent.ends_at,
        stand_in=stand_in,
        reason=sent.reason,
        by=request.actor,
    )
    return _rows([made])[0]


@api.post(
    "/absences/{int:absence_id}/end",
    Perm.WORKBENCH_USE,
    Perm.HANDOVER,
    Perm.ORG_MANAGE,
    answer=AbsenceRow,
    summary=_("End an absence early, or take it back"),
)
def end(request: Call, absence_id: int) -> AbsenceRow:
    absence = access.get_absence(request.user, absence_id)
    if not seen_people(request).filter(pk=absence.user_id).exists():
        raise Missing(_("There is nothing here, or it is not yours to see."))
    ended = services.end_absence(absence=absence, by=request.actor)
    ended.user, ended.stand_in = absence.user, absence.stand_in
    return _rows([ended])[0]
