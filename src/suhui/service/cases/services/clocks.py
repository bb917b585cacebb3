"""The case's side of its SLA clocks: started, paused, met with what happens to the case, and copied onto the row."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from suhui.engines.sla import selectors as sla_rows
from suhui.engines.sla import services as sla
from suhui.engines.sla.choices import ClockState
from suhui.engines.sla.models import Clock
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local
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
        "age_days": _age_days(case),
    }


def _age_days(case: Case) -> int | None:
    """Whole days from the day it happened, where the case says so, to its registration."""
    told = case.fields.get("happened_on")
    return max(0, (local(case.opened_at).date() - date.fromisoformat(told)).days) if told else None


@settled.steady()
def start(*, case: Case, at: datetime, by: Actor) -> None:
    """Choose the policy by rule and set its clocks going."""
    begin(case=case, at=at, by=by)
    Case.objects.filter(pk=case.pk).update(policy=case.policy)
    store_nearest(case)


def begin(*, case: Case, at: datetime, by: Actor) -> None:
    """The same on the object alone, for a caller that stores the row anyway."""
    policy = sla.choose(subject=case.key, inputs=sla_inputs(case), by=by)
    case.policy = policy
    running = sla.start_clocks(
        subject=case.key,
        policy=policy,
        branch=case.branch,
        owner=case.owner,
        at=at,
        label=f"{case.number} {case.subject}"[:120],
        url=url_of(case),
        by=by,
    )
    show_nearest(case, running)


def follow_state(*, case: Case, before: str, at: datetime, by: Actor) -> None:
    """Pause, resume, meet, cancel or start anew, as the move of the case demands."""
    if case.state in states.PAUSING and before not in states.PAUSING:
        sla.pause(subject=case.key, at=at, reason=_reason(case), by=by)
    elif before in states.PAUSING and case.state not in states.PAUSING:
        sla.resume(subject=case.key, at=at, by=by)
    if case.state in states.ENDED and before not in states.ENDED:
        sla.settle(subject=case.key, at=at, by=by)
    elif before in states.ENDED and case.state not in states.ENDED:
        start(case=case, at=at, by=by)
        return
    refresh(case)


def heard_from_us(*, case: Case, at: datetime, by: Actor) -> None:
    """The customer was told something: the first response is given, the next progress report is due later."""
    answer(case=case, at=at, by=by)
    store_nearest(case)


def answer(*, case: Case, at: datetime, by: Actor) -> None:
    """The same, the nearest clock on the object alone, for a caller that stores the row anyway."""
    show_nearest(case, sla.told(subject=case.key, at=at, by=by))


def hand_to(*, case: Case, by: Actor) -> None:
    sla.hand_to(subject=case.key, owner=case.owner, by=by)


def refresh(case: Case) -> None:
    """Copy the nearest running clock onto the row, so that the work list sorts with one index."""
    nearest = sla_rows.next_due(case.key) if case.is_open else None
    case.next_due_at, case.next_warn_at, case.next_due_kind = nearest or (None, None, "")
    store_nearest(case)


def show_nearest(case: Case, clocks: Iterable[Clock]) -> None:
    """The same on the object alone, from clocks already at hand."""
    running = [clock for clock in clocks if clock.state in RUNNING]
    nearest = min(running, key=lambda clock: clock.due_at, default=None) if case.is_open else None
    due = (nearest.due_at, nearest.warn_at, nearest.kind) if nearest else (None, None, "")
    case.next_due_at, case.next_warn_at, case.next_due_kind = due


def store_nearest(case: Case) -> None:
    """Write the row only where it says something else, which spares its indexes."""
    due = {name: getattr(case, name) for name in ("next_due_at", "next_warn_at", "next_due_kind")}
    same = {f"{name}__isnull" if value is None else name: value is None or value for name, value in due.items()}
    Case.objects.filter(~Q(**same), pk=case.pk).update(**due)


def url_of(case: Case) -> str:
    return reverse("cases:case", args=[case.pk])


RUNNING = frozenset({ClockState.RUNNING, ClockState.BREACHED_OPEN})


def _reason(case: Case) -> str:
    """A msgid, translated where it is shown."""
    if case.state == CaseState.PROPOSED:
        return gettext_noop("Waiting for the customer's answer to our proposal")
    return gettext_noop("Waiting for the customer")
