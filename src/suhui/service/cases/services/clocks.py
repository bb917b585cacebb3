"""The case's side of its SLA clocks: started, paused, met with what happens to the case, and copied onto the row."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop

from suhui.engines.sla import selectors as sla_rows
from suhui.engines.sla import services as sla
from suhui.engines.sla.choices import ClockKind, ClockState
from suhui.platform.core.actors import Actor
from suhui.service.cases import states
from suhui.service.cases.choices import CaseState
from suhui.service.cases.models import Case


def sla_inputs(case: Case) -> dict[str, object]:
    """What the table "sla.policy" may ask about a case (CAS-2)."""
    tier = getattr(case.customer, "tier", "") if case.customer else ""
    category = case.category.parent or case.category if case.category else None
    return {
        "kind": case.kind,
        "channel": case.channel,
        "tier": tier or "",
        "category": category.code if category else "",
        "severity": case.severity,
        "priority": case.priority,
    }


def start(*, case: Case, at: datetime, by: Actor) -> None:
    """Choose the policy by rule and set its clocks going."""
    policy = sla.choose(subject=case.key, inputs=sla_inputs(case), by=by)
    Case.objects.filter(pk=case.pk).update(policy=policy)
    case.policy = policy
    sla.start_clocks(
        subject=case.key,
        policy=policy,
        branch=case.branch,
        owner=case.owner,
        at=at,
        label=f"{case.number} {case.subject}"[:120],
        url=url_of(case),
        by=by,
    )
    refresh(case)


def follow_state(*, case: Case, before: str, at: datetime, by: Actor) -> None:
    """Pause, resume, meet, cancel or start anew, as the move of the case demands."""
    if case.state in states.PAUSING and before not in states.PAUSING:
        sla.pause(subject=case.key, at=at, reason=_reason(case), by=by)
    elif before in states.PAUSING and case.state not in states.PAUSING:
        sla.resume(subject=case.key, at=at, by=by)
    if case.state in states.ENDED and before not in states.ENDED:
        sla.meet(subject=case.key, kind=ClockKind.FIRST_RESPONSE, at=at, by=by)
        sla.meet(subject=case.key, kind=ClockKind.RESOLUTION, at=at, by=by)
        sla.cancel(subject=case.key, at=at, by=by)
    elif before in states.ENDED and case.state not in states.ENDED:
        start(case=case, at=at, by=by)
    refresh(case)


def heard_from_us(*, case: Case, at: datetime, by: Actor) -> None:
    """The customer was told something: the first response is given, the next progress report is due later."""
    sla.meet(subject=case.key, kind=ClockKind.FIRST_RESPONSE, at=at, by=by)
    sla.restart(subject=case.key, kind=ClockKind.UPDATE, at=at, by=by)
    refresh(case)


def hand_to(*, case: Case, by: Actor) -> None:
    sla.hand_to(subject=case.key, owner=case.owner, by=by)


def refresh(case: Case) -> None:
    """Copy the nearest running clock onto the row, so that the work list sorts with one index."""
    running = [c for c in sla_rows.clocks_of(case.key) if c.state in RUNNING and c.due_at is not None]
    nearest = min(running, key=lambda clock: clock.due_at, default=None)
    due = (nearest.due_at, nearest.warn_at, nearest.kind) if nearest and case.is_open else (None, None, "")
    case.next_due_at, case.next_warn_at, case.next_due_kind = due
    Case.objects.filter(pk=case.pk).update(next_due_at=due[0], next_warn_at=due[1], next_due_kind=due[2])


def url_of(case: Case) -> str:
    return reverse("cases:case", args=[case.pk])


RUNNING = frozenset({ClockState.RUNNING, ClockState.BREACHED_OPEN})


def _reason(case: Case) -> str:
    """A msgid, translated where it is shown."""
    if case.state == CaseState.PROPOSED:
        return gettext_noop("Waiting for the customer's answer to our proposal")
    return gettext_noop("Waiting for the customer")
