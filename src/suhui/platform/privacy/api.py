"""Seeing one masked value, with a reason that is written down; and who saw what."""

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import selectors, services
from suhui.platform.privacy.choices import Reason
from suhui.platform.privacy.models import Reveal
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Sent, Words

api = Room("privacy", _("Personal data"))


class RevealIn(Sent):
    subject: Annotated[str, Field(min_length=1, max_length=80)] = Field(examples=["customer:12"])
    field: Annotated[str, Field(min_length=1, max_length=60)] = Field(examples=["phone:33"])
    reason: Reason = Field(examples=["contact"])


class RevealOut(BaseModel):
    value: str


@api.post(
    "/reveals",
    Perm.PERSONAL_DATA_REVEAL,
    answer=RevealOut,
    summary=_("See one masked value; who, when and why is kept"),
    keyed=False,
)
def reveal(request: Call, sent: RevealIn) -> RevealOut:
    """Not kept for repeating: the value would lie in the table of answers."""
    return RevealOut(value=services.reveal(user=request.user, key=sent.subject, field=sent.field, reason=sent.reason))


class RevealRow(Row):
    id: int
    at: datetime
    person: Ref
    branch: Ref
    subject: str
    field: str
    reason: Reason


def _rows(reveals: list[Reveal]) -> list[RevealRow]:
    return [
        RevealRow(
            id=one.pk,
            at=one.at,
            person=Ref(id=one.user_id, name=one.user.name),
            branch=Ref(id=one.user.branch_id, name=one.user.branch.name),
            subject=one.subject,
            field=one.field,
            reason=Reason(one.reason),
        )
        for one in reveals
    ]


class RevealWords(Words):
    person: Id | None = None
    subject: str = Field("", max_length=80, examples=["customer:12"])
    reason: Reason | None = None


@api.get("/reveals", Perm.SUPERVISE, answer=Listing[RevealRow], summary=_("Who of one's team looked at whose data"))
def list_reveals(request: Call, words: Query[RevealWords], pages: Query[Paging]) -> Listing[RevealRow]:
    found = selectors.visible_to(request.user)
    if words.person is not None:
        found = found.filter(user_id=words.person)
    if words.subject:
        found = found.filter(subject=words.subject)
    if words.reason is not None:
        found = found.filter(reason=words.reason)
    return paging.page(request, pages, found, order=("-at", "-id"), build=_rows)


class RevealCount(BaseModel):
    person: Ref
    branch: str
    today: int
    week: int


class RevealCounts(BaseModel):
    rows: list[RevealCount] = Field(description="The twelve who looked most")


@api.get("/reveals/counts", Perm.SUPERVISE, answer=RevealCounts, summary=_("How often one's team looked"))
def counts(request: Call) -> RevealCounts:
    rows = [
        RevealCount(
            person=Ref(id=row["user_id"], name=row["user__name"]),
            branch=row["user__branch__name"],
            today=row["today"],
            week=row["week"],
        )
        for row in selectors.counts(request.user, now())
    ]
    return RevealCounts(rows=rows)
