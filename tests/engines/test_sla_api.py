"""Service levels and clocks by the programming interface."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine

from suhui.engines.sla import services
from suhui.engines.sla.models import Policy
from suhui.platform.core.clock import BEIJING
from suhui.platform.people.models import Branch, User
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=BEIJING)
TARGET = {"kind": "resolution", "amount": 24, "unit": "hours"}
LEVEL = {
    "code": "key-accounts",
    "name": "重要客户",
    "targets": [TARGET],
    "escalations": [{"after_minutes": 0, "tier": 0}],
}


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


def start(branch: Branch, number: int = 1) -> None:
    services.start_clocks(
        subject=f"case:{number}",
        policy=Policy.objects.get(code="complaint", is_current=True),
        branch=branch,
        owner=None,
        at=MONDAY,
        label="T26111600018 13800138000",
        url="/cases/1/",
        by=SYSTEM,
    )


def test_a_service_level_is_added_changed_and_taken_out_of_use(one: Caller) -> None:
    made = one.post("/service-levels", LEVEL)
    assert made.status_code == 201, made.content
    here = "/service-levels/key-accounts"
    tag = one.get(here)["ETag"]
    body = {"name": "重要客户", "targets": [TARGET | {"amount": 8}]}
    changed = one.put(here, body, if_match=tag).json()
    assert (changed["version"], changed["targets"][0]["amount"]) == (2, 8)
    assert problem(one.put(here, body, if_match=tag))["code"] == "changed"
    assert [row["version"] for row in one.get(f"{here}/versions").json()["rows"]] == [2, 1]
    assert one.delete(here).status_code == 204
    assert problem(one.get(here))["code"] == "missing"
    assert problem(one.delete("/service-levels/standard"))["code"] == "refused"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"targets": []}, "/targets"),
        ({"targets": [TARGET, TARGET]}, "/targets"),
        ({"targets": [TARGET | {"amount": 0}]}, "/targets/0/amount"),
        ({"name": " "}, "/name"),
        ({"escalations": [{"after_minutes": 60, "tier": 0}, {"after_minutes": 0, "tier": 1}]}, "/escalations"),
        ({"code": "complaint"}, "/code"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(one: Caller, change: dict[str, Any], pointer: str) -> None:
    before = Policy.objects.count()
    assert problem(one.post("/service-levels", LEVEL | change))["errors"][0]["pointer"] == pointer
    assert Policy.objects.count() == before


def test_clocks_of_the_team_explain_themselves_within_ones_branches(
    supervisor: User, outlet: Branch, other_outlet: Branch
) -> None:
    start(outlet, 1)
    start(other_outlet, 2)
    wide, bound = caller(supervisor), caller(supervisor, branch=outlet)
    with time_machine.travel(datetime(2026, 12, 20, 9, tzinfo=BEIJING), tick=False):
        wide, bound = caller(supervisor), caller(supervisor, branch=outlet)
        rows = wide.get("/clocks", due="late").json()["rows"]
        assert {row["subject"] for row in rows} == {"case:1", "case:2"}
        assert all(row["why"] and "13800138000" not in row["label"] for row in rows)
        assert {row["subject"] for row in bound.get("/clocks").json()["rows"]} == {"case:1"}
        assert wide.get("/clocks", due="soon").json()["rows"] == []


def test_service_levels_are_for_those_who_set_them_up(agent: User, administrator: User, outlet: Branch) -> None:
    worker = caller(agent)
    assert problem(worker.get("/service-levels"))["status"] == 403
    assert problem(worker.post("/service-levels", LEVEL))["status"] == 403
    assert problem(worker.get("/clocks"))["status"] == 403
    bound = caller(administrator, branch=outlet)
    assert problem(bound.post("/service-levels", LEVEL))["code"] == "person_needed"
    assert not Policy.objects.filter(code="key-accounts").exists()


def test_lists_cost_the_same_however_long(
    one: Caller, supervisor: User, outlet: Branch, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(8):
        start(outlet, number)
    with django_assert_max_num_queries(7):
        assert len(one.get("/service-levels").json()["rows"]) > 2
    with time_machine.travel(datetime(2026, 12, 20, 9, tzinfo=BEIJING), tick=False):
        boss = caller(supervisor)
        with django_assert_max_num_queries(9):
            assert len(boss.get("/clocks").json()["rows"]) >= 8
