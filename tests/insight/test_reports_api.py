"""Reports by the programming interface: read in one's scope, confirmed, planned."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suhui.insight.reports import services
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Report, ReportReading, ReportRun
from suhui.insight.reports.weeks import moment, week_before
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, Role, User
from suhui.service.cases.models import Case
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM
from tests.service.cases import complain

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(db: None) -> Report:
    return services.ship()


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


@pytest.fixture
def run(report: Report, agent: User, administrator: User, outlet: Branch, other_outlet: Branch) -> ReportRun:
    """Last week: two complaints here, one in another outlet."""
    start = week_before(now())
    for branch in (outlet, outlet, other_outlet):
        case = complain(agent, branch=branch).case
        Case.objects.filter(pk=case.pk).update(opened_at=moment(start) + timedelta(days=1), responsible_branch=branch)
    services.add_receiver(report=report, user=administrator, by=SYSTEM)
    return services.make(report=report, period_start=start, at=now(), trigger=Trigger.HAND, by=SYSTEM)


def test_a_report_is_read_with_its_figures_and_the_rows_behind(one: Caller, run: ReportRun, outlet: Branch) -> None:
    [line] = one.get("/reports/runs").json()["rows"]
    assert (line["id"], line["mine"], line["mine_confirmed"]) == (run.pk, True, False)
    found = one.get(f"/reports/runs/{run.pk}").json()
    assert found["total"]["count"] == 3
    assert {row["key"]: row["now"]["count"] for row in found["places"]}[str(outlet.pk)] == 2
    assert len(found["trend"]) == 8
    page = one.get(f"/reports/runs/{run.pk}/rows", place=outlet.pk, limit=1).json()
    rest = one.get(f"/reports/runs/{run.pk}/rows", place=outlet.pk, cursor=page["next"]).json()
    assert len({row["id"] for row in page["rows"] + rest["rows"]}) == 2
    assert one.get(f"/reports/runs/{run.pk}/sheet").content[:2] == b"PK"
    assert ReportReading.objects.filter(read_at__isnull=False).count() == 0
    assert problem(one.get("/reports/runs/999999"))["code"] == "missing"


def test_a_token_of_a_branch_counts_only_its_own(administrator: User, run: ReportRun, outlet: Branch) -> None:
    bound = caller(administrator, branch=outlet)
    assert bound.get(f"/reports/runs/{run.pk}").json()["total"]["count"] == 2
    assert len(bound.get(f"/reports/runs/{run.pk}/rows").json()["rows"]) == 2
    assert bound.get(f"/reports/runs/{run.pk}/readers").json()["rows"] == []
    assert problem(bound.post(f"/reports/runs/{run.pk}/confirm"))["code"] == "person_needed"


def test_a_reader_confirms_and_the_others_are_reminded(one: Caller, run: ReportRun, supervisor: User) -> None:
    assert one.post(f"/reports/runs/{run.pk}/confirm").json()["confirmed_at"] is not None
    readers = one.get(f"/reports/runs/{run.pk}/readers").json()["rows"]
    assert [row["person"]["name"] for row in readers if row["confirmed_at"]] == ["管理员"]
    assert one.post(f"/reports/runs/{run.pk}/chase").json()["reminded"] == sum(
        not row["confirmed_at"] for row in readers
    )
    ReportReading.objects.filter(user=supervisor).delete()
    assert problem(caller(supervisor).post(f"/reports/runs/{run.pk}/confirm"))["code"] == "refused"


def test_a_plan_and_its_receivers_are_set_up(one: Caller, report: Report, outlet: Branch, agent: User) -> None:
    here = f"/reports/plans/{report.code}"
    assert report.code in [row["code"] for row in one.get("/reports/plans").json()["rows"]]
    body = {"weekday": 1, "time": "08:30", "target": 98, "chase_hours": 12, "active": True}
    assert one.put(here, body).json()["time"] == "08:30"
    assert problem(one.put(here, body | {"time": "25:00"}))["errors"][0]["pointer"] == "/time"
    role = Role.objects.get(code="agent")
    made = one.post(f"{here}/receivers", {"role": role.pk, "branch": outlet.pk})
    assert made.status_code == 201, made.content
    assert made.json() in one.get(here).json()["receivers"]
    assert problem(one.post(f"{here}/receivers", {}))["errors"][0]["pointer"] == "/role"
    assert problem(one.post(f"{here}/receivers", {"person": 10**9}))["errors"][0]["pointer"] == "/person"
    assert one.delete(f"{here}/receivers/{made.json()['id']}").status_code == 204
    week = week_before(now())
    made = one.post(f"{here}/make", {"week": str(week + timedelta(days=3))})
    assert (made.status_code, made.json()["period_start"]) == (201, str(week))
    assert problem(one.post(f"{here}/make", {"week": str(week + timedelta(days=7))}))["status"] == 422
    assert problem(one.get("/reports/plans/nothing"))["code"] == "missing"


def test_plans_are_for_those_who_set_them_up(agent: User, report: Report, run: ReportRun) -> None:
    worker = caller(agent)
    for method, path, body in (
        ("GET", "/reports/plans", None),
        ("POST", f"/reports/plans/{report.code}/make", {"week": "2026-11-01"}),
        ("POST", f"/reports/runs/{run.pk}/chase", None),
        ("GET", f"/reports/runs/{run.pk}/readers", None),
    ):
        assert problem(worker.call(method, path, body))["status"] == 403, path


def test_lists_cost_the_same_however_long(
    one: Caller, run: ReportRun, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for path, most in (("/reports/runs", 5), (f"/reports/runs/{run.pk}", 9), (f"/reports/runs/{run.pk}/rows", 6)):
        with django_assert_max_num_queries(most):
            assert one.get(path).status_code == 200, path
