"""What services and the tick share: the hours a clock counts in, writing its works back, telling how it came about."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from suhui.engines.sla import levels
from suhui.engines.sla.choices import Counting
from suhui.engines.sla.clockwork import Face
from suhui.engines.sla.models import Clock
from suhui.platform.calendars.arithmetic import WorkingTime
from suhui.platform.calendars.selectors import working_time
from suhui.platform.calendars.steps import Step, StoredStep
from suhui.platform.calendars.touched import moved_step
from suhui.platform.core.errors import Conflict

MOST_STEPS = 80
"""An explanation keeps its first step and the newest of the others."""


def hours_of(clock: Clock, known: dict[int, WorkingTime] | None = None) -> WorkingTime:
    """The working time a clock counts in; `known` keeps those of branches already asked for."""
    if clock.counting == Counting.CALENDAR:
        return WorkingTime.always()
    if known is None:
        known = clock.__dict__.setdefault("_hours", {})
    if clock.branch_id not in known:
        known[clock.branch_id] = working_time(clock.branch)
    return known[clock.branch_id]


def levels_of(clock: Clock) -> tuple[timedelta, ...]:
    """The waits of the escalation levels of the policy version the clock started under."""
    return tuple(step.after for step in levels.version(clock.policy_id).escalations.all())


def write(clock: Clock, face: Face) -> None:
    """Put the works back, if the row is still as it was read. Raises Conflict otherwise."""
    values: dict[str, Any] = {**asdict(face), "explanation": clock.explanation, "version": clock.version + 1}
    if not Clock.objects.filter(pk=clock.pk, version=clock.version).update(**values):
        raise Conflict(_("This clock was changed in the meantime. Try again."))
    for name, value in values.items():
        setattr(clock, name, value)


def explain_pause(clock: Clock, before: Face, after: Face, reason: str) -> None:
    """Replace what was planned by what was really counted, and add the pause."""
    kept, since = _up_to_now(clock)
    if after.paused_at is not None:
        hours = hours_of(clock)
        used = hours.add(since, max(timedelta(0), hours.between(since, after.paused_at)))
        kept += [step.as_json() for step in used.steps if step.kind not in ("start", "due")]
        seconds = int((after.remaining or timedelta(0)).total_seconds()) if before.breached_at is None else None
        kept.append(Step("paused", at=hours_local(after.paused_at, hours), seconds=seconds, name=reason).as_json())
    clock.explanation = _short(kept)


def explain_resume(clock: Clock, before: Face, at: datetime) -> None:
    """Add the end of the pause and the way from there to the new due time. A late clock's due time does not move."""
    hours = hours_of(clock)
    here = hours_local(max(at, before.paused_at or at), hours)
    steps: list[StoredStep] = list(clock.explanation)
    if before.breached_at is not None or before.remaining is None:
        steps.append(Step("resumed", at=here).as_json())
    else:
        steps.append(Step("resumed", at=here, seconds=int(before.remaining.total_seconds())).as_json())
        steps += [step.as_json() for step in hours.add(here, before.remaining).steps if step.kind != "start"]
    clock.explanation = _short(steps)


def counts_since(clock: Clock) -> tuple[datetime, timedelta | None]:
    """Where the clock last began to count, and how much was left then; None: all that its target promises."""
    kept, since = _up_to_now(clock)
    if kept and kept[-1]["kind"] == "resumed":
        return since, timedelta(seconds=kept[-1].get("seconds", 0))
    return clock.started_at, None


def explain_move(clock: Clock, at: datetime, steps: Sequence[Step], hours: WorkingTime) -> None:
    """Say that the calendar was changed, and the new way to the due time. Earlier changes stay told."""
    kept, _since = _up_to_now(clock)
    before = [step for step in clock.explanation[len(kept) :] if step["kind"] == "moved"]
    way = [step.as_json() for step in steps if step.kind != "start"]
    clock.explanation = _short([*kept, *before, moved_step(at, clock.due_at, hours), *way])


def hours_local(at: datetime, hours: WorkingTime) -> datetime:
    return at.astimezone(hours.zone)


def _up_to_now(clock: Clock) -> tuple[list[StoredStep], datetime]:
    """The steps up to where the clock last began to count, and that moment."""
    steps: list[StoredStep] = list(clock.explanation)
    for number in range(len(steps) - 1, -1, -1):
        if steps[number]["kind"] in ("start", "resumed"):
            return steps[: number + 1], datetime.fromisoformat(steps[number]["at"])
    return [], clock.started_at


def _short(steps: list[StoredStep]) -> list[StoredStep]:
    return steps if len(steps) <= MOST_STEPS else [steps[0], *steps[-MOST_STEPS + 1 :]]
