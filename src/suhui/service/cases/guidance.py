"""What to do next on a case, and why: an explicit rule over a few facts, shown at the top of the page (CAS-3)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.service.cases.choices import CaseKind, CaseState


@dataclass(frozen=True)
class Facts:
    """What the rule looks at. Counts are of open tasks; `answered` of fact requests that have come back."""

    kind: str
    state: str
    has_owner: bool
    contacted: bool
    awaits_reply: bool
    facts_open: int = 0
    facts_late: int = 0
    facts_done: int = 0
    promises_late: int = 0
    execution_open: int = 0
    refused: bool = False
    stars: int | None = None


@dataclass(frozen=True)
class NextStep:
    """`code` names it; `title` says what to do; `why` the reason; `action` is the door the button opens, or empty."""

    code: str
    title: Any
    why: Any
    action: str = ""
    label: Any = ""


def next_step(facts: Facts) -> NextStep | None:
    """The one thing to do next; None when nothing is left to do. Order is importance: the first that applies."""
    if facts.state in {CaseState.CLOSED, CaseState.MERGED}:
        return None
    if not facts.has_owner and facts.state != CaseState.RESOLVED:
        return NextStep(
            "take", _("Take this case"), _("Nobody owns it yet, and its clocks are running."), "take", _("Take")
        )
    return _urgent(facts) or _by_state(facts)


def _urgent(facts: Facts) -> NextStep | None:
    if facts.promises_late:
        return NextStep(
            "promise",
            _("Keep the promise that is late"),
            _("The customer was given a time, and it has passed."),
            "tasks",
        )
    if facts.awaits_reply and facts.state != CaseState.RESOLVED:
        why = _("The customer wrote and waits for an answer.")
        if facts.kind == CaseKind.COMPLAINT and not facts.contacted:
            why = _("A complaint is answered the same day: listen, apologise, restate, then ask what they want.")
        return NextStep("reply", _("Answer the customer"), why, "reply", _("Reply"))
    if facts.kind == CaseKind.COMPLAINT and not facts.contacted:
        return NextStep(
            "contact",
            _("Contact the customer today"),
            _("A complaint is answered the same day: listen, apologise, restate, then ask what they want."),
            "contact",
            _("Log a contact"),
        )
    return None


def _by_state(facts: Facts) -> NextStep | None:
    if facts.state == CaseState.RESOLVED:
        return _after_resolved(facts)
    if facts.state == CaseState.EXECUTING:
        return _while_executing(facts)
    if facts.state == CaseState.PROPOSED:
        return NextStep(
            "answer",
            _("Wait for the customer's answer, or ask for it"),
            _("The proposal is with the customer; the clocks stand still meanwhile."),
            "answer",
            _("Log the answer"),
        )
    if facts.state == CaseState.WAITING_CUSTOMER:
        return NextStep(
            "wait-customer", _("Wait for the customer"), _("The clocks stand still until they answer or you go on.")
        )
    if facts.facts_late:
        return NextStep("chase", _("Chase the answers that are late"), _("A branch has not answered in time."), "tasks")
    if facts.facts_open:
        return NextStep(
            "wait-facts", _("Wait for the facts"), _("Branches were asked; their answers will appear below."), "tasks"
        )
    return _to_settle(facts)


def _to_settle(facts: Facts) -> NextStep:
    if facts.kind != CaseKind.COMPLAINT:
        return NextStep(
            "settle",
            _("Answer and resolve it"),
            _("Everything needed is here; the customer has been heard."),
            "reply",
            _("Reply"),
        )
    if facts.refused:
        return NextStep(
            "propose-again",
            _("Make a better proposal, or explain"),
            _("The customer refused the last one and said why."),
            "propose",
            _("Propose"),
        )
    if facts.facts_done:
        return NextStep(
            "propose",
            _("Propose a solution"),
            _("The facts are in; the customer waits for what we will do."),
            "propose",
            _("Propose"),
        )
    return NextStep(
        "ask-facts",
        _("Ask for the facts, or propose a solution"),
        _("The customer has been heard; now find out what happened."),
        "facts",
        _("Ask a branch"),
    )


def _while_executing(facts: Facts) -> NextStep:
    if facts.execution_open:
        return NextStep(
            "follow-through",
            _("See that it is carried out"),
            _("The customer agreed; what we said we would do is not finished."),
            "tasks",
        )
    return NextStep(
        "resolve",
        _("Tell the customer it is done, and resolve"),
        _("Everything agreed has been carried out."),
        "resolve",
        _("Resolve"),
    )


def _after_resolved(facts: Facts) -> NextStep:
    if facts.stars is None:
        return NextStep(
            "ask-satisfaction",
            _("Ask whether the customer is satisfied"),
            _("A complaint ends when the customer says so, not when we do.")
            if facts.kind == CaseKind.COMPLAINT
            else _("A word from the customer shows whether it helped."),
            "close",
            _("Close"),
        )
    if facts.stars <= 2:
        return NextStep("reopen", _("Take it up again"), _("The customer is not satisfied."), "reopen", _("Reopen"))
    return NextStep("close", _("Close the case"), _("The customer is satisfied."), "close", _("Close"))
