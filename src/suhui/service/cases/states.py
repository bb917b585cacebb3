"""The life of a case as an explicit table. Services move a case with `services.moving.move`, which asks here first."""

from suhui.service.cases.choices import CaseKind
from suhui.service.cases.choices import CaseState as S

NEXT: dict[S, frozenset[S]] = {
    S.NEW: frozenset(
        {S.IN_PROGRESS, S.WAITING_CUSTOMER, S.WAITING_DEPARTMENT, S.PROPOSED, S.RESOLVED, S.CLOSED, S.MERGED}
    ),
    S.IN_PROGRESS: frozenset(
        {S.WAITING_CUSTOMER, S.WAITING_DEPARTMENT, S.PROPOSED, S.EXECUTING, S.RESOLVED, S.CLOSED, S.MERGED}
    ),
    S.WAITING_CUSTOMER: frozenset(
        {S.IN_PROGRESS, S.WAITING_DEPARTMENT, S.PROPOSED, S.EXECUTING, S.RESOLVED, S.CLOSED, S.MERGED}
    ),
    S.WAITING_DEPARTMENT: frozenset(
        {S.IN_PROGRESS, S.WAITING_CUSTOMER, S.PROPOSED, S.EXECUTING, S.RESOLVED, S.CLOSED, S.MERGED}
    ),
    S.PROPOSED: frozenset({S.IN_PROGRESS, S.EXECUTING, S.RESOLVED, S.MERGED}),
    S.EXECUTING: frozenset({S.IN_PROGRESS, S.WAITING_CUSTOMER, S.WAITING_DEPARTMENT, S.RESOLVED, S.CLOSED, S.MERGED}),
    S.RESOLVED: frozenset({S.CLOSED, S.REOPENED, S.IN_PROGRESS}),
    S.CLOSED: frozenset({S.REOPENED}),
    S.REOPENED: frozenset(
        {S.IN_PROGRESS, S.WAITING_CUSTOMER, S.WAITING_DEPARTMENT, S.PROPOSED, S.RESOLVED, S.CLOSED, S.MERGED}
    ),
    S.MERGED: frozenset(),
}
"""From each state, where a case may go. A merged case comes back only by undoing the merge."""

OPEN = frozenset(S) - {S.RESOLVED, S.CLOSED, S.MERGED}
"""Somebody still has to do something."""

FRESH = frozenset({S.NEW, S.REOPENED})
"""Nobody has looked at it yet (or again)."""

PAUSING = frozenset({S.WAITING_CUSTOMER, S.PROPOSED})
"""The customer has the ball: the clocks stand still (CAS-2)."""

BY_HAND = (S.IN_PROGRESS, S.WAITING_CUSTOMER, S.WAITING_DEPARTMENT, S.RESOLVED)
"""What a person picks from the status menu; the other states are reached by doing the thing."""

ENDED = frozenset({S.RESOLVED, S.CLOSED})


def may_move(state: str, to: str) -> bool:
    """Whether a case may go from `state` to `to`. Staying is always allowed: repeating a call is harmless."""
    return state == to or S(to) in NEXT[S(state)]


def choices_from(state: str, kind: str) -> list[S]:
    """What the status menu offers now. A complaint is resolved through its procedure or by closing, never silently; a
    proposal ends by its answer or by being withdrawn."""
    if state == S.PROPOSED:
        return []
    offered = [to for to in BY_HAND if to != state and S(to) in NEXT[S(state)]]
    if kind == CaseKind.COMPLAINT and state in {S.NEW, S.REOPENED}:
        offered = [to for to in offered if to != S.RESOLVED]
    return offered
