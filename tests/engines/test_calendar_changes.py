"""A calendar is changed while clocks and tasks run: what leans on it moves, says why, and nothing else does."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from suhui.engines.sla import services as sla
from suhui.engines.sla import tasks as sla_jobs
from suhui.engines.sla.choices import ClockKind, ClockState
from suhui.engines.sla.models import Clock, Policy
from suhui.engines.tasks import services as tasks
from suhui.engines.tasks import tasks as task_jobs
from suhui.engines.tasks.choices import LogKind, TaskKind
from suhui.engines.tasks.models import Task
from suhui.platform.calendars import services as calendars
from suhui.platform.calendars.arithmetic import Span
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.models import Calendar
from suhui.platform.calendars.wording import why_lines
from suhui.platform.core.clock import BEIJING
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 10, tzinfo=BEIJING)
TUESDAY = date(2026, 11, 17)
NINE_TO_SIX = (Span(9 * 60, 18 * 60),)


@pytest.fixture
def calendar(outlet: Branch) -> Calendar:
    """Every day from nine to six, at the outlet."""
    week = (NINE_TO_SIX,) * 7
    made = calendars.add_calendar(code="daily", name="每日班", week=week, keeps_holidays=False, by=SYSTEM)
    calendars.assign(branch=outlet, calendar=made, by=SYSTEM)
    return made


def begin(branch: Branch, at: datetime = MONDAY) -> Clock:
    """A complaint's resolution clock."""
    sla.ship()
    policy = Policy.objects.get(code="complaint", is_current=True)
    target = policy.targets.get(kind=ClockKind.RESOLUTION)
    target.unit, target.amount, target.counting = "hours", 12, "working"
    target.save()
    sla.start_clocks(
        subject="case:1", policy=policy, branch=branch, owner=None, at=at, label="T1", url="/cases/1/", by=SYSTEM
    )
    return Clock.objects.get(subject="case:1", kind=ClockKind.RESOLUTION)


def ask(branch: Branch, at: datetime = MONDAY, **more: Any) -> Task:
    return tasks.create(
        kind=TaskKind.FACT_REQUEST, subject="case:1", title="查仓库", branch=branch, by=SYSTEM, at=at, **more
    )


def close(calendar: Calendar, day: date = TUESDAY, at: datetime = MONDAY + timedelta(hours=1)) -> None:
    """The day is closed by hand, and the jobs of both engines run at `at`."""
    calendars.set_day(calendar=calendar, day=day, kind=DayKind.CLOSED, name="盘点", by=SYSTEM)
    recount(at, calendar_id=calendar.pk)


def recount(at: datetime, **change: int) -> None:
    with time_machine.travel(at, tick=False):
        sla_jobs.recount.func(**change)
        task_jobs.recount.func(**change)


def words(steps: list[dict[str, Any]]) -> str:
    return "\n".join(line.text for line in why_lines(steps))


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, 11, day), time(hour, minute), BEIJING)


def test_a_day_that_is_closed_moves_a_running_clock_to_the_day_after_and_tells_why(
    outlet: Branch, calendar: Calendar
) -> None:
    clock = begin(outlet)
    assert clock.due_at == on(17, 13)
    close(calendar)
    clock.refresh_from_db()
    assert clock.due_at == on(18, 13)
    assert on(17, 13) < clock.warn_at < clock.due_at
    assert clock.next_at == clock.warn_at
    told = words(clock.explanation)
    for said in ("日历“每日班”已变更", "原到期时间 11月17日 星期二 13:00", "盘点", "到期：11月18日 星期三 13:00"):
        assert said in told, told
    event = StoredEvent.objects.get(kind="sla.ClockMoved", payload__clock_id=clock.pk)
    assert event.subject == "case:1"
    assert datetime.fromisoformat(event.payload["before"]) == on(17, 13)
    close(calendar)
    assert StoredEvent.objects.filter(kind="sla.ClockMoved", payload__clock_id=clock.pk).count() == 1


def test_taking_the_day_back_takes_the_due_time_back_and_both_changes_stay_told(
    outlet: Branch, calendar: Calendar
) -> None:
    clock = begin(outlet)
    close(calendar)
    calendars.clear_day(calendar=calendar, day=TUESDAY, by=SYSTEM)
    recount(MONDAY + timedelta(hours=2), calendar_id=calendar.pk)
    clock.refresh_from_db()
    assert clock.due_at == on(17, 13)
    assert words(clock.explanation).count("已变更") == 2


def test_a_clock_that_waited_for_the_customer_counts_its_rest_by_the_new_hours(
    outlet: Branch, calendar: Calendar
) -> None:
    clock = begin(outlet)
    sla.pause(subject="case:1", at=on(16, 12), reason="", by=SYSTEM)
    close(calendar, at=on(16, 13))
    clock.refresh_from_db()
    assert (clock.state, clock.remaining) == (ClockState.PAUSED, timedelta(hours=10))
    sla.resume(subject="case:1", at=on(16, 16), by=SYSTEM)
    clock.refresh_from_db()
    assert clock.due_at == on(18, 17)
    calendars.clear_day(calendar=calendar, day=TUESDAY, by=SYSTEM)
    recount(on(16, 17), calendar_id=calendar.pk)
    clock.refresh_from_db()
    assert clock.due_at == on(17, 17)


def test_what_is_late_stays_late_and_a_change_makes_nothing_late(outlet: Branch, calendar: Calendar) -> None:
    clock, task = begin(outlet), ask(outlet, within=timedelta(hours=12))
    calendars.set_week(calendar=calendar, week=((Span(0, 1440),),) * 7, version=calendar.version, by=SYSTEM)
    recount(on(17, 12), calendar_id=calendar.pk)
    clock.refresh_from_db()
    task.refresh_from_db()
    assert clock.due_at == task.due_at == on(17, 13), "counted around the clock it would be past already"
    calendars.set_day(calendar=calendar, day=TUESDAY, kind=DayKind.CLOSED, by=SYSTEM)
    sla.tick(on(17, 14))
    recount(on(17, 14), calendar_id=calendar.pk)
    clock.refresh_from_db()
    assert (clock.state, clock.due_at) == (ClockState.BREACHED_OPEN, on(17, 13))


def test_a_clock_that_has_warned_does_not_warn_again(outlet: Branch, calendar: Calendar) -> None:
    clock = begin(outlet)
    sla.tick(clock.warn_at)
    close(calendar, at=clock.warn_at + timedelta(minutes=1))
    clock.refresh_from_db()
    assert clock.due_at == on(18, 13)
    assert clock.next_at == clock.due_at
    sla.tick(on(18, 12, 59))
    assert StoredEvent.objects.filter(kind="sla.ClockWarned", payload__clock_id=clock.pk).count() == 1


def test_an_open_task_moves_with_its_warning_and_its_log_says_why(outlet: Branch, calendar: Calendar) -> None:
    task = ask(outlet, within=timedelta(hours=12))
    assert task.warn_at is not None
    before = task.warn_at
    close(calendar)
    task.refresh_from_db()
    assert task.due_at == on(18, 13)
    assert task.warn_at == task.next_chase_at == before + timedelta(days=1)
    assert "日历“每日班”已变更" in words(task.due_steps)
    entry = task.log.get(kind=LogKind.POSTPONED)
    assert "每日班" in entry.text
    assert StoredEvent.objects.filter(kind="tasks.TaskPostponed").count() == 1
    close(calendar)
    assert task.log.filter(kind=LogKind.POSTPONED).count() == 1


def test_promises_and_times_set_by_a_person_stay(outlet: Branch, calendar: Calendar, make_person: MakePerson) -> None:
    agent = make_person("agent")
    with time_machine.travel(MONDAY, tick=False):
        promise = tasks.promise(
            subject="case:1", text="周二回电", due_at=on(17, 12), owner=agent, branch=outlet, by=SYSTEM
        )
    task = ask(outlet, due_at=on(17, 12))
    close(calendar)
    for row in (promise, task):
        row.refresh_from_db()
        assert row.due_at == on(17, 12)


def test_other_calendars_and_clocks_that_run_day_and_night_do_not_move(
    outlet: Branch, other_outlet: Branch, calendar: Calendar
) -> None:
    clock, task = begin(other_outlet), ask(other_outlet)
    due = clock.due_at, task.due_at
    around = Clock.objects.filter(counting="calendar").values_list("pk", "due_at")
    kept = dict(around)
    close(calendar)
    clock.refresh_from_db()
    task.refresh_from_db()
    assert (clock.due_at, task.due_at) == due
    assert dict(around) == kept


def test_a_branch_given_another_calendar_and_a_new_public_holiday_move_what_leans_on_them(
    outlet: Branch, calendar: Calendar
) -> None:
    clock = begin(outlet)
    calendars.assign(branch=outlet, calendar=None, by=SYSTEM)
    recount(MONDAY + timedelta(hours=1), branch_id=outlet.pk)
    clock.refresh_from_db()
    by_default = clock.due_at
    assert by_default != on(17, 13)
    assert Calendar.objects.get(is_default=True).keeps_holidays
    holidays = "日期,类型,名称\n2026-11-17,休,测试日\n"
    calendars.import_holidays(text=holidays, filename="days.csv", by=SYSTEM, complete=False)
    recount(MONDAY + timedelta(hours=2))
    clock.refresh_from_db()
    assert clock.due_at == by_default + timedelta(days=1)


def test_every_change_of_a_calendar_asks_for_the_recount(
    outlet: Branch, calendar: Calendar, run_events: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_events()
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("suhui.platform.core.jobs.defer", lambda name, **more: asked.append((name, more)))
    calendars.set_day(calendar=calendar, day=TUESDAY, kind=DayKind.CLOSED, by=SYSTEM)
    calendars.assign(branch=outlet, calendar=None, by=SYSTEM)
    calendars.fill_year(year=2025, by=SYSTEM)
    run_events()
    wanted = [{"calendar_id": calendar.pk}, {"branch_id": outlet.pk}, {}]
    for engine in ("sla.recount", "tasks.recount"):
        assert [more for name, more in asked if name == engine] == wanted
