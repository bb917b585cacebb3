"""A calendar was changed: the due times of running clocks that lean on it move, and say why."""

from datetime import datetime, timedelta

from django.db import transaction

from suhui.engines.sla import clockwork, events
from suhui.engines.sla.choices import ClockState, Counting
from suhui.engines.sla.models import Clock
from suhui.engines.sla.telling import facts
from suhui.engines.sla.writing import counts_since, explain_move, write
from suhui.platform.calendars.arithmetic import Due, WorkingTime
from suhui.platform.calendars.touched import Change, Touched
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor

BATCH = 200
LEAST = timedelta(minutes=1)
"""What is kept of a pause is whole seconds: less than this is no move."""


def recount(*, change: Change, at: datetime, by: Actor) -> int:
    """Count every running clock of the touched branches anew; how many moved. Running it twice moves nothing twice.

    What is late stays late, what waits for the customer counts on by the new hours when it goes on, and nothing becomes
    late by the change itself.
    """
    touched, last, moved = Touched(**change), 0, 0
    while ids := _next_ids(last):
        moved += _recount(ids, touched, at, by)
        last = ids[-1]
    return moved


def _next_ids(last: int) -> list[int]:
    running = Clock.objects.filter(state=ClockState.RUNNING, counting=Counting.WORKING, pk__gt=last)
    return list(running.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _recount(ids: list[int], touched: Touched, at: datetime, by: Actor) -> int:
    rows = Clock.objects.filter(pk__in=ids).select_related("branch", "owner", "policy").order_by("pk")
    found = rows.prefetch_related("policy__targets").select_for_update(of=("self",))
    return sum(_move(clock, touched.hours(clock.branch), at, by) for clock in found)


def _move(clock: Clock, hours: WorkingTime | None, at: datetime, by: Actor) -> bool:
    due = _due(clock, hours) if hours is not None else None
    if due is None or hours is None or abs(due.at - clock.due_at) < LEAST:
        return False
    before, (since, _left) = clock.face, counts_since(clock)
    after = clockwork.move(before, since, due.at, at, hours)
    if after == before:
        return False
    explain_move(clock, at, due.steps, hours)
    write(clock, after)
    topics = [f"user:{clock.owner_id}"] if clock.owner_id else []
    stored.store(events.ClockMoved(**facts(clock), before=before.due_at.isoformat()), by=by, topics=topics)
    return True


def _due(clock: Clock, hours: WorkingTime) -> Due | None:
    """When it is due by these hours, counted from where it last began to count."""
    since, left = counts_since(clock)
    if left is not None:
        return hours.add(since, left)
    target = next((target for target in clock.policy.targets.all() if target.kind == clock.kind), None)
    return target.due(clock.started_at, hours) if target is not None else None
