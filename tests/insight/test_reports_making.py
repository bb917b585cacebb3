"""The weekly complaint report: made by the clock, frozen, counted in its reader's scope, confirmed, chased."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from suhui.engines.sla import services as sla
from suhui.engines.sla.choices import ClockKind
from suhui.insight.reports import selectors, services, tasks, weeks
from suhui.insight.reports.choices import Punctual, Trigger
from suhui.insight.reports.models import Receiver, Report, ReportReading, ReportRow, ReportRun
from suhui.insight.reports.selectors import RowFilter
from suhui.platform.core.clock import BEIJING
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch, Role, User
from suhui.service.cases.models import Case, Category, Cause
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)
NINE = datetime(2026, 11, 23, 9, tzinfo=BEIJING)
_numbers = iter(range(10_000))


@pytest.fixture
def report() -> Report:
    found = Report.objects.get(code="weekly-complaints")
    Report.objects.filter(pk=found.pk).update(created_at=NINE - timedelta(days=60))
    found.refresh_from_db()
    return found


def case(branch: Branch, day: int = 0, *, resolved: float | None = None, **more: Any) -> Case:
    """A complaint opened at 10:00 on a day counted from MONDAY; resolved after so many days."""
    opened = weeks.moment(MONDAY + timedelta(days=day), 600)
    number = next(_numbers)
    values: dict[str, Any] = {"kind": "complaint", "channel": "phone", "subject": "破损", "branch": branch}
    values |= {"number": f"T{number:08d}", "opened_at": opened, "last_entry_at": opened} | more
    made = Case.objects.create(**values)
    policy = sla.choose(subject=made.key, inputs={"kind": made.kind, "severity": 2}, by=SYSTEM)
    sla.start_clocks(
        subject=made.key, policy=policy, branch=branch, owner=None, at=opened, label=made.number, url="", by=SYSTEM
    )
    if resolved is not None:
        at = opened + timedelta(days=resolved)
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
            sla.meet(subject=made.key, kind=kind, at=at, by=SYSTEM)
    return made


def make(report: Report, **more: Any) -> ReportRun:
    values: dict[str, Any] = {"period_start": MONDAY, "at": NINE, "trigger": Trigger.HAND, "by": SYSTEM}
    return services.make(report=report, **{**values, **more})


def test_the_clock_makes_last_weeks_report_on_monday_at_nine_and_only_once(report: Report, outlet: Branch) -> None:
    case(outlet)
    sunday_evening = NINE - timedelta(hours=12)
    assert {run.period_start for run in services.make_due(sunday_evening)} == {MONDAY - weeks.WEEK}
    assert services.make_due(NINE - timedelta(seconds=1)) == []
    run = services.make_due(NINE)[0]
    assert (run.period_start, run.period_end, run.trigger) == (MONDAY, date(2026, 11, 22), Trigger.SCHEDULE)
    assert services.make_due(NINE + timedelta(days=3)) == []
    assert ReportRow.objects.filter(run=run).count() == 1


def test_the_schedule_tells_the_readers_on_monday_at_nine_by_the_houses_clock(
    report: Report, outlet: Branch, make_person: MakePerson
) -> None:
    case(outlet)
    boss = make_person("service-manager")
    make(report, period_start=MONDAY - weeks.WEEK, at=NINE - timedelta(days=1))
    with time_machine.travel(NINE - timedelta(seconds=30), tick=False):
        tasks.due.func(0)
        assert not report.runs.filter(period_start=MONDAY).exists()
    with time_machine.travel(NINE + timedelta(seconds=30), tick=False):
        tasks.due.func(0)
        tasks.due.func(0)
    run = report.runs.get(period_start=MONDAY)
    assert run.made_at == NINE + timedelta(seconds=30)
    assert Notification.objects.filter(user=boss, url=f"/reports/runs/{run.pk}/").count() == 1
    with time_machine.travel(NINE + timedelta(hours=24, minutes=1), tick=False):
        tasks.due.func(0)
    assert ReportReading.objects.get(run=run, user=boss).chases == 1


def test_a_machine_that_slept_on_monday_makes_the_report_when_it_wakes(report: Report) -> None:
    assert [run.period_start for run in services.make_due(NINE + timedelta(days=2))] == [MONDAY]


def test_a_fresh_installation_does_not_report_on_the_time_before_it(report: Report) -> None:
    Report.objects.update(created_at=NINE + timedelta(hours=1))
    assert services.make_due(NINE + timedelta(days=2)) == []


def test_the_planned_moment_is_wall_clock_in_shanghai() -> None:
    assert weeks.last_planned(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), weekday=0, minute=540) == NINE
    earlier = weeks.last_planned(datetime(2026, 11, 23, 0, 59, tzinfo=UTC), weekday=0, minute=540)
    assert earlier == NINE - timedelta(days=7)


def test_a_week_runs_from_monday_midnight_to_monday_midnight_in_shanghai(report: Report, outlet: Branch) -> None:
    first = case(outlet, opened_at=weeks.moment(MONDAY))
    last = case(outlet, opened_at=weeks.moment(MONDAY + weeks.WEEK) - timedelta(seconds=1))
    before = case(outlet, opened_at=weeks.moment(MONDAY) - timedelta(seconds=1))
    case(outlet, opened_at=weeks.moment(MONDAY + weeks.WEEK))
    run = make(report, at=NINE)
    rows = dict(ReportRow.objects.filter(run=run).values_list("case_id", "before"))
    assert rows == {first.pk: False, last.pk: False, before.pk: True}


def test_the_figures_count_kind_cause_branch_and_punctuality(
    report: Report, outlet: Branch, other_outlet: Branch, administrator: User
) -> None:
    lost = Category.objects.get(code="lost-whole")
    cause = Cause.objects.filter(parent=None).first()
    assert cause is not None
    case(outlet, 0, category=lost, cause=cause, resolved=1, satisfaction=5)
    case(outlet, 1, category=lost, resolved=6.9)
    case(outlet, 2, category=lost, responsible_branch=other_outlet, resolved=9, reopened_count=1)
    case(outlet, 3, kind="enquiry")
    case(outlet, -3, category=lost, resolved=1)
    figures = selectors.figures_for(make(report, at=NINE + timedelta(days=14)), administrator)
    assert (figures.total.count, figures.before.count, figures.change) == (3, 1, 2)
    assert (figures.all_cases, figures.all_before) == (4, 1)
    assert (figures.total.in_time, figures.total.late, figures.total.on_time) == (2, 1, 66.7)
    assert (figures.total.reopened, figures.total.satisfaction) == (1, 5.0)
    assert [(line.key, line.now.count, line.before.count) for line in figures.categories] == [("lost", 3, 1)]
    assert [(line.key, line.now.count) for line in figures.causes] == [(cause.code, 1)]
    places = {line.key: line.now.count for line in figures.places}
    assert places == {str(outlet.pk): 2, str(other_outlet.pk): 1}
    assert {line.key for line in figures.kinds} == {"complaint", "enquiry"}


def test_every_figure_opens_to_exactly_its_rows(report: Report, outlet: Branch, administrator: User) -> None:
    for day in range(4):
        case(outlet, day, category=Category.objects.get(code="delay-transit"), resolved=[1, 9, 1, None][day])
    case(outlet, -2)
    run = make(report, at=NINE + timedelta(days=14))
    figures = selectors.figures_for(run, administrator)

    def behind(**wanted: str) -> int:
        return selectors.rows_behind(run, administrator, RowFilter(**wanted)).count()

    assert behind(kind="complaint") == figures.total.count == 4
    assert behind(kind="complaint", week="before") == figures.before.count == 1
    assert behind(kind="complaint", category="delay") == 4
    assert behind(kind="complaint", category="unknown") == 0
    assert behind(kind="complaint", late="yes") == figures.total.late == 2
    assert behind(kind="complaint", late="no") == figures.total.in_time == 2
    assert behind(place=str(outlet.pk)) == 4
    assert behind(place="nonsense") == 0


def test_each_reader_counts_only_what_they_may_see(
    report: Report, outlet: Branch, other_outlet: Branch, headquarters: Branch, make_person: MakePerson
) -> None:
    case(outlet)
    case(other_outlet)
    case(other_outlet, responsible_branch=outlet)
    run = make(report)
    local = make_person("branch-manager", branch=outlet)
    everyone = make_person("service-manager", branch=headquarters)
    assert selectors.figures_for(run, everyone).total.count == 3
    assert selectors.figures_for(run, local).total.count == 2
    assert sum(point.complaints for point in selectors.trend_for(run, local)) == 2
    assert sum(point.complaints for point in selectors.trend_for(run, everyone)) == 3
    assert selectors.rows_behind(run, local, RowFilter()).count() == 2


def test_the_trend_covers_eight_weeks_with_the_share_in_time(
    report: Report, outlet: Branch, administrator: User
) -> None:
    case(outlet, 0, resolved=1)
    case(outlet, -7, resolved=9)
    case(outlet, -49)
    case(outlet, -50)
    points = selectors.trend_for(make(report, at=NINE + timedelta(days=7)), administrator)
    assert [point.complaints for point in points] == [1, 0, 0, 0, 0, 0, 1, 1]
    assert (points[-1].on_time, points[-2].on_time, points[1].on_time) == (100.0, 0.0, None)
    assert points[-1].week == MONDAY


def test_a_report_that_was_made_is_not_changed_by_anyone(report: Report, outlet: Branch, administrator: User) -> None:
    complaint = case(outlet, resolved=1)
    run = make(report)
    Case.objects.filter(pk=complaint.pk).update(kind="enquiry")
    Category.objects.update(name="改名")
    assert selectors.figures_for(run, administrator).total.count == 1
    assert run.labels["category"]["lost"] == ["丢失", "Lost"]
    with pytest.raises(TypeError):
        run.save()
    for rows in (ReportRun.objects.filter(pk=run.pk), ReportRow.objects.filter(run=run)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**({"target": 1} if rows.model is ReportRun else {"resolved": Punctual.NO}))
    assert make(report, at=NINE + timedelta(days=1)) == run


def test_a_week_that_is_not_over_or_no_week_is_refused(report: Report) -> None:
    for start in (MONDAY + weeks.WEEK, MONDAY + timedelta(days=1)):
        with pytest.raises(BadInput):
            make(report, period_start=start)
    assert not ReportRun.objects.exists()


def test_receivers_are_told_once_by_post_and_branch(
    report: Report, outlet: Branch, other_outlet: Branch, make_person: MakePerson
) -> None:
    here = make_person("branch-manager", branch=outlet)
    elsewhere = make_person("branch-manager", branch=other_outlet)
    agent = make_person("agent")
    Receiver.objects.all().delete()
    services.add_receiver(report=report, role=Role.objects.get(code="branch-manager"), branch=outlet, by=SYSTEM)
    services.add_receiver(report=report, role=Role.objects.get(code="agent"), by=SYSTEM)
    services.add_receiver(report=report, user=elsewhere, by=SYSTEM)
    services.add_receiver(report=report, user=elsewhere, by=SYSTEM)
    assert Receiver.objects.count() == 3
    run = make(report)
    assert {reading.user for reading in selectors.readings_of(run)} == {here, elsewhere}
    assert Notification.objects.filter(user=here, url=f"/reports/runs/{run.pk}/").count() == 1
    assert not Notification.objects.filter(user=agent).exists(), "an agent may not read reports"


def test_readers_confirm_once_and_strangers_cannot(report: Report, outlet: Branch, make_person: MakePerson) -> None:
    reader, stranger = make_person("branch-manager"), make_person("quality")
    Receiver.objects.exclude(role__code="branch-manager").delete()
    run = make(report)
    services.open_run(run=run, user=reader, at=NINE)
    first = services.confirm(run=run, user=reader, at=NINE + timedelta(hours=1), by=SYSTEM)
    again = services.confirm(run=run, user=reader, at=NINE + timedelta(hours=2), by=SYSTEM)
    assert (again.confirmed_at, again.read_at) == (first.confirmed_at, NINE)
    assert StoredEvent.objects.filter(kind="reports.ReportConfirmed").count() == 1
    with pytest.raises(Refused):
        services.confirm(run=run, user=stranger, at=NINE, by=SYSTEM)
    assert ReportReading.objects.count() == 1


def test_who_has_not_confirmed_is_chased_after_a_day_three_times_at_most(
    report: Report, make_person: MakePerson
) -> None:
    silent, quick = make_person("branch-manager"), make_person("branch-manager")
    run = make(report)
    services.confirm(run=run, user=quick, at=NINE, by=SYSTEM)
    chased = [services.chase_unread(NINE + timedelta(hours=hours)) for hours in (23, 24, 24, 48, 72, 96, 120)]
    assert chased == [0, 1, 0, 1, 1, 0, 0]
    assert Notification.objects.filter(user=silent).count() == 4
    assert services.chase_by_hand(run=run, at=NINE + timedelta(hours=130), by=SYSTEM) == 1
    assert services.chase_by_hand(run=run, at=NINE + timedelta(hours=130), by=SYSTEM) == 0
    assert Notification.objects.filter(user=quick).count() == 1


def test_making_takes_no_query_per_case(
    report: Report, outlet: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        case(outlet, number % 7)
    with django_assert_max_num_queries(40):
        make(report)


def test_the_plan_is_changed_and_nonsense_refused(report: Report) -> None:
    values: dict[str, Any] = {"weekday": 1, "minute": 600, "target": 90, "chase_hours": 12, "active": True}
    services.change_plan(report=report, by=SYSTEM, **values)
    tuesday = NINE + timedelta(days=1, hours=1)
    assert [run.period_start for run in services.make_due(tuesday)] == [MONDAY]
    for wrong in ({"weekday": 7}, {"minute": 1440}, {"target": 101}, {"chase_hours": 0}):
        with pytest.raises(BadInput):
            services.change_plan(report=report, by=SYSTEM, **{**values, **wrong})
    report.refresh_from_db()
    assert (report.weekday, report.minute, report.target, report.chase_hours) == (1, 600, 90, 12)
