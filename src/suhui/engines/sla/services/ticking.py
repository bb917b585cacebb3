"""The tick: warns, notes what is late, climbs the tree. Two ticks at once share the work and repeat nothing."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from suhui.engines.sla import clockwork, events, telling
from suhui.engines.sla.clockwork import Face, What
from suhui.engines.sla.models import Clock
from suhui.engines.sla.writing import hours_of, levels_of, write
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor

log = logging.getLogger(__name__)

BATCH = 100
AGAIN = timedelta(minutes=5)
"""A clock that cannot be advanced is looked at again after this time, and does not hold up the others."""
BY = Actor.system("sla")


def tick(at: datetime) -> int:
    """Advance every clock that has something due by `at`; how many things happened. Safe to run at any time, often,
    late, and in several processes at once."""
    happened = 0
    while (found := _batch(at)) is not None:
        happened += found
    return happened


@settled.steady()
@transaction.atomic
def _batch(at: datetime) -> int | None:
    clocks = (
        Clock.objects.filter(next_at__lte=at)
        .select_related("branch", "owner")
        .order_by("next_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    )
    found = list(clocks)
    if not found:
        return None
    known: dict[int, WorkingTime] = {}
    present = telling.Present(at)
    return sum(_advance_safely(clock, known, present) for clock in found)


def _advance_safely(clock: Clock, known: dict[int, WorkingTime], present: telling.Present) -> int:
    try:
        with transaction.atomic():
            return _advance(clock, known, present)
    except Exception:
        log.exception("clock %s could not be advanced", clock.pk)
        Clock.objects.filter(pk=clock.pk, version=clock.version).update(next_at=present.at + AGAIN)
        return 0


def _advance(clock: Clock, known: dict[int, WorkingTime], present: telling.Present) -> int:
    hours, levels = hours_of(clock, known), levels_of(clock)
    steps, after = clockwork.advance(clock.face, present.at, hours, levels)
    write(clock, after)
    for what, face in steps:
        _say(clock, what, face, present)
    return len(steps)


def _say(clock: Clock, what: What, face: Face, present: telling.Present) -> None:
    topics = [f"user:{clock.owner_id}"] if clock.owner_id else []
    facts = telling.facts(clock)
    if what is What.WARNED:
        stored.store(events.ClockWarned(**facts), by=BY, topics=topics)
        telling.warn(clock, present)
    elif what is What.BREACHED:
        stored.store(events.ClockBreached(**facts), by=BY, topics=topics)
        telling.breach(clock, present)
    else:
        told = telling.escalate(clock, face.level, present)
        stored.store(events.ClockEscalated(**facts, level=face.level, told=told), by=BY, topics=topics)
