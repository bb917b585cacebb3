"""One case: with what hangs on it, and its story."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.engines.sla import selectors as clocks
from suhui.platform.core.clock import local, now
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Words, ref
from suhui.service.cases import access, guidance, macros, selectors, sheets, states
from suhui.service.cases.api.room import api
from suhui.service.cases.api.shapes import CaseOut, EntryRow, case_values, entries_out
from suhui.service.cases.choices import ProposalState
from suhui.service.cases.models import Case, Macro
from suhui.service.cases.ui.bulk import XLSX
from suhui.service.cases.ui.cases import facts_of, macros_for, tasks_of_family


class CaseClock(BaseModel):
    kind: str = Field(examples=["resolution"])
    state: str = Field(examples=["running"])
    due_at: datetime
    warn_at: datetime


class CaseParcel(BaseModel):
    id: int
    number: str
    carrier: str
    status: str


class CaseCheck(BaseModel):
    id: int
    text: str
    done_at: datetime | None
    done_by: Ref | None


class CaseLinked(BaseModel):
    """Another case of which the caller may know."""

    id: int = Field(description="Id of the link, to remove it")
    case_id: int
    number: str
    kind: str = Field(examples=["related"])
    back: bool = Field(description="Said of the other case about this one")


class CaseProposal(BaseModel):
    id: int
    text: str
    amount_fen: int | None
    steps: list[dict[str, Any]]
    state: str
    offered_at: datetime


class CaseTaskOut(BaseModel):
    id: int
    title: str
    kind: str
    state: str
    due_at: datetime | None
    branch: Ref
    assignee: Ref | None


class CaseWhole(CaseOut):
    """A case with everything its page shows; the story has its own address."""

    clocks: list[CaseClock]
    waybills: list[CaseParcel]
    checks: list[CaseCheck]
    links: list[CaseLinked]
    watchers: list[Ref]
    proposal: CaseProposal | None = Field(description="The one that waits for the customer's answer")
    tasks: list[CaseTaskOut]
    macros: list[Ref] = Field(description="Macros that fit this case")
    next_states: list[str] = Field(description="States a person may choose now")
    next_step: str = Field(description="What the procedure asks for next")
    may_work: bool


@api.get(
    "/cases/{int:case_id}",
    Perm.CASE_VIEW,
    answer=CaseWhole,
    summary=_("One case with its clocks, parcels, tasks and links"),
    revision="version",
)
def get_case(request: Call, case_id: int) -> CaseWhole:
    case = access.get_case(request.user, case_id)
    tasks = tasks_of_family(selectors.family_ids(case))
    links = case.waybill_links.select_related("waybill__carrier")
    step = guidance.next_step(facts_of(case, tasks, now()))
    return CaseWhole(
        **case_values(case),
        clocks=[
            CaseClock(kind=one.kind, state=one.state, due_at=one.due_at, warn_at=one.warn_at)
            for one in clocks.clocks_of(case.key)
        ],
        waybills=[_parcel(link.waybill) for link in links[:20]],
        checks=[
            CaseCheck(id=one.pk, text=one.text, done_at=one.done_at, done_by=ref(one.done_by))
            for one in case.checks.select_related("done_by")
        ],
        links=_links(request, case),
        watchers=[Ref(id=one.user_id, name=one.user.name) for one in case.watches.select_related("user")],
        proposal=_proposal(case),
        tasks=[_task(task) for task in tasks],
        macros=[Ref(id=one.pk, name=one.label) for one in macros_for(case)],
        next_states=[state.value for state in states.choices_from(case.state, case.kind)],
        next_step=str(step.title) if step else "",
        may_work=access.may_work(request.user, case),
    )


def _parcel(waybill: Any) -> CaseParcel:
    return CaseParcel(id=waybill.pk, number=waybill.number, carrier=waybill.carrier.code, status=waybill.status)


def _links(request: Call, case: Case) -> list[CaseLinked]:
    """Both ways; of cases the caller does not see nothing, not even the number."""
    found = [(link.pk, link.other, link.kind, False) for link in case.links.select_related("other")]
    found += [(link.pk, link.case, link.kind, True) for link in case.linked_from.select_related("case")]
    seen = set(access.visible_to(request.user).filter(pk__in=[one[1].pk for one in found]).values_list("pk", flat=True))
    return [
        CaseLinked(id=pk, case_id=other.pk, number=other.number, kind=kind, back=back)
        for pk, other, kind, back in found
        if other.pk in seen
    ]


def _proposal(case: Case) -> CaseProposal | None:
    found = case.proposals.filter(state=ProposalState.OFFERED).first()
    if found is None:
        return None
    return CaseProposal(
        id=found.pk,
        text=masks.mask_text(found.text),
        amount_fen=found.amount_fen,
        steps=found.actions,
        state=found.state,
        offered_at=found.offered_at,
    )


def _task(task: Any) -> CaseTaskOut:
    return CaseTaskOut(
        id=task.pk,
        title=masks.mask_text(task.title),
        kind=task.kind,
        state=task.state,
        due_at=task.due_at,
        branch=Ref(id=task.branch_id, name=task.branch.name),
        assignee=ref(task.assignee),
    )


@api.get(
    "/cases/{int:case_id}/entries",
    Perm.CASE_VIEW,
    answer=Listing[EntryRow],
    summary=_("The story of a case, newest first"),
)
def list_entries(request: Call, case_id: int, pages: Query[Paging]) -> Listing[EntryRow]:
    case = access.get_case(request.user, case_id)
    rows = selectors.story(selectors.family(case))
    return paging.page(request, pages, rows, order=("-at", "-id"), build=entries_out)


class MacroText(Row):
    id: int
    name: str
    reply: str = Field(description="Its reply with the case's words in the place of the placeholders")
    note: str


@api.get(
    "/cases/{int:case_id}/macros/{int:macro_id}",
    Perm.CASE_EDIT,
    answer=MacroText,
    summary=_("A macro's words, filled from the case, to look over"),
)
def get_macro(request: Call, case_id: int, macro_id: int) -> MacroText:
    case = access.get_case(request.user, case_id)
    macro: Macro = access.get_macro(macro_id)
    reply, note = (masks.mask_text(macros.fill(text, case, request.user)) for text in (macro.reply, macro.note))
    return MacroText(id=macro.pk, name=macro.label, reply=reply, note=note)


class ExportWords(Words):
    id: list[Id] = Field(min_length=1, max_length=200)


@api.get(
    "/cases/export",
    Perm.CASE_BULK,
    answer=None,
    summary=_("Some cases as a spreadsheet, masked"),
    download=(XLSX,),
)
def export_cases(request: Call, words: Query[ExportWords]) -> HttpResponse:
    cases = access.get_cases(request.user, words.id)
    response = HttpResponse(sheets.workbook(cases, request.user), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="cases-{local(now()):%Y%m%d-%H%M}.xlsx"'
    return response
