"""Cases that belong together: merged, split, linked."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.desk import undo
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Row, Sent
from suhui.service.cases import access, services
from suhui.service.cases.api.acting import ACT
from suhui.service.cases.api.room import api, workable
from suhui.service.cases.api.shapes import CaseOut, case_out
from suhui.service.cases.choices import CaseKind, LinkKind
from suhui.service.cases.models import CaseLink


class MergeIn(Sent):
    into: Id = Field(description="Id of the case that goes on")


class MergeDone(Row):
    """`undo` takes the merge back for 24 hours by /undo; null when it had been merged before."""

    id: int
    into: int
    undo: UUID | None


@api.post("/cases/{int:case_id}/merge", Perm.CASE_MERGE, answer=MergeDone, summary=_("Make a case a part of another"))
def merge(request: Call, case_id: int, sent: MergeIn) -> MergeDone:
    case, into = workable(request, case_id), access.get_case(request.user, sent.into)
    access.demand_work(request.user, into)
    offer = services.merge(case=case, into=into, user=request.user)
    return MergeDone(id=case.pk, into=into.pk, undo=offer.token if offer else None)


class SplitIn(Sent):
    subject: str = Field(min_length=1, max_length=120)
    kind: CaseKind | None = Field(None, description="Without it the old case's")
    entries: list[Id] = Field(default_factory=list, max_length=50, description="Lines that belong to the new case")
    waybills: list[Id] = Field(default_factory=list, max_length=20, description="Ids of the parcels that do")


@api.post("/cases/{int:case_id}/split", Perm.CASE_MERGE, summary=_("Split a second case off"), status=201, **ACT)
def split(request: Call, case_id: int, sent: SplitIn) -> CaseOut:
    made = services.split(
        case=workable(request, case_id),
        subject=sent.subject,
        kind=sent.kind or "",
        entry_ids=sent.entries,
        waybill_ids=sent.waybills,
        by=request.actor,
    )
    return case_out(access.get_case(request.user, made.pk))


class LinkIn(Sent):
    other: Id = Field(description="Id of the other case")
    kind: LinkKind = Field(LinkKind.RELATED, description="This case is … the other")


@api.post("/cases/{int:case_id}/links", Perm.CASE_EDIT, summary=_("Say how two cases belong together"), **ACT)
def link(request: Call, case_id: int, sent: LinkIn) -> CaseOut:
    case, other = workable(request, case_id), access.get_case(request.user, sent.other)
    services.link(case=case, other=other, kind=sent.kind, by=request.actor)
    return case_out(case)


@api.delete("/cases/{int:case_id}/links/{int:link_id}", Perm.CASE_EDIT, summary=_("Take a link between cases away"))
def unlink(request: Call, case_id: int, link_id: int) -> None:
    case = workable(request, case_id)
    made = CaseLink.objects.select_related("case__branch", "other__branch").filter(pk=link_id).first()
    if made is not None and case.pk in {made.case_id, made.other_id}:
        services.unlink(made=made, by=request.actor)


class UndoIn(Sent):
    token: UUID


@api.post("/undo", Perm.WORKBENCH_USE, answer=None, status=204, summary=_("Take something back, in time"), person=True)
def take_back(request: Call, sent: UndoIn) -> None:
    undo.take_back(token=sent.token, user=request.user)
