"""The clock as a state machine: whatever happens to it in whatever order, its laws hold."""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from suhui.engines.sla import clockwork
from suhui.engines.sla.choices import ClockState
from suhui.engines.sla.clockwork import Face, What
from suhui.platform.calendars.arithmetic import Span, WorkingTime
from suhui.platform.core.clock import BEIJING

OFFICE = (Span(540, 720), Span(810, 1080))
CALENDARS = [
    WorkingTime(week=(OFFICE,) * 5 + ((), ())),
    WorkingTime(week=((Span(1320, 1800),),) * 7),
    WorkingTime.always(),
]
START = datetime(2026, 11, 16, 8, tzinfo=BEIJING)
NOTHING = timedelta(0)
waits = st.timedeltas(timedelta(minutes=1), timedelta(hours=30)).map(
    lambda t: t - timedelta(microseconds=t.microseconds)
)


class ClockMachine(RuleBasedStateMachine):
    """A clock with a ledger beside it that counts by hand what the clock should know."""

    @initialize(
        hours=st.sampled_from(CALENDARS),
        start=st.timedeltas(NOTHING, timedelta(days=6)),
        length=waits,
        share=st.integers(0, 100),
        before=waits,
        levels=st.lists(st.integers(0, 600), unique=True, max_size=3),
    )
    def set_going(
        self, hours: WorkingTime, start: timedelta, length: timedelta, share: int, before: timedelta, levels: list[int]
    ) -> None:
        self.hours, self.length = hours, length
        self.levels = tuple(timedelta(minutes=wait) for wait in sorted(levels))
        self.at = START + start
        due_at = hours.add(self.at, length).at
        self.face = clockwork.begin(at=self.at, due_at=due_at, hours=hours, warn_share=share, warn_before=before)
        self.counted, self.since = NOTHING, self.at
        self.happened: list[What] = []
        self.ended: ClockState | None = None

    def _count(self) -> None:
        """What ran since the last look, if the clock ran."""
        if self.face.state in (ClockState.RUNNING, ClockState.BREACHED_OPEN):
            self.counted += self.hours.between(self.since, self.at)
        self.since = self.at

    def _settle(self) -> Face:
        return clockwork.settle(self.face, self.at, self.hours, self.levels)

    @rule(wait=waits)
    def time_passes(self, wait: timedelta) -> None:
        self._count()
        self.at += wait
        self._count()

    @rule()
    def tick(self) -> None:
        steps, self.face = clockwork.advance(self.face, self.at, self.hours, self.levels)
        self.happened += [what for what, _face in steps]
        again, same = clockwork.advance(self.face, self.at, self.hours, self.levels)
        assert (again, same) == ([], self.face)

    @rule()
    def pause(self) -> None:
        self.face = clockwork.pause(self._settle(), self.at, self.hours)
        assert clockwork.pause(self.face, self.at + timedelta(hours=1), self.hours) == self.face

    @rule()
    def resume(self) -> None:
        self._count()
        self.face = clockwork.resume(self.face, self.at, self.hours)
        assert clockwork.resume(self.face, self.at, self.hours) == self.face

    @rule()
    @precondition(lambda self: self.face.live)
    def meet(self) -> None:
        settled = self._settle()
        punctual = settled.breached_at is None
        self.face = clockwork.meet(settled, self.at)
        self.ended = self.face.state
        assert self.ended == (ClockState.MET if punctual else ClockState.MET_LATE)

    @rule()
    @precondition(lambda self: self.face.live)
    def cancel(self) -> None:
        self.face = clockwork.cancel(self._settle(), self.at)
        self.ended = self.face.state

    @invariant()
    def paused_time_is_never_lost(self) -> None:
        if self.face.breached_at is not None or not self.face.live:
            return
        if self.face.state == ClockState.PAUSED:
            assert self.face.remaining == self.length - self.counted
        elif self.at <= self.face.due_at:
            assert self.hours.between(self.at, self.face.due_at) == self.length - self.counted

    @invariant()
    def nothing_is_said_twice(self) -> None:
        assert self.happened.count(What.WARNED) <= 1
        assert self.happened.count(What.BREACHED) <= 1
        assert self.happened.count(What.ESCALATED) == self.face.level <= len(self.levels)

    @invariant()
    def a_breach_comes_only_when_all_the_time_is_used(self) -> None:
        if self.face.breached_at is not None:
            assert self.counted >= self.length

    @invariant()
    def an_ended_clock_stays_as_it_ended(self) -> None:
        if self.ended is not None:
            assert self.face.state == self.ended
            assert self.face.next_at is None
            assert (self.ended == ClockState.MET_LATE) <= (self.face.breached_at is not None)
            assert (self.ended == ClockState.MET) <= (self.face.breached_at is None)

    @invariant()
    def nobody_forgets_a_running_clock(self) -> None:
        if self.face.state == ClockState.RUNNING:
            assert self.face.next_at is not None
            assert self.face.next_at <= self.face.due_at
            assert self.face.warn_at <= self.face.due_at
        if self.face.state == ClockState.PAUSED:
            assert self.face.next_at is None


TestClock = ClockMachine.TestCase
TestClock.pytestmark = [pytest.mark.long]  # type: ignore[attr-defined]
TestClock.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


def running(minutes: int, *, share: int = 80, before: int = 30) -> Face:
    return clockwork.begin(
        at=START,
        due_at=START + timedelta(minutes=minutes),
        hours=WorkingTime.always(),
        warn_share=share,
        warn_before=timedelta(minutes=before),
    )


def test_a_warning_comes_at_the_share_or_half_an_hour_before_but_not_in_the_first_half() -> None:
    assert running(600).lead == timedelta(minutes=120)
    assert running(100).lead == timedelta(minutes=30)
    assert running(40).lead == timedelta(minutes=20)


def test_a_clock_found_late_breaches_without_a_belated_warning() -> None:
    steps, face = clockwork.advance(running(60), START + timedelta(hours=5), WorkingTime.always(), (NOTHING,))
    assert [what for what, _face in steps] == [What.BREACHED, What.ESCALATED]
    assert face.breached_at == START + timedelta(hours=1)


def test_a_late_clock_paused_for_the_customer_climbs_no_further_until_it_goes_on() -> None:
    hours, levels = WorkingTime.always(), (timedelta(minutes=10), timedelta(minutes=60))
    _steps, face = clockwork.advance(running(60), START + timedelta(minutes=65), hours, levels)
    face = clockwork.pause(face, START + timedelta(minutes=66), hours)
    assert clockwork.advance(face, START + timedelta(days=3), hours, levels)[0] == []
    face = clockwork.resume(face, START + timedelta(days=3), hours)
    assert face.next_at == START + timedelta(days=3, minutes=4)
    assert face.due_at == START + timedelta(minutes=60)
