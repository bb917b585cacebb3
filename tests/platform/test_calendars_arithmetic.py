"""Working time as arithmetic: examples a clerk would check by hand, and laws that hold for every calendar."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suhui.platform.calendars.arithmetic import NeverOpens, Span, SpecialDay, WorkingTime, check_week
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.steps import Step
from suhui.platform.core.clock import BEIJING

OFFICE = (Span(9 * 60, 12 * 60), Span(13 * 60 + 30, 18 * 60))
WEEK = (OFFICE,) * 5 + ((), ())
NIGHT = WorkingTime(week=((Span(22 * 60, 30 * 60),),) * 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def office(**days: SpecialDay) -> WorkingTime:
    return WorkingTime(week=WEEK, days={date.fromisoformat(f"2026-{day[1:3]}-{day[3:]}"): s for day, s in days.items()})


def told(steps: tuple[Step, ...]) -> list[tuple[str, int | None]]:
    return [(step.kind, step.seconds and step.seconds // 60) for step in steps]


def test_friday_evening_goes_on_after_the_weekend_and_says_so() -> None:
    due = office().add(at("2026-11-20 17:30"), timedelta(hours=2))
    assert due.at == at("2026-11-23 10:30")
    assert told(due.steps) == [("start", 120), ("counted", 30), ("closed", None), ("counted", 90), ("due", None)]
    weekend = due.steps[2]
    assert (weekend.day, weekend.last) == (date(2026, 11, 21), date(2026, 11, 22))


def test_a_make_up_saturday_counts_and_a_holiday_does_not() -> None:
    hours = office(
        d1121=SpecialDay(DayKind.MAKE_UP, "National Day", OFFICE), d1123=SpecialDay(DayKind.HOLIDAY, "National Day")
    )
    due = hours.add(at("2026-11-20 17:30"), timedelta(hours=9))
    assert due.at == at("2026-11-24 10:00")
    kinds = [(step.kind, step.day_kind) for step in due.steps]
    assert ("counted", DayKind.MAKE_UP) in kinds
    assert ("closed", DayKind.HOLIDAY) in kinds


def test_a_due_time_stands_at_the_end_of_a_span_not_at_the_next_opening() -> None:
    assert office().add(at("2026-11-20 17:00"), timedelta(hours=1)).at == at("2026-11-20 18:00")


def test_a_night_shift_runs_over_midnight() -> None:
    assert NIGHT.add(at("2026-11-20 23:00"), timedelta(hours=3)).at == at("2026-11-21 02:00")
    assert NIGHT.add(at("2026-11-21 05:00"), timedelta(hours=2)).at == at("2026-11-21 23:00")
    assert NIGHT.is_open(at("2026-11-21 05:59"))
    assert not NIGHT.is_open(at("2026-11-21 06:00"))
    assert NIGHT.next_opening(at("2026-11-21 06:00")) == at("2026-11-21 22:00")


def test_working_days_leave_out_the_day_they_start_on() -> None:
    assert office().add_days(at("2026-11-20 09:00"), 3).at == at("2026-11-25 18:00")
    assert office().add_days(at("2026-11-21 09:00"), 1).at == at("2026-11-23 18:00")
    assert office().add_days(at("2026-11-20 17:59"), 0).at == at("2026-11-20 18:00")
    assert office().add_days(at("2026-11-20 18:00"), 0).at == at("2026-11-23 18:00")


def test_a_year_without_make_up_days_on_record_is_a_step_of_its_own() -> None:
    hours = WorkingTime(week=WEEK, known_years=frozenset({2026}))
    assert hours.add(at("2026-12-30 09:00"), timedelta(hours=8)).unknown_years == []
    due = hours.add(at("2026-12-31 17:00"), timedelta(hours=8))
    assert due.unknown_years == [2027]
    assert hours.add_days(at("2026-12-31 17:00"), 2).unknown_years == [2027]
    assert [step.kind for step in due.steps].count("unknown_year") == 1


def test_steps_survive_storing() -> None:
    due = office(d1123=SpecialDay(DayKind.HOLIDAY, "元旦")).add(at("2026-11-20 17:30"), timedelta(hours=2))
    again = [Step.from_json(step) for step in due.steps_as_json]
    assert [step.as_json() for step in again] == due.steps_as_json


def test_a_long_way_is_told_in_few_steps_and_found_fast() -> None:
    began = perf_counter()
    due = office().add(at("2026-11-20 17:30"), timedelta(hours=60 * 7.5))
    assert perf_counter() - began < 0.05
    assert len(due.steps) < 45
    counted = sum(step.seconds or 0 for step in due.steps if step.kind in ("counted", "days"))
    assert counted == 60 * 7.5 * 3600


def test_a_calendar_that_never_opens_says_so_instead_of_looping() -> None:
    closed = WorkingTime(week=((),) * 7)
    for ask in (
        lambda: closed.add(at("2026-11-20 09:00"), timedelta(hours=1)),
        lambda: closed.add_days(at("2026-11-20 09:00"), 1),
        lambda: closed.next_opening(at("2026-11-20 09:00")),
    ):
        with pytest.raises(NeverOpens):
            ask()
    assert closed.between(at("2026-01-01 00:00"), at("2030-01-01 00:00")) == timedelta(0)


def test_overlapping_spans_are_found_even_around_the_week() -> None:
    assert check_week(WEEK) is None
    assert check_week(((Span(540, 720), Span(700, 800)),) + ((),) * 6) == (0, Span(700, 800))
    assert check_week(((Span(300, 400),),) + ((),) * 5 + ((Span(1320, 1800),),)) == (0, Span(300, 400))
    assert check_week(NIGHT.week) is None


def day_of(drawn: bytes) -> tuple[Span, ...]:
    """Up to three spans from pairs of bytes; a byte more lets the last run into the night. One draw for a whole day."""
    marks = sorted({int.from_bytes(drawn[at : at + 2]) % 1440 for at in range(0, len(drawn) - 1, 2)})
    found = [Span(start, end) for start, end in zip(marks[::2], marks[1::2], strict=False)]
    if found and len(drawn) % 2:
        last = found[-1]
        found[-1] = Span(last.start, min(last.start + 1440, last.end + drawn[-1] * 600 // 255))
    return tuple(found)


spans = st.binary(max_size=13).map(day_of)


@st.composite
def hours(draw: st.DrawFn) -> WorkingTime:
    """Any calendar that opens at all: several spans, nights, holidays, make-up days."""
    week = draw(st.tuples(*[spans] * 7).filter(any))
    days = draw(st.dictionaries(st.dates(date(2026, 10, 1), date(2026, 12, 31)), spans, max_size=8))
    return WorkingTime(week=week, days={day: SpecialDay(DayKind.OPEN, "", found) for day, found in days.items()})


moments = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(0), timedelta(hours=80))


@pytest.mark.long
@given(hours(), moments, lengths)
@settings(max_examples=150, deadline=None)
def test_the_time_between_start_and_due_is_the_length_that_was_added(
    hours: WorkingTime, start: datetime, length: timedelta
) -> None:
    assert hours.between(start, hours.add(start, length).at) == length


@pytest.mark.long
@given(hours(), moments, lengths, lengths)
@settings(max_examples=150, deadline=None)
def test_adding_twice_is_adding_the_sum(hours: WorkingTime, start: datetime, one: timedelta, two: timedelta) -> None:
    assert hours.add(hours.add(start, one).at, two).at == hours.add(start, one + two).at


@pytest.mark.long
@given(hours(), moments, moments, lengths, lengths)
@settings(max_examples=150, deadline=None)
def test_a_later_start_or_a_longer_time_is_never_due_earlier(
    hours: WorkingTime, one: datetime, two: datetime, short: timedelta, long: timedelta
) -> None:
    (one, two), (short, long) = sorted((one, two)), sorted((short, long))
    assert hours.add(one, short).at <= hours.add(one, long).at
    if short:
        assert hours.add(one, short).at <= hours.add(two, short).at
    assert hours.add_days(one, 2).at <= hours.add_days(two, 2).at


@pytest.mark.long
@given(hours(), moments, lengths.filter(bool))
@settings(max_examples=150, deadline=None)
def test_a_due_time_lies_within_open_time(hours: WorkingTime, start: datetime, length: timedelta) -> None:
    due = hours.add(start, length).at
    assert hours.is_open(due - timedelta(microseconds=1))
    opening = hours.next_opening(due)
    assert opening >= due
    assert hours.is_open(opening)
    assert hours.between(due, opening) == timedelta(0)


@pytest.mark.long
@given(hours(), moments, moments, moments)
@settings(max_examples=100, deadline=None)
def test_open_time_adds_up_over_any_middle(hours: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    assert hours.between(one, two) + hours.between(two, three) == hours.between(one, three)
    assert hours.between(one, two) == -hours.between(two, one)


@given(hours(), moments, lengths)
@settings(max_examples=100, deadline=None)
def test_the_steps_account_for_every_second(hours: WorkingTime, start: datetime, length: timedelta) -> None:
    length = timedelta(seconds=int(length.total_seconds()))
    start = start.replace(microsecond=0)
    due = hours.add(start, length)
    counted = sum(step.seconds or 0 for step in due.steps if step.kind in ("counted", "days"))
    assert counted == length.total_seconds()


@given(moments, lengths)
@settings(max_examples=50, deadline=None)
def test_day_and_night_is_plain_addition(start: datetime, length: timedelta) -> None:
    for always in (WorkingTime.always(), WorkingTime(week=((Span(0, 1440),),) * 7)):
        assert always.add(start, length).at == start + length
        assert always.between(start, start + length) == length
