"""Starting, pausing and ending the clocks of a subject. Every call may be repeated without harm."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from suhui.engines.sla import clockwork, events, levels
from suhui.engines.sla.choices import ClockKind, ClockState
from suhui.engines.sla.clockwork import Face
from suhui.engines.sla.models import Clock, Policy, Target
from suhui.engines.sla.telling import facts, take_back
from suhui.engines.sla.writing import explain_pause, explain_resume, hours_of, levels_of, write
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User

Change = Callable[[Clock, Face], Face]


@settled.steady()
@transaction.atomic(savepoint=False)
def start_clocks(
    *,
    subject: str,
    policy: Policy,
    branch: Branch,
    owner: User | None,
    at: datetime,
    label: str,
    url: str,
    by: Actor,
    kinds: Collection[ClockKind] | None = None,
) -> list[Clock]:
    """Start a clock for each promise of `policy` (or those of `kinds`) that has none alive for this subject, in the
    working time of `branch`. Gives back all clocks of the subject that are alive."""
    of_branch = working_time(branch)
    fresh = []
    for target in levels.version(policy.pk).targets.all():
        if kinds is None or target.kind in kinds:
            clock = Clock(subject=subject, policy=policy, branch=branch, owner=owner, label=label[:120], url=url[:200])
            fresh.append(_set_going(clock, target, of_branch, at))
    Clock.objects.bulk_create(fresh, ignore_conflicts=True)
    return alive(subject)


def _set_going(clock: Clock, target: Target, of_branch: WorkingTime, at: datetime) -> Clock:
    """A clock not stored yet, begun at `at` for what `target` promises."""
    hours = target.hours(of_branch)
    due = target.due(at, hours)
    face = clockwork.begin(
        at=at,
        due_at=due.at,
        hours=hours,
        warn_share=target.warn_share,
        warn_before=timedelta(minutes=target.warn_minutes),
    )
    clock.kind, clock.counting, clock.explanation = target.kind, target.counting, due.steps_as_json
    for name, value in asdict(face).items():
        setattr(clock, name, value)
    return clock


def alive(subject: str, *, held: bool = False) -> list[Clock]:
    """The clocks of a subject that are alive; `held` locks them until the transaction ends."""
    rows = Clock.objects.live().about(subject).order_by("pk").select_related("branch", "owner")
    found = list(rows.select_for_update(of=("self",)) if held else rows)
    for clock in found:
        clock.policy = levels.version(clock.policy_id)
    return found


@settled.steady()
@transaction.atomic(savepoint=False)
def pause(*, subject: str, at: datetime, reason: str, by: Actor) -> list[Clock]:
    """Stop all running clocks while the customer has the word. `reason` is a msgid, shown in the explanation."""

    def stop(clock: Clock, face: Face) -> Face:
        after = clockwork.pause(face, at, hours_of(clock))
        if after is not face:
            explain_pause(clock, face, after, reason)
        return after

    return _each(subject, at, by, stop)


@settled.steady()
@transaction.atomic(savepoint=False)
def resume(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """Let paused clocks count on: due times move by the time that was waited."""

    def go_on(clock: Clock, face: Face) -> Face:
        after = clockwork.resume(face, at, hours_of(clock))
        if after is not face:
            explain_resume(clock, face, at)
        return after

    return _each(subject, at, by, go_on)


@settled.steady()
@transaction.atomic(savepoint=False)
def meet(*, subject: str, kind: ClockKind, at: datetime, by: Actor) -> Clock | None:
    """The promise is fulfilled. None when no such clock is alive."""
    ended = _each(subject, at, by, lambda _clock, face: clockwork.meet(face, at), kinds=[kind])
    return ended[0] if ended else None


@settled.steady()
@transaction.atomic(savepoint=False)
def restart(*, subject: str, kind: ClockKind, at: datetime, by: Actor) -> Clock | None:
    """The customer was told how things stand: this clock is met, and the next one of its kind starts now; paused, if
    the old one was. None when no such clock is alive."""
    return next((_begin_anew(clock, at, by) for clock in alive(subject, held=True) if clock.kind == kind), None)


@settled.steady()
@transaction.atomic(savepoint=False)
def told(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """We spoke to the customer: the first response is met and the next update is counted from now (one that began this
    very moment goes on). Gives back the clocks that are alive afterwards."""
    left = []
    for clock in alive(subject, held=True):
        if clock.kind == ClockKind.FIRST_RESPONSE:
            _change(clock, at, by, lambda _clock, face: clockwork.meet(face, at))
        elif clock.kind == ClockKind.UPDATE and clock.started_at < at:
            left.append(_begin_anew(clock, at, by))
        else:
            left.append(clock)
    return left


@settled.steady()
@transaction.atomic(savepoint=False)
def settle(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """The matter is at its end: answered and resolved; nobody waits for an update any more. Those that ended."""

    def end(clock: Clock, face: Face) -> Face:
        return clockwork.cancel(face, at) if clock.kind == ClockKind.UPDATE else clockwork.meet(face, at)

    return _each(subject, at, by, end)


@settled.steady()
@transaction.atomic(savepoint=False)
def cancel(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """Nobody waits any more: what is still alive ends, and counts neither as kept nor as late."""
    return _each(subject, at, by, lambda _clock, face: clockwork.cancel(face, at))


@transaction.atomic(savepoint=False)
def hand_to(*, subject: str, owner: User | None, by: Actor, branch: Branch | None = None) -> None:
    """Warnings go to the new owner from now on. With `branch`, later escalations climb from there; running due times
    stay as they were promised."""
    moved: dict[str, object] = {"owner": owner}
    if branch is not None:
        moved["branch"] = branch
    Clock.objects.live().about(subject).update(**moved)


def _begin_anew(clock: Clock, at: datetime, by: Actor) -> Clock:
    """Meet a clock and start the next of its kind. Its row is locked, so nobody starts another meanwhile."""
    paused = clock.state == ClockState.PAUSED
    _change(clock, at, by, lambda _clock, face: clockwork.meet(face, at))
    target = next(target for target in clock.policy.targets.all() if target.kind == clock.kind)
    fresh = Clock(
        subject=clock.subject,
        policy=clock.policy,
        branch=clock.branch,
        owner=clock.owner,
        label=clock.label,
        url=clock.url,
    )
    _set_going(fresh, target, working_time(clock.branch), at)
    if paused:
        before = fresh.face
        face = clockwork.pause(before, at, hours_of(fresh))
        explain_pause(fresh, before, face, "")
        for name, value in asdict(face).items():
            setattr(fresh, name, value)
    fresh.save(force_insert=True)
    return fresh


def _each(
    subject: str, at: datetime, by: Actor, change: Change, *, kinds: Collection[ClockKind] | None = None
) -> list[Clock]:
    """Change every clock of the subject that is alive; those that really changed. The rows are locked meanwhile, so a
    tick passes them by and finds them as they are afterwards."""
    found = [clock for clock in alive(subject, held=True) if kinds is None or clock.kind in kinds]
    return [clock for clock in found if _change(clock, at, by, change)]


def _change(clock: Clock, at: datetime, by: Actor, change: Change) -> bool:
    before = clock.face
    after = change(clock, clockwork.settle(before, at, hours_of(clock), levels_of(clock)))
    if after == before:
        return False
    write(clock, after)
    _store(clock, before, after, by)
    return True


def _store(clock: Clock, before: Face, after: Face, by: Actor) -> None:
    topics = [f"user:{clock.owner_id}"] if clock.owner_id else []
    if before.breached_at is None and after.breached_at is not None:
        stored.store(events.ClockBreached(**facts(clock)), by=by, topics=topics)
    if after.state in (ClockState.MET, ClockState.MET_LATE):
        late = after.state == ClockState.MET_LATE
        ended = after.ended_at.isoformat() if after.ended_at else ""
        stored.store(events.ClockMet(**facts(clock), late=late, met_at=ended), by=by, topics=topics)
    if not after.live:
        take_back(clock)
