"""Masked values by the programming interface: one at a time, with a reason that stays."""

import pytest

from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.models import Reveal
from suhui.platform.rest.models import KeptAnswer
from tests.api import caller, problem
from tests.conftest import MakePerson
from tests.service.cases import complain

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(agent: User, outlet: Branch) -> str:
    case = complain(agent, branch=outlet, phone="13800138000", name="王小明").case
    return f"customer:{case.customer_id}"


def test_a_value_is_seen_and_who_looked_is_kept(agent: User, supervisor: User, subject: str) -> None:
    one, boss = caller(agent), caller(supervisor)
    body = {"subject": subject, "field": "name", "reason": "contact"}
    answer = one.post("/reveals", body, idempotency_key="k1")
    assert (answer.status_code, answer.json()) == (200, {"value": "王小明"})
    assert not KeptAnswer.objects.exists()
    [row] = boss.get("/reveals", subject=subject).json()["rows"]
    assert (row["person"]["name"], row["field"], row["reason"]) == ("王芳", "name", "contact")
    assert boss.get("/reveals", reason="authority").json()["rows"] == []
    assert boss.get("/reveals/counts").json()["rows"][0]["today"] == 1


def test_without_reason_permission_or_reach_nothing_is_told(
    agent: User, supervisor: User, make_person: MakePerson, other_outlet: Branch, subject: str
) -> None:
    body = {"subject": subject, "field": "name", "reason": "contact"}
    one = caller(agent)
    assert problem(one.post("/reveals", body | {"reason": "curiosity"}))["errors"][0]["pointer"] == "/reason"
    assert problem(caller(agent, scopes=[Perm.CASE_VIEW]).post("/reveals", body))["code"] == "scope_missing"
    bound = caller(supervisor, branch=other_outlet)
    assert problem(bound.post("/reveals", body))["code"] == "missing"
    for subject_ in ("customer:x", "nobody:1", "customer:999999999999"):
        assert problem(one.post("/reveals", body | {"subject": subject_}))["code"] == "missing"
    assert problem(one.get("/reveals"))["status"] == 403
    assert not Reveal.objects.exists()


def test_reveals_of_another_branch_are_not_told(
    agent: User, supervisor: User, other_outlet: Branch, subject: str
) -> None:
    caller(agent).post("/reveals", {"subject": subject, "field": "name", "reason": "verify"})
    assert caller(supervisor, branch=other_outlet).get("/reveals").json()["rows"] == []
