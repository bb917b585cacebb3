"""Calendars as rows: whose hours hold where, holidays filled and imported, days by hand."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from suhui.platform.calendars import selectors, services
from suhui.platform.calendars.arithmetic import Span
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.models import Calendar, HandDay, HolidayYear, NationalDay
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch
from tests.conftest import SYSTEM

MORNING = ((Span(480, 720),),) * 7
pytestmark = pytest.mark.django_db


def standard() -> Calendar:
    return Calendar.objects.get(code="standard")


def morning(code: str = "morning") -> Calendar:
    return services.add_calendar(code=code, name="早班", week=MORNING, keeps_holidays=False, by=SYSTEM)


def test_the_nearest_branch_above_with_a_calendar_decides(
    outlet: Branch, other_outlet: Branch, region: Branch, headquarters: Branch
) -> None:
    assert selectors.working_time(outlet).name == "标准工作日历"
    services.assign(branch=region, calendar=morning(), by=SYSTEM)
    assert selectors.working_time(outlet).name == "早班"
    services.assign(branch=outlet, calendar=Calendar.objects.get(code="always"), by=SYSTEM)
    assert selectors.working_time(outlet).name == "全天候"
    assert selectors.working_time(other_outlet).name == "早班"
    assert selectors.working_time(headquarters).name == "标准工作日历"
    services.assign(branch=outlet, calendar=None, by=SYSTEM)
    assert selectors.working_time(outlet).name == "早班"


def test_without_any_calendar_the_shipped_week_holds(outlet: Branch) -> None:
    Calendar.objects.all().delete()
    assert selectors.working_time(outlet).week[0] == (Span(540, 720), Span(810, 1080))


def test_hours_are_read_in_few_queries_and_then_known(
    outlet: Branch, region: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        selectors.working_time(outlet)
    with django_assert_max_num_queries(1):
        selectors.working_time(region)


def test_the_shipped_years_know_spring_festival_and_its_make_up_days(outlet: Branch) -> None:
    hours = selectors.working_time(outlet)
    assert hours.on(date(2026, 2, 17)).kind == DayKind.HOLIDAY
    make_up = hours.on(date(2026, 2, 28))
    assert (make_up.kind, make_up.spans) == (DayKind.MAKE_UP, hours.week[0])
    assert hours.known_years == frozenset({2025, 2026})


def test_the_year_about_to_begin_is_warned_of_until_it_is_filled() -> None:
    late_2026 = datetime(2026, 11, 22, tzinfo=UTC)
    assert selectors.years_without_data(datetime(2026, 6, 1, tzinfo=UTC)) == []
    assert selectors.years_without_data(late_2026) == [2027]
    with pytest.raises(Refused):
        services.fill_year(year=2027, by=SYSTEM)
    assert selectors.years_without_data(late_2026) == [2027]
    services.import_holidays(text="2027-01-01,休,元旦\n2027-01-03,班,元旦", by=SYSTEM)
    assert selectors.years_without_data(late_2026) == []


def test_filling_a_shipped_year_again_changes_nothing() -> None:
    before = StoredEvent.objects.filter(kind="calendars.HolidaysFilled").count()
    NationalDay.objects.filter(day="2026-10-10").delete()
    change = services.fill_year(year=2026, by=SYSTEM)
    assert [day for day, _kind, _name in change.added] == [date(2026, 10, 10)]
    assert services.fill_year(year=2026, by=SYSTEM).anything is False
    assert StoredEvent.objects.filter(kind="calendars.HolidaysFilled").count() > before


HOLIDAY_CN = json.dumps(
    {
        "year": 2027,
        "days": [
            {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
            {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
        ],
    },
    ensure_ascii=False,
)
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:元旦（休）
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270103
END:VEVENT
BEGIN:VEVENT
SUMMARY:元旦（班）
DTSTART;VALUE=DATE:20270103
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("\ufeff日期,类型,名称\n2027/1/1,休,元旦\n2027-01-03,班,元旦\n", 2),
        ("2027-01-01;holiday;New Year's Day\n2027-01-03;workday;New Year's Day", 2),
        (HOLIDAY_CN, 2),
        (ICS, 3),
    ],
)
def test_a_holiday_list_is_read_in_each_common_form(text: str, count: int) -> None:
    change = services.import_holidays(text=text, filename="2027", by=SYSTEM)
    assert (len(change.added), change.years) == (count, [2027])
    assert NationalDay.objects.get(day="2027-01-01").name == "New Year's Day"
    assert NationalDay.objects.get(day="2027-01-03").kind == DayKind.MAKE_UP
    assert HolidayYear.objects.get(year=2027).source == "2027"


def test_a_dry_run_tells_everything_and_writes_nothing() -> None:
    change = services.import_holidays(
        text="2027-01-01,休,元旦\nsoon,休,元旦\n2027-01-02,also,元旦", dry_run=True, by=SYSTEM
    )
    assert [(error.row, bool(error.reason)) for error in change.errors] == [(2, True), (3, True)]
    assert len(change.added) == 1
    assert not NationalDay.objects.filter(day__year=2027).exists()


def test_a_list_with_an_unreadable_row_is_refused_whole() -> None:
    with pytest.raises(BadInput):
        services.import_holidays(text="2027-01-01,休,元旦\nsoon,休,元旦", by=SYSTEM)
    assert not NationalDay.objects.filter(day__year=2027).exists()


def test_a_list_without_make_up_days_does_not_silence_the_warning() -> None:
    change = services.import_holidays(text="2027-01-01,休,元旦", by=SYSTEM)
    assert change.without_make_up == [2027]
    assert not HolidayYear.objects.filter(year=2027).exists()


def test_a_day_by_hand_stands_above_the_public_holiday(outlet: Branch) -> None:
    calendar, holiday = standard(), date(2026, 10, 1)
    services.set_day(calendar=calendar, day=holiday, kind=DayKind.OPEN, spans=(Span(540, 600),), by=SYSTEM)
    assert selectors.working_time(outlet).on(holiday).spans == (Span(540, 600),)
    services.clear_day(calendar=calendar, day=holiday, by=SYSTEM)
    assert selectors.working_time(outlet).on(holiday).kind == DayKind.HOLIDAY
    with pytest.raises(BadInput):
        services.set_day(calendar=calendar, day=holiday, kind=DayKind.OPEN, by=SYSTEM)
    assert not HandDay.objects.exists()


def test_two_editors_of_one_week_do_not_overwrite_each_other() -> None:
    calendar = standard()
    seen = calendar.version
    services.set_week(calendar=calendar, week=MORNING, version=seen, by=SYSTEM)
    with pytest.raises(Conflict):
        services.set_week(calendar=standard(), week=((Span(0, 60),),) * 7, version=seen, by=SYSTEM)
    assert selectors.week_of(standard()) == MORNING


def test_a_week_that_overlaps_or_never_opens_is_refused() -> None:
    calendar = standard()
    before = selectors.week_of(calendar)
    for week in (((),) * 7, ((Span(540, 720), Span(700, 800)),) + ((),) * 6):
        with pytest.raises(BadInput):
            services.set_week(calendar=calendar, week=week, version=calendar.version, by=SYSTEM)
    assert selectors.week_of(standard()) == before


def test_a_calendar_in_use_cannot_be_retired(outlet: Branch) -> None:
    calendar = morning()
    services.assign(branch=outlet, calendar=calendar, by=SYSTEM)
    for used in (calendar, standard()):
        with pytest.raises(Refused):
            services.retire(calendar=used, by=SYSTEM)
        used.refresh_from_db()
        assert used.retired_at is None
    services.assign(branch=outlet, calendar=None, by=SYSTEM)
    assert services.retire(calendar=calendar, by=SYSTEM).retired_at is not None


def test_there_is_one_default_calendar() -> None:
    services.make_default(calendar=morning(), by=SYSTEM)
    assert [calendar.code for calendar in Calendar.objects.filter(is_default=True)] == ["morning"]


def test_the_year_view_counts_the_open_days_of_each_month() -> None:
    months = selectors.year_of(standard(), 2026)
    assert len(months) == 12
    october = months[9]
    faces = [face for week in october.weeks for face in week if face]
    assert len(faces) == 31
    assert october.open_days == sum(face.open for face in faces) == 18
    assert october.first - timedelta(days=1) == date(2026, 9, 30)
