"""Calendars on screen: who may come in, what the pages show and change, what a due time says in Chinese."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from suhui.platform.calendars import selectors, services, wording
from suhui.platform.calendars.arithmetic import Span, SpecialDay, WorkingTime
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.models import BranchCalendar, Calendar, HandDay, NationalDay
from suhui.platform.core.clock import BEIJING
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, User
from tests.conftest import SYSTEM

Enter = Callable[[User], Client]
OFFICE = (Span(540, 720), Span(810, 1080))


@pytest.fixture
def standard(db: None) -> Calendar:
    return Calendar.objects.get(code="standard")


@pytest.fixture
def admin(administrator: User, enter: Enter) -> Client:
    return enter(administrator)


def test_every_calendar_page_opens_for_an_administrator_and_not_for_an_agent(
    administrator: User, agent: User, enter: Enter, standard: Calendar
) -> None:
    paths = ["", "new/", "branches/", "holidays/import/", f"{standard.pk}/", f"{standard.pk}/week/"]
    paths += [f"{standard.pk}/settings/", f"{standard.pk}/days/2026-10-01/"]
    for path in paths:
        assert enter(agent).get(f"/calendars/{path}").status_code == 403
        assert enter(administrator).get(f"/calendars/{path}").status_code == 200, path


def test_the_year_shows_holidays_and_make_up_days(admin: Client, standard: Calendar) -> None:
    page = admin.get(f"/calendars/{standard.pk}/?year=2026").content.decode()
    assert page.count('class="month"') == 12
    assert "国庆节" in page
    assert "is-make_up is-open" in page
    assert admin.get(f"/calendars/{standard.pk}/?year=2027").content.decode().count("alert") > page.count("alert")


def test_the_week_is_saved_and_a_bad_week_is_not(admin: Client, standard: Calendar) -> None:
    url = f"/calendars/{standard.pk}/week/"
    week = {f"day{number}": "9:00-12:00，13:30-18:00" for number in range(6)} | {"day6": "22-6"}
    assert admin.post(url, {**week, "version": standard.version}).status_code == 302
    assert selectors.week_of(standard)[5:] == (OFFICE, (Span(1320, 1800),))
    bad = admin.post(url, {**week, "day0": "soon", "version": standard.version + 1})
    assert bad.status_code == 422
    overlap = admin.post(url, {**week, "day0": "8-12 11-13", "version": standard.version + 1})
    assert overlap.status_code == 422
    assert admin.post(url, {**week, "version": standard.version}).status_code == 409
    assert selectors.week_of(standard)[0] == OFFICE


def test_a_day_is_closed_and_given_back_by_hand(admin: Client, standard: Calendar) -> None:
    url = f"/calendars/{standard.pk}/days/2026-11-23/"
    assert admin.post(url, {"kind": "closed", "name": "搬迁"}).status_code == 302
    assert HandDay.objects.get().name == "搬迁"
    assert admin.post(url, {"kind": "open"}).status_code == 422
    assert admin.post(url, {"kind": ""}).status_code == 302
    assert not HandDay.objects.exists()
    assert admin.get(f"/calendars/{standard.pk}/days/never/").status_code == 404


def test_an_import_is_shown_first_and_written_when_told_to(admin: Client) -> None:
    text = "日期,类型,名称\n2027-01-01,休,元旦\n2027-01-03,班,元旦\n"
    upload = SimpleUploadedFile("2027.csv", text.encode("gb18030"))
    shown = admin.post("/calendars/holidays/import/", {"upload": upload, "complete": "on"})
    assert shown.status_code == 200
    assert "2027年1月1日 星期五" in shown.content.decode()
    assert not NationalDay.objects.filter(day__year=2027).exists()
    again = {"text": text, "source": "国办通知", "complete": "on", "apply": "1"}
    assert admin.post("/calendars/holidays/import/", again).status_code == 302
    assert NationalDay.objects.filter(day__year=2027).count() == 2


def test_an_import_with_bad_rows_is_never_written(admin: Client) -> None:
    page = admin.post("/calendars/holidays/import/", {"text": "2027-01-01,休\nsoon,休", "apply": "1"})
    assert "soon,休" in page.content.decode()
    assert not NationalDay.objects.filter(day__year=2027).exists()
    assert admin.post("/calendars/holidays/import/", {"text": ""}).status_code == 422


def test_branches_are_given_calendars(
    admin: Client, outlet: Branch, region: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    always = Calendar.objects.get(code="always")
    assert admin.post(f"/calendars/branches/{region.pk}/", {"calendar": always.pk}).status_code == 302
    assert BranchCalendar.objects.get().calendar == always
    for number in range(30):
        people.open_branch(name=f"网点{number}", code=f"N{number}", kind="outlet", parent=region, by=SYSTEM)
    with django_assert_max_num_queries(14):
        page = admin.get("/calendars/branches/").content.decode()
    assert page.count("来自华东区域") == 31
    admin.post(f"/calendars/branches/{region.pk}/", {"calendar": ""})
    assert not BranchCalendar.objects.exists()


def test_a_missing_year_is_shouted_on_every_page_to_whoever_can_mend_it(
    administrator: User, agent: User, enter: Enter
) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=BEIJING), tick=False):
        assert "2027 年的法定节假日与调休安排尚未录入" in enter(administrator).get("/settings/").content.decode()
        assert "2027 年" not in enter(agent).get("/settings/").content.decode()
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=BEIJING), tick=False):
        assert "尚未录入" not in enter(administrator).get("/settings/").content.decode()


@time_machine.travel(datetime(2026, 11, 20, 17, 30, tzinfo=BEIJING), tick=False)
def test_a_due_time_explains_itself_in_chinese() -> None:
    hours = WorkingTime(
        week=(OFFICE,) * 5 + ((), ()),
        days={date(2026, 11, 22): SpecialDay(DayKind.MAKE_UP, "National Day", OFFICE)},
        known_years=frozenset({2026}),
    )
    due = hours.add(datetime(2026, 11, 20, 17, 30, tzinfo=BEIJING), timedelta(hours=2))
    with translation.override("zh-hans"):
        said = [line.text for line in wording.why_lines(due.steps_as_json)]
    assert said == [
        "从 11月20日 星期五 17:30 起，共 2 小时",
        "11月20日 星期五 17:30–18:00：计 30 分",
        "11月21日 星期六：休息",
        "11月22日 星期日 09:00–10:30，调休上班（国庆节）：计 1 小时 30 分",
        "到期：11月22日 星期日 10:30",
    ]


@pytest.mark.parametrize("text", ["soon", "9-8:75", "25-26", "9", "9-10-11"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        wording.read_spans(text)


def test_hours_are_read_as_people_type_them() -> None:
    assert wording.read_spans("9:00—12:00、13：30 至 18:00") == OFFICE
    assert wording.read_spans("0-24") == (Span(0, 1440),)
    assert wording.spans_words(OFFICE) == "09:00-12:00 13:30-18:00"
    assert wording.read_spans(wording.spans_words((Span(1320, 1800),))) == (Span(1320, 1800),)


def test_a_new_calendar_is_added_and_made_default(admin: Client) -> None:
    fields = {"code": "early", "name": "早班", "hours": "6-14", "weekend": ""}
    assert admin.post("/calendars/new/", fields).status_code == 302
    early = Calendar.objects.get(code="early")
    assert admin.post("/calendars/new/", fields).status_code == 422
    assert admin.post(f"/calendars/{early.pk}/default/").status_code == 302
    assert Calendar.objects.get(is_default=True) == early
    assert admin.post(f"/calendars/{early.pk}/retire/").status_code == 409
    services.make_default(calendar=Calendar.objects.get(code="standard"), by=SYSTEM)
    assert admin.post(f"/calendars/{early.pk}/retire/").status_code == 302
    assert admin.get(f"/calendars/{early.pk}/").status_code == 404
