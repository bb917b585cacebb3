"""The clock as a pure machine: what a pause, a tick or an answer makes of it. No database, no present moment.

Laws (tested as a state machine): paused time is never lost, a clock warns at most once, a clock that was kept in time
never becomes late, a late one never becomes punctual again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from suhui.engines.sla.choices import LIVE, ClockState
from suhui.platform.calendars.arithmetic import WorkingTime

NOTHING = timedelta(0)


class What(StrEnum):
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Face:
    """Everything a clock knows. `lead` is the time between warning and due, in the clock's own counting. `remaining` is
    set while paused: to the due time, or once late to the next escalation (None when there is none). `next_at` is when
    the tick must look again."""

    state: ClockState
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    lead: timedelta
    next_at: datetime | None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    remaining: timedelta | None = None
    level: int = 0

    @property
    def live(self) -> bool:
        return self.state in LIVE


def begin(*, at: datetime, due_at: datetime, hours: WorkingTime, warn_share: int, warn_before: timedelta) -> Face:
    """A running clock. It warns when `warn_share` per cent of its time are gone or `warn_before` is left, whichever
    comes first, but not in the first half of its time."""
    length = max(NOTHING, hours.between(at, due_at))
    lead = min(length / 2, max(length * (100 - warn_share) / 100, warn_before))
    lead = timedelta(seconds=int(lead.total_seconds()))
    warn_at = hours.add(at, length - lead).at if lead else due_at
    return Face(ClockState.RUNNING, at, due_at, warn_at, lead, next_at=warn_at)


def advance(
    face: Face, at: datetime, hours: WorkingTime, levels: tuple[timedelta, ...]
) -> tuple[list[tuple[What, Face]], Face]:
    """Everything that has come due by `at`, in order, each with the clock after it; and the clock after all. A clock
    already late is not warned of any more. `levels` are the growing waits of the escalation levels after the due
    time."""
    happened: list[tuple[What, Face]] = []
    while face.next_at is not None and face.next_at <= at:
        what, face = _next(face, at, hours, levels)
        if what is not None:
            happened.append((what, face))
    return happened, face


def _next(face: Face, at: datetime, hours: WorkingTime, levels: tuple[timedelta, ...]) -> tuple[What | None, Face]:
    if face.state == ClockState.BREACHED_OPEN:
        if face.level >= len(levels):
            return None, replace(face, next_at=None)
        return What.ESCALATED, _escalated(face, hours, levels)
    if face.state != ClockState.RUNNING:
        return None, replace(face, next_at=None)
    if face.due_at <= at:
        return What.BREACHED, _breached(face, hours, levels)
    if face.warned_at is None and face.warn_at <= at:
        return What.WARNED, replace(face, warned_at=at, next_at=face.due_at)
    return None, replace(face, next_at=face.due_at if face.warned_at else face.warn_at)


def _breached(face: Face, hours: WorkingTime, levels: tuple[timedelta, ...]) -> Face:
    first = hours.add(face.due_at, levels[0]).at if levels else None
    return replace(face, state=ClockState.BREACHED_OPEN, breached_at=face.due_at, next_at=first)


def _escalated(face: Face, hours: WorkingTime, levels: tuple[timedelta, ...]) -> Face:
    reached = face.level + 1
    following = None
    if reached < len(levels) and face.next_at is not None:
        following = hours.add(face.next_at, max(NOTHING, levels[reached] - levels[reached - 1])).at
    return replace(face, level=reached, next_at=following)


def settle(face: Face, at: datetime, hours: WorkingTime, levels: tuple[timedelta, ...]) -> Face:
    """A clock whose due time has passed unseen is late, whatever happens to it next."""
    if face.state == ClockState.RUNNING and face.due_at < at:
        return _breached(face, hours, levels)
    return face


def pause(face: Face, at: datetime, hours: WorkingTime) -> Face:
    """Stop counting. The rest is kept in the clock's own counting. No effect on a clock that does not run."""
    if face.state not in (ClockState.RUNNING, ClockState.BREACHED_OPEN):
        return face
    at = max(at, face.started_at)
    aim = face.due_at if face.state == ClockState.RUNNING else face.next_at
    left = None if aim is None else max(NOTHING, hours.between(at, aim))
    return replace(face, state=ClockState.PAUSED, paused_at=at, remaining=left, next_at=None)


def resume(face: Face, at: datetime, hours: WorkingTime) -> Face:
    """Count on: the due time moves so that exactly the rest is left. What was late stays late since then."""
    if face.state != ClockState.PAUSED or face.paused_at is None:
        return face
    at = max(at, face.paused_at)
    running = replace(face, paused_at=None, remaining=None)
    if face.breached_at is not None:
        following = None if face.remaining is None else hours.add(at, face.remaining).at
        return replace(running, state=ClockState.BREACHED_OPEN, next_at=following)
    left = face.remaining or NOTHING
    due_at = hours.add(at, left).at
    warn_at = hours.add(at, left - face.lead).at if left > face.lead else at
    following = due_at if face.warned_at else warn_at
    return replace(running, state=ClockState.RUNNING, due_at=due_at, warn_at=warn_at, next_at=following)


def move(face: Face, since: datetime, due_at: datetime, at: datetime, hours: WorkingTime) -> Face:
    """The calendar was changed: the time that is counted since `since` now ends at `due_at`. Only a clock that runs and
    is not late moves, and never into the past; it does not warn twice."""
    if face.state != ClockState.RUNNING or face.due_at <= at or due_at <= at or due_at == face.due_at:
        return face
    left = hours.between(since, due_at) - face.lead
    warn_at = hours.add(since, left).at if left > NOTHING else since
    following = due_at if face.warned_at else warn_at
    return replace(face, due_at=due_at, warn_at=warn_at, next_at=following)


def meet(face: Face, at: datetime) -> Face:
    """What was promised is done: in time, or late when the clock was late before."""
    if not face.live:
        return face
    state = ClockState.MET if face.breached_at is None else ClockState.MET_LATE
    return _ended(face, state, at)


def cancel(face: Face, at: datetime) -> Face:
    """Nobody waits any more. It counts neither as kept nor as late; `breached_at` stays as history."""
    return _ended(face, ClockState.CANCELLED, at) if face.live else face


def _ended(face: Face, state: ClockState, at: datetime) -> Face:
    return replace(face, state=state, ended_at=max(at, face.started_at), next_at=None, paused_at=None, remaining=None)
