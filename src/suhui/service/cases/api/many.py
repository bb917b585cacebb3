"""One thing done to many cases."""

from typing import Annotated, Literal, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Id, Sent
from suhui.service.cases import access, services
from suhui.service.cases.api.acting import colleague
from suhui.service.cases.api.opening import category_of
from suhui.service.cases.api.room import api
from suhui.service.cases.choices import Priority
from suhui.service.cases.models import Case
from suhui.service.cases.services import Bulk

Given = TypeVar("Given", int, str, Priority)
Doing = Literal["owner", "state", "category", "priority", "tag", "untag", "watch", "unwatch"]


class CasesIn(Sent):
    """`do` says what, and the field of that name with what."""

    ids: list[Id] = Field(min_length=1, max_length=200)
    do: Doing = Field(examples=["tag"])
    owner: Id | None = None
    state: Literal["in_progress", "waiting_customer", "waiting_department", "resolved"] | None = None
    category: Annotated[str, Field(max_length=60)] = ""
    priority: Priority | None = None
    tag: Annotated[str, Field(max_length=20)] = Field("", examples=["双十一"])


class CaseSkipped(BaseModel):
    id: int
    why: str


class CasesDone(BaseModel):
    """`skipped` were left as they are, and why; ids that are hidden from the caller are in neither list."""

    done: list[int]
    skipped: list[CaseSkipped]
    undo: UUID | None = Field(description="Takes all of it back by /undo, for ten seconds")


@api.post("/cases/bulk", Perm.CASE_BULK, answer=CasesDone, summary=_("Do one thing to many cases"), pace=Pace.BULK)
def bulk(request: Call, sent: CasesIn) -> CasesDone:
    cases = access.get_cases(request.user, sent.ids)
    if sent.do not in {"watch", "unwatch"}:
        cases = [case for case in cases if access.may_work(request.user, case)]
    result = _do(request, cases, sent)
    return CasesDone(
        done=[case.pk for case in result.done],
        skipped=[CaseSkipped(id=case.pk, why=why) for case, why in result.skipped],
        undo=result.undo.token if result.undo else None,
    )


def _do(request: Call, cases: list[Case], sent: CasesIn) -> Bulk:
    user = request.user
    match sent.do:
        case "watch" | "unwatch":
            return services.watch_all(cases=cases, user=user, on=sent.do == "watch")
        case "owner":
            return services.assign_all(cases=cases, owner=colleague(_given(sent.owner, "owner")), user=user)
        case "state":
            return services.move_all(cases=cases, to=_given(sent.state, "state"), user=user)
        case "category":
            category = category_of(_given(sent.category, "category"))
            assert category is not None  # noqa: S101 - a code was given
            return services.categorise_all(cases=cases, category=category, user=user)
        case "priority":
            return services.prioritise_all(cases=cases, priority=_given(sent.priority, "priority"), user=user)
        case _:
            tag = _given(sent.tag, "tag")
            return services.tag_all(cases=cases, tag=tag, user=user, away=sent.do == "untag")


def _given(value: Given | None, name: str) -> Given:
    if not value:
        said = _("Say what to set.")
        raise BadInput(said, {name: said})
    return value
