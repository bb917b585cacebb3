"""Working calendars by the programming interface."""

from collections.abc import Callable
from typing import Any

import pytest

from suhui.platform.calendars import services
from suhui.platform.calendars.arithmetic import Span
from suhui.platform.calendars.models import BranchCalendar, Calendar, HandDay, NationalDay
from suhui.platform.people.models import Branch, User
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db
WEEK = ["09:00-12:00 13:30-18:00"] * 5 + ["", ""]
NEW = {"code": "late-shift", "name": "晚班", "week": WEEK}


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


def test_a_calendar_is_added_changed_and_taken_out_of_use(one: Caller, outlet: Branch) -> None:
    made = one.post("/calendars", NEW)
    assert made.status_code == 201, made.content
    here = f"/calendars/{made.json()['id']}"
    assert made.json()["week"][:1] + made.json()["week"][6:] == ["09:00-12:00 13:30-18:00", ""]
    tag = one.get(here)["ETag"]
    changed = one.put(f"{here}/week", {"week": ["22:00-06:00"] * 7}, if_match=tag)
    assert (changed.status_code, changed.json()["week"][0]) == (200, "22:00-06:00")
    assert problem(one.patch(here, {"name": "夜班"}, if_match=tag))["code"] == "changed"
    assert one.patch(here, {"name": "夜班", "make_up_weekday": 4}).json()["make_up_weekday"] == 4
    assert one.put(f"/branches/{outlet.pk}/calendar", {"calendar": made.json()["id"]}).json()["keeps"] == "夜班"
    assert problem(one.delete(here))["code"] == "refused"
    assert one.put(f"/branches/{outlet.pk}/calendar", {"calendar": None}).json()["own"] is None
    assert one.delete(here).status_code == 204
    assert problem(one.get(here))["code"] == "missing"
    assert not BranchCalendar.objects.exists()


def test_hours_that_cannot_be_are_refused_where_they_stand(one: Caller) -> None:
    bad = NEW | {"week": [*WEEK[:3], "nine to five", *WEEK[4:]]}
    assert problem(one.post("/calendars", bad))["errors"][0]["pointer"] == "/week/3"
    overlapping = NEW | {"week": ["09:00-12:00 11:00-18:00", *WEEK[1:]]}
    assert problem(one.post("/calendars", overlapping))["errors"][0]["pointer"] == "/week/0"
    assert problem(one.post("/calendars", NEW | {"week": WEEK[:6]}))["errors"][0]["pointer"] == "/week"
    assert problem(one.post("/calendars", NEW | {"code": "standard"}))["errors"][0]["pointer"] == "/code"
    assert not Calendar.objects.filter(name="晚班").exists()


def test_a_day_is_closed_opened_and_let_go(one: Caller) -> None:
    here = f"/calendars/{Calendar.objects.get(code='standard').pk}"
    assert one.put(f"{here}/days/2026-11-20", {"kind": "closed", "name": "盘点日"}).status_code == 200

    def day() -> dict[str, Any]:
        days: list[dict[str, Any]] = one.get(f"{here}/days", year=2026).json()["days"]
        return next(row for row in days if row["day"] == "2026-11-20")

    assert (day()["hours"], day()["name"], day()["by_hand"]) == ("", "盘点日", True)
    assert problem(one.put(f"{here}/days/2026-11-20", {"kind": "open"}))["errors"][0]["pointer"] == "/hours"
    assert problem(one.put(f"{here}/days/gestern", {"kind": "closed"}))["errors"][0]["parameter"] == "day"
    assert one.delete(f"{here}/days/2026-11-20").status_code == 204
    assert day()["by_hand"] is False
    assert not HandDay.objects.exists()


def test_holidays_are_tried_and_read_in(one: Caller) -> None:
    text = "day,kind,name\n2027-10-01,holiday,国庆节\n2027-10-09,make_up,国庆节\n"
    tried = one.post("/holidays/import", {"text": text, "dry_run": True})
    assert tried.status_code == 200, tried.content
    assert ([row["day"] for row in tried.json()["added"]], tried.json()["written"]) == (
        ["2027-10-01", "2027-10-09"],
        False,
    )
    assert not NationalDay.objects.filter(day__year=2027).exists()
    assert one.post("/holidays/import", {"text": text, "source": "国务院办公厅通知"}).json()["written"] is True
    assert 2027 in [row["year"] for row in one.get("/holidays").json()["rows"]]
    assert problem(one.post("/holidays/import", {"text": "gestern war frei"}))["status"] == 422
    assert problem(one.post("/holidays/fill", {"year": 2099}))["code"] == "refused"


def test_a_due_time_is_counted_and_explained(one: Caller, outlet: Branch) -> None:
    start = "2026-11-20T17:00:00+08:00"
    found = one.get("/calendars/due", branch=outlet.pk, start=start, minutes=120)
    assert found.status_code == 200, found.content
    assert found.json()["due_at"] > "2026-11-21"
    assert len(found.json()["why"]) > 1
    assert one.get("/calendars/due", branch=outlet.pk, start=start, days=2).status_code == 200
    assert problem(one.get("/calendars/due", branch=outlet.pk))["errors"][0]["parameter"] == "minutes"
    assert problem(one.get("/calendars/due", branch=10**9, days=1))["code"] == "missing"


def test_who_may_not_set_up_calendars_does_not(
    agent: User, administrator: User, outlet: Branch, other_outlet: Branch
) -> None:
    standard = Calendar.objects.get(code="standard")
    worker, bound = caller(agent), caller(administrator, branch=outlet)
    for method, path, body in (
        ("GET", "/calendars", None),
        ("POST", "/calendars", NEW),
        ("PUT", f"/calendars/{standard.pk}/week", {"week": WEEK}),
        ("POST", "/holidays/fill", {"year": 2026}),
    ):
        assert problem(worker.call(method, path, body))["status"] == 403, path
    assert problem(bound.put(f"/calendars/{standard.pk}/week", {"week": WEEK}))["code"] == "person_needed"
    assert problem(bound.put(f"/branches/{other_outlet.pk}/calendar", {"calendar": None}))["code"] == "person_needed"
    assert [row["id"] for row in bound.get("/calendars/branches").json()["rows"]] == [outlet.pk]
    assert problem(bound.get("/calendars/due", branch=other_outlet.pk, days=1))["code"] == "missing"
    assert worker.get("/calendars/due", branch=outlet.pk, days=1).status_code == 200
    standard.refresh_from_db()
    assert standard.version == 1


def test_lists_cost_the_same_however_long(
    one: Caller, outlet: Branch, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(6):
        services.add_calendar(
            code=f"c{number}", name=f"日历{number}", week=[(Span(540, 1080),)] * 7, keeps_holidays=True, by=SYSTEM
        )
    for path in ("/calendars", "/calendars/branches"):
        with django_assert_max_num_queries(8):
            assert len(one.get(path).json()["rows"]) >= 3
