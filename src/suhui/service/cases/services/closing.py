"""The end of a case, and its way back: resolved, rated, closed with cause and outcome, reopened within the rules."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from suhui.engines.rules import selectors as rule_rows
from suhui.engines.tasks import selectors as task_rows
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused, Text
from suhui.service.cases import events, states
from suhui.service.cases.choices import CaseKind, CaseState, EntryKind, Outcome, ProposalState
from suhui.service.cases.models import Case, Cause
from suhui.service.cases.services import prioritising
from suhui.service.cases.services.moving import move
from suhui.service.cases.services.talking import tell_people
from suhui.service.cases.services.writing import tell, write_entry

REOPENING = "case.reopening"


def open_work(case: Case) -> list[Task]:
    """Requests and promises of this case that nobody has finished: closing warns about them."""
    return [task for task in task_rows.tasks_of(case.key) if task.is_waiting]


@transaction.atomic
def resolve(*, case: Case, by: Actor, words: str = "", at: datetime | None = None) -> Case:
    """The matter is settled in our eyes; what remains is the customer's word. Resolving twice is harmless."""
    if case.state in states.ENDED:
        return case
    _demand_answered(case)
    moment = at or now()
    return move(case=case, to=CaseState.RESOLVED, by=by, at=moment, words=words, resolved_at=moment)


@transaction.atomic
def close(
    *,
    case: Case,
    outcome: str,
    by: Actor,
    cause: Cause | None = None,
    words: str = "",
    satisfaction: int | None = None,
    satisfaction_words: str = "",
    anyway: bool = False,
    at: datetime | None = None,
) -> Case:
    """Close the case (结案) with how it ended and, for a complaint, why it happened (CAS-10).

    Raises BadInput without outcome or cause; Refused while the customer's answer to a proposal is awaited or, unless
    `anyway`, while requests or promises are open. Closing a closed case is harmless.
    """
    if case.state == CaseState.CLOSED:
        return case
    _demand_reasons(case, outcome, cause, satisfaction)
    _demand_answered(case)
    left = open_work(case)
    if left and not anyway:
        raise Refused(
            ngettext(
                "%(count)s request or promise of this case is still open.",
                "%(count)s requests or promises of this case are still open.",
                len(left),
            )
            % {"count": len(left)}
        )
    moment = at or now()
    values: dict[str, Any] = {
        "outcome": outcome,
        "cause": cause,
        "outcome_words": words.strip(),
        "closed_at": moment,
        "resolved_at": case.resolved_at or moment,
    }
    if satisfaction is not None:
        values |= {"satisfaction": satisfaction, "satisfaction_words": satisfaction_words, "satisfaction_at": moment}
    move(case=case, to=CaseState.CLOSED, by=by, at=moment, words=words, **values)
    Case.objects.filter(pk=case.pk).update(awaits_reply_since=None)
    tell(events.CaseClosed, case, by=by, outcome=outcome, cause_id=cause.pk if cause else None)
    return case


def _demand_reasons(case: Case, outcome: str, cause: Cause | None, stars: int | None) -> None:
    errors: dict[str, Text] = {}
    if outcome not in Outcome.values:
        errors["outcome"] = _("Say how it ended.")
    if cause is None and case.kind == CaseKind.COMPLAINT and outcome != Outcome.WITHDRAWN:
        errors["cause"] = _("A complaint is closed with its cause, so that causes can be counted.")
    if stars is not None and not 1 <= stars <= 5:
        errors["satisfaction"] = _("One to five stars.")
    if errors:
        raise BadInput(_("This case cannot be closed yet."), errors)


def _demand_answered(case: Case) -> None:
    if case.state == CaseState.PROPOSED and case.proposals.filter(state=ProposalState.OFFERED).exists():
        raise Refused(_("The customer has not answered the proposal. Record the answer or withdraw it first."))


def may_reopen(case: Case, at: datetime) -> bool:
    """Whether the table "case.reopening" lets this case be opened again at `at`."""
    if case.state not in states.ENDED:
        return False
    ended = case.closed_at or case.resolved_at or at
    inputs = {"kind": case.kind, "days": (at - ended).days, "reopened": case.reopened_count}
    return bool(rule_rows.peek(REOPENING, inputs).outputs.get("allowed"))


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Actor, at: datetime | None = None) -> Case:
    """Take an ended case up again, with new clocks. Raises Refused outside the rules; an open case stays as it is."""
    if case.is_open:
        return case
    moment = at or now()
    if not reason.strip():
        raise BadInput(_("Say why it is reopened."), {"reason": _("Say why it is reopened.")})
    if not may_reopen(case, moment):
        raise Refused(_("It is too late to reopen this case. Open a new one and link the two."))
    move(
        case=case,
        to=CaseState.REOPENED,
        by=by,
        at=moment,
        words=reason.strip(),
        closed_at=None,
        resolved_at=None,
        outcome="",
        outcome_words="",
        reopened_count=case.reopened_count + 1,
    )
    prioritising.decide(case=case, by=by)
    tell(events.CaseReopened, case, by=by, reason=reason.strip())
    tell_people(
        case,
        gettext_noop("Case %(number)s was reopened"),
        f"reopened:{case.reopened_count}",
        besides=by.user_id,
        level="warn",
    )
    return case


@transaction.atomic
def rate(*, case: Case, stars: int, by: Actor, words: str = "", channel: str = "", at: datetime | None = None) -> Case:
    """The customer's satisfaction with how the case was handled, one to five (ISO 10004). The last word counts."""
    if case.state not in states.ENDED and case.state != CaseState.EXECUTING:
        raise Refused(_("This case can be rated when it is resolved."))
    if not 1 <= stars <= 5:
        raise BadInput(_("One to five stars."), {"stars": _("One to five stars.")})
    if (case.satisfaction, case.satisfaction_words) == (stars, words.strip()):
        return case
    moment = at or now()
    Case.objects.filter(pk=case.pk).update(
        satisfaction=stars, satisfaction_words=words.strip()[:500], satisfaction_at=moment
    )
    case.satisfaction, case.satisfaction_words, case.satisfaction_at = stars, words.strip()[:500], moment
    write_entry(
        case=case,
        kind=EntryKind.RATING,
        by=by,
        at=moment,
        text=words.strip(),
        internal=False,
        channel=channel,
        data={"stars": stars},
    )
    tell(events.CaseRated, case, by=by, stars=stars)
    if stars <= 2:
        tell_people(
            case,
            gettext_noop("The customer is not satisfied with case %(number)s"),
            f"rated:{moment.isoformat()}",
            besides=by.user_id,
            level="warn",
        )
    return case
