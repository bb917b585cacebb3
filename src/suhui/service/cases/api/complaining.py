"""The complaint's procedure and the end of every case: proposal, answer, resolving, closing, reopening, rating."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Fen, Id, Sent
from suhui.service.cases import services
from suhui.service.cases.api.acting import ACT
from suhui.service.cases.api.opening import Channel, branch_of
from suhui.service.cases.api.room import Few, api, workable
from suhui.service.cases.api.shapes import CaseOut, case_out
from suhui.service.cases.choices import Outcome, ProposalState
from suhui.service.cases.models import Case, Cause, Proposal
from suhui.service.cases.services.complaints import Step


class StepIn(Sent):
    text: str = Field(min_length=1, max_length=200, examples=["赔付 128 元到客户账户"])
    branch: Id | None = Field(None, description="Who does it; else the case's branch")


class ProposalIn(Sent):
    text: str = Field(min_length=1, max_length=4000, examples=["我们照价赔偿 128 元，三日内到账。"])
    amount_fen: Fen | None = None
    steps: list[StepIn] = Field(default_factory=list, max_length=10)


@api.post("/cases/{int:case_id}/proposals", Perm.CASE_EDIT, summary=_("Propose a solution to the customer"), **ACT)
def propose(request: Call, case_id: int, sent: ProposalIn) -> CaseOut:
    case = workable(request, case_id)
    steps = [Step(one.text, branch_of(one.branch, "steps")) for one in sent.steps]
    services.propose(case=case, text=sent.text, by=request.actor, amount_fen=sent.amount_fen, steps=steps)
    return case_out(case)


def offered(case: Case) -> Proposal:
    found = case.proposals.filter(state=ProposalState.OFFERED).first()
    if found is None:
        raise Refused(_("No proposal waits for an answer."))
    found.case = case
    return found


class AnswerIn(Sent):
    accepted: bool
    words: str = Field("", max_length=1000, description="The customer's own")
    channel: Channel = "phone"


@api.post("/cases/{int:case_id}/proposals/answer", Perm.CASE_EDIT, summary=_("Record the customer's answer"), **ACT)
def answer(request: Call, case_id: int, sent: AnswerIn) -> CaseOut:
    case = workable(request, case_id)
    services.record_answer(
        proposal=offered(case), accepted=sent.accepted, by=request.actor, words=sent.words, channel=sent.channel
    )
    return case_out(case)


class WordsIn(Sent):
    words: Few = ""


@api.post("/cases/{int:case_id}/proposals/withdraw", Perm.CASE_EDIT, summary=_("Withdraw the proposal"), **ACT)
def withdraw(request: Call, case_id: int, sent: WordsIn) -> CaseOut:
    case = workable(request, case_id)
    services.withdraw(proposal=offered(case), by=request.actor, words=sent.words)
    return case_out(case)


@api.post("/cases/{int:case_id}/resolve", Perm.CASE_EDIT, summary=_("Say that the matter is settled"), **ACT)
def resolve(request: Call, case_id: int, sent: WordsIn) -> CaseOut:
    case = workable(request, case_id)
    return case_out(services.resolve(case=case, by=request.actor, words=sent.words))


class CloseIn(Sent):
    outcome: Outcome = Field(examples=["compensated"])
    cause: Annotated[str, Field(max_length=60)] = Field("", description="Code; a complaint needs one")
    words: Few = ""
    satisfaction: int | None = Field(None, ge=1, le=5)
    anyway: bool = Field(False, description="Although requests or promises are open")


@api.post("/cases/{int:case_id}/close", Perm.CASE_CLOSE, summary=_("Close a case with how it ended"), **ACT)
def close(request: Call, case_id: int, sent: CloseIn) -> CaseOut:
    case = workable(request, case_id)
    closed = services.close(
        case=case,
        outcome=sent.outcome,
        cause=_cause(sent.cause),
        words=sent.words,
        satisfaction=sent.satisfaction,
        anyway=sent.anyway,
        by=request.actor,
    )
    return case_out(closed)


def _cause(code: str) -> Cause | None:
    if not code:
        return None
    found = Cause.objects.filter(code=code, active=True).first()
    if found is None:
        said = _("There is no cause in use with this code.")
        raise BadInput(said, {"cause": said})
    return found


class ReopenIn(Sent):
    reason: str = Field(min_length=1, max_length=500)


@api.post("/cases/{int:case_id}/reopen", Perm.CASE_CLOSE, summary=_("Take an ended case up again"), **ACT)
def reopen(request: Call, case_id: int, sent: ReopenIn) -> CaseOut:
    case = workable(request, case_id)
    return case_out(services.reopen(case=case, reason=sent.reason, by=request.actor))


class RatingIn(Sent):
    stars: int = Field(ge=1, le=5)
    words: Few = ""
    channel: Channel = "phone"


@api.post("/cases/{int:case_id}/rating", Perm.CASE_EDIT, summary=_("Record how satisfied the customer is"), **ACT)
def rate(request: Call, case_id: int, sent: RatingIn) -> CaseOut:
    case = workable(request, case_id)
    done = services.rate(case=case, stars=sent.stars, words=sent.words, by=request.actor, channel=sent.channel)
    return case_out(done)
