"""Starting, pausing and ending the clocks of a subject. Every call may be repeated without harm."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from suhui.engines.sla import clockwork, events
from suhui.engines.sla.choices import ClockKind, ClockState
from suhui.engines.sla.clockwork import Face
from suhui.engines.sla.models import Clock, Policy
from suhui.engines.sla.telling import facts, take_back
from suhui.engines.sla.writing import explain_pause, explain_resume, hours_of, levels_of, write
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User


@transaction.atomic
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
    alive = set(Clock.objects.live().about(subject).values_list("kind", flat=True))
    fresh = []
    for target in policy.targets.all():
        if target.kind in alive or (kinds is not None and target.kind not in kinds):
            continue
        hours = target.hours(of_branch)
        due = target.due(at, hours)
        face = clockwork.begin(
            at=at,
            due_at=due.at,
            hours=hours,
            warn_share=target.warn_share,
            warn_before=timedelta(minutes=target.warn_minutes),
        )
        fresh.append(
            Clock(
                subject=subject,
                kind=target.kind,
                policy=policy,
                branch=branch,
                owner=owner,
                counting=target.counting,
                label=label[:120],
                url=url[:200],
                explanation=due.steps_as_json,
                **asdict(face),
            )
        )
    Clock.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(Clock.objects.live().about(subject).select_related("policy", "branch", "owner"))


@transaction.atomic
def pause(*, subject: str, at: datetime, reason: str, by: Actor) -> list[Clock]:
    """Stop all running clocks while the customer has the word. `reason` is a msgid, shown in the explanation."""

    def stop(clock: Clock, face: Face) -> Face:
        after = clockwork.pause(face, at, hours_of(clock))
        if after is not face:
            explain_pause(clock, face, after, reason)
        return after

    return _each(subject, at, by, stop)


@transaction.atomic
def resume(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """Let paused clocks count on: due times move by the time that was waited."""

    def go_on(clock: Clock, face: Face) -> Face:
        after = clockwork.resume(face, at, hours_of(clock))
        if after is not face:
            explain_resume(clock, face, at)
        return after

    return _each(subject, at, by, go_on)


@transaction.atomic
def meet(*, subject: str, kind: ClockKind, at: datetime, by: Actor) -> Clock | None:
    """The promise is fulfilled. None when no such clock is alive."""
    ended = _each(subject, at, by, lambda _clock, face: clockwork.meet(face, at), kind=kind)
    return ended[0] if ended else None


@transaction.atomic
def restart(*, subject: str, kind: ClockKind, at: datetime, by: Actor) -> Clock | None:
    """The customer was told how things stand: this clock is met, and the next one of its kind starts now; paused, if
    the old one was. None when no such clock is alive."""
    before = Clock.objects.live().about(subject).filter(kind=kind).values_list("state", "paused_at").first()
    ended = meet(subject=subject, kind=kind, at=at, by=by)
    if ended is None or before is None:
        return None
    start_clocks(
        subject=subject,
        policy=ended.policy,
        branch=ended.branch,
        owner=ended.owner,
        at=at,
        label=ended.label,
        url=ended.url,
        by=by,
        kinds=[kind],
    )
    if before[0] == ClockState.PAUSED:
        pause(subject=subject, at=at, reason="", by=by)
    return Clock.objects.live().about(subject).filter(kind=kind).first()


@transaction.atomic
def cancel(*, subject: str, at: datetime, by: Actor) -> list[Clock]:
    """Nobody waits any more: what is still alive ends, and counts neither as kept nor as late."""
    return _each(subject, at, by, lambda _clock, face: clockwork.cancel(face, at))


@transaction.atomic
def hand_to(*, subject: str, owner: User | None, by: Actor, branch: Branch | None = None) -> None:
    """Warnings go to the new owner from now on. With `branch`, later escalations climb from there; running due times
    stay as they were promised."""
    moved: dict[str, object] = {"owner": owner}
    if branch is not None:
        moved["branch"] = branch
    Clock.objects.live().about(subject).update(**moved)


def _each(
    subject: str, at: datetime, by: Actor, change: Callable[[Clock, Face], Face], *, kind: ClockKind | None = None
) -> list[Clock]:
    """Change every clock of the subject that is alive; those that really changed. The rows are locked meanwhile, so a
    tick passes them by and finds them as they are afterwards."""
    alive = Clock.objects.live().about(subject).order_by("pk")
    if kind is not None:
        alive = alive.filter(kind=kind)
    changed = []
    for clock in alive.select_related("policy", "branch", "owner").select_for_update(of=("self",)):
        before = clock.face
        settled = clockwork.settle(before, at, hours_of(clock), levels_of(clock))
        after = change(clock, settled)
        if after == before:
            continue
        write(clock, after)
        _store(clock, before, after, by)
        changed.append(clock)
    return changed


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
