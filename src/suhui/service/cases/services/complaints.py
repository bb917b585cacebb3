"""The complaint procedure (CAS-3): facts asked for, a proposal, the customer's answer, carried out, followed through.

Approval, settlement money and arbitration join here later: they go before `propose` and after `record_answer`, and hear
ProposalMade and ProposalAnswered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.choices import TaskKind
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import Branch, Department, User
from suhui.service.cases import events
from suhui.service.cases.choices import CaseKind, CaseState, EntryKind, ProposalState, Purpose
from suhui.service.cases.models import Case, CaseTask, Proposal
from suhui.service.cases.services import clocks, contacting, talking
from suhui.service.cases.services.moving import demand_open, move
from suhui.service.cases.services.writing import tell, write_entry


@dataclass(frozen=True)
class Step:
    """One thing that will be done for the customer, and by whom: a branch and perhaps one of its departments."""

    text: str
    branch: Branch | None = None
    department: Department | None = None


@transaction.atomic
def request_facts(
    *,
    case: Case,
    question: str,
    by: Actor,
    branch: Branch,
    department: Department | None = None,
    assignee: User | None = None,
    due_at: datetime | None = None,
    wait: bool = True,
    at: datetime | None = None,
) -> Task:
    """Ask a branch or department what happened; the answer comes back as a line of the story, with its photos.

    With `wait` the case waits for it. The customer of a complaint is told that we are asking.
    """
    demand_open(case)
    words = question.strip()
    if not words:
        raise BadInput(_("Write what you need to know."), {"question": _("Write what you need to know.")})
    moment = at or now()
    numbers = [link.waybill.number for link in case.waybill_links.select_related("waybill")[:3]]
    title = _("Facts for %(number)s: %(subject)s") % {"number": case.number, "subject": case.subject}
    task = tasks.create(
        kind=TaskKind.FACT_REQUEST,
        subject=case.key,
        title=title[:160],
        body="\n".join([words, *numbers]),
        url=clocks.url_of(case),
        branch=branch,
        department=department,
        assignee=assignee,
        due_at=due_at,
        by=by,
    )
    CaseTask.objects.create(case=case, task=task, purpose=Purpose.FACTS)
    where = f"{branch} · {department}" if department else str(branch)
    write_entry(
        case=case,
        kind=EntryKind.TASK,
        by=by,
        at=moment,
        text=words,
        data={"task": task.pk, "what": "asked", "where": where, "due": task.due_at.isoformat() if task.due_at else ""},
        source=f"task:{task.pk}:asked",
    )
    if case.kind == CaseKind.COMPLAINT:
        talking.tell_progress(
            case=case,
            text=_("We are asking the branches concerned what happened to your parcel."),
            by=Actor.system("cases"),
            at=moment,
            source=f"progress:facts:{case.reopened_count}",
        )
    if wait and case.state != CaseState.WAITING_DEPARTMENT:
        move(case=case, to=CaseState.WAITING_DEPARTMENT, by=by, at=moment)
    tell(events.FactsRequested, case, by=by, task_id=task.pk)
    return task


@transaction.atomic
def propose(
    *,
    case: Case,
    text: str,
    by: Actor,
    amount_fen: int | None = None,
    steps: Iterable[Step] = (),
    at: datetime | None = None,
) -> Proposal:
    """Offer the customer a solution: words, perhaps an amount in fen, and what will be done once they agree.

    Raises Refused while another proposal waits for its answer.
    """
    demand_open(case)
    words = text.strip()
    if not words:
        raise BadInput(_("Write the solution in words the customer understands."), {"text": _("Write the solution.")})
    if case.proposals.filter(state=ProposalState.OFFERED).exists():
        raise Refused(_("A proposal already waits for the customer's answer. Withdraw it first."))
    moment = at or now()
    proposal = Proposal.objects.create(
        case=case,
        text=words,
        amount_fen=amount_fen,
        actions=[_stored(step) for step in steps if step.text.strip()],
        offered_at=moment,
        offered_by_id=by.user_id,
    )
    write_entry(
        case=case,
        kind=EntryKind.PROPOSAL,
        by=by,
        at=moment,
        text=words,
        internal=False,
        data={"proposal": proposal.pk, "amount_fen": amount_fen, "steps": [s["text"] for s in proposal.actions]},
    )
    move(case=case, to=CaseState.PROPOSED, by=by, at=moment)
    clocks.heard_from_us(case=case, at=moment, by=by)
    contacting.contacted(case=case, by=by, at=moment)
    Case.objects.filter(pk=case.pk).update(awaits_reply_since=None)
    tell(events.ProposalMade, case, by=by, proposal_id=proposal.pk, amount_fen=amount_fen)
    return proposal


def _stored(step: Step) -> dict[str, object]:
    return {
        "text": step.text.strip()[:200],
        "branch": step.branch.pk if step.branch else None,
        "department": step.department.pk if step.department else None,
    }


@transaction.atomic
def withdraw(*, proposal: Proposal, by: Actor, words: str = "", at: datetime | None = None) -> Proposal:
    """Take an unanswered proposal back, to make a better one. Withdrawing twice is harmless."""
    if proposal.state == ProposalState.WITHDRAWN:
        return proposal
    moment = at or now()
    _answer(proposal, ProposalState.WITHDRAWN, moment)
    case = proposal.case
    write_entry(
        case=case,
        kind=EntryKind.PROPOSAL,
        by=by,
        at=moment,
        text=words.strip(),
        internal=False,
        data={"proposal": proposal.pk, "withdrawn": True},
    )
    move(case=case, to=CaseState.IN_PROGRESS, by=by, at=moment)
    return proposal


@transaction.atomic
def record_answer(
    *, proposal: Proposal, accepted: bool, by: Actor, words: str = "", channel: str = "", at: datetime | None = None
) -> Proposal:
    """The customer agrees, or refuses and says why; from the portal, or logged by the agent who heard it.

    Agreement sets the steps going as requests; refusal brings the case back to work. The same answer twice is
    harmless; a different one raises Conflict.
    """
    wanted = ProposalState.ACCEPTED if accepted else ProposalState.REFUSED
    if proposal.state == wanted:
        return proposal
    if not accepted and not words.strip():
        raise BadInput(
            _("Please say what is not right about it."), {"words": _("Please say what is not right about it.")}
        )
    moment = at or now()
    _answer(
        proposal,
        wanted,
        moment,
        answer_words=words.strip()[:1000],
        answer_channel=channel,
        answer_logged_by_id=by.user_id,
    )
    case = proposal.case
    write_entry(
        case=case,
        kind=EntryKind.ANSWER,
        by=by,
        at=moment,
        text=words.strip(),
        internal=False,
        channel=channel,
        data={"proposal": proposal.pk, "accepted": accepted},
    )
    if accepted:
        move(case=case, to=CaseState.EXECUTING, by=by, at=moment)
        _set_going(case, proposal, by)
    else:
        move(case=case, to=CaseState.IN_PROGRESS, by=by, at=moment)
    tell(events.ProposalAnswered, case, by=by, proposal_id=proposal.pk, accepted=accepted)
    told = gettext_noop("The customer agreed on case %(number)s")
    if not accepted:
        told = gettext_noop("The customer refused the proposal on case %(number)s")
    talking.tell_people(case, told, f"answer:{proposal.pk}", besides=by.user_id, level="info" if accepted else "warn")
    return proposal


def _answer(proposal: Proposal, state: str, at: datetime, **values: object) -> None:
    done = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.OFFERED).update(
        state=state, answered_at=at, **values
    )
    if not done:
        raise Conflict(_("This proposal has been answered or withdrawn already."))
    proposal.refresh_from_db(fields=["state", "answered_at", *values])


def _set_going(case: Case, proposal: Proposal, by: Actor) -> None:
    """One request per step that was promised; a step without a branch is the owner's own."""
    for position, step in enumerate(proposal.actions):
        branch = Branch.objects.filter(pk=step.get("branch")).first() if step.get("branch") else None
        department = Department.objects.filter(pk=step.get("department")).first() if step.get("department") else None
        task = tasks.create(
            kind=TaskKind.ACTION_REQUEST,
            subject=case.key,
            title=step["text"][:120],
            body=proposal.text,
            url=clocks.url_of(case),
            branch=branch or case.branch,
            department=department,
            assignee=None if branch else case.owner,
            by=by,
        )
        CaseTask.objects.create(case=case, task=task, purpose=Purpose.EXECUTION)
        write_entry(
            case=case,
            kind=EntryKind.TASK,
            by=by,
            at=proposal.answered_at or now(),
            text=step["text"],
            data={"task": task.pk, "what": "asked", "where": str(branch or case.branch)},
            source=f"step:{proposal.pk}:{position}",
        )
