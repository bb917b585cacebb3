"""What an administrator sets up for cases, and the clocks of a case, by the programming interface."""

from collections.abc import Callable
from typing import Any

import pytest

from suhui.platform.people.models import Branch, User
from suhui.service.cases.models import Category, ChecklistTemplate, KindField, Macro
from tests.api import Caller, caller, problem
from tests.service.cases import complain

pytestmark = pytest.mark.django_db
SETUP = "/cases/setup"


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


@pytest.mark.parametrize("what", ["categories", "causes"])
def test_rows_of_two_levels_are_added_changed_and_retired(one: Caller, what: str) -> None:
    top = one.post(f"{SETUP}/{what}", {"name": "外箱", "code": "box"})
    assert top.status_code == 201, top.content
    below = one.post(f"{SETUP}/{what}", {"name": "外箱潮湿", "code": "box-wet", "parent": "box"}).json()
    assert below["parent"] == "box"
    here = f"{SETUP}/{what}/{below['id']}"
    changed = one.put(here, {"name": "外箱受潮", "code": "box-wet", "parent": "box", "active": False}).json()
    assert (changed["name"], changed["active"]) == ("外箱受潮", False)
    listed = one.get(f"{SETUP}/{what}", limit=200).json()["rows"]
    assert {"box", "box-wet"} <= {row["code"] for row in listed}
    body = {"name": "再来", "code": "box"}
    assert problem(one.post(f"{SETUP}/{what}", body))["errors"][0]["pointer"] == "/code"
    deeper = body | {"code": "deeper", "parent": "box-wet"}
    assert problem(one.post(f"{SETUP}/{what}", deeper))["errors"][0]["pointer"] == "/parent"
    unknown = body | {"code": "stray", "parent": "nothing"}
    assert problem(one.post(f"{SETUP}/{what}", unknown))["errors"][0]["pointer"] == "/parent"
    assert problem(one.put(f"{SETUP}/{what}/999999", body))["code"] == "missing"
    codes = {row["code"] for row in one.get(f"{SETUP}/{what}", limit=200).json()["rows"]}
    assert not codes & {"deeper", "stray"}


def test_a_field_needs_its_list_and_then_stands_on_the_form(one: Caller) -> None:
    body = {"name": "箱型", "kind": "complaint", "key": "box-size", "type": "choice", "required": True}
    assert problem(one.post(f"{SETUP}/fields", body))["errors"][0]["pointer"] == "/choices"
    made = one.post(f"{SETUP}/fields", body | {"choices": ["大", "小"]}).json()
    assert made["choices"] == ["大", "小"]
    again = one.post(f"{SETUP}/fields", body | {"choices": ["大"]})
    assert problem(again)["errors"], again.content
    changed = one.put(f"{SETUP}/fields/{made['id']}", body | {"choices": ["大", "中"], "required": False}).json()
    assert (changed["choices"], changed["required"]) == (["大", "中"], False)
    assert "box-size" in [row["key"] for row in one.get("/cases/setup").json()["fields"]]
    assert KindField.objects.filter(key="box-size").count() == 1


def test_a_macro_is_written_step_by_step(one: Caller) -> None:
    body = {"name": "先致歉", "reply": "非常抱歉", "take": True, "state": "waiting_customer", "kinds": ["complaint"]}
    made = one.post(f"{SETUP}/macros", body)
    assert made.status_code == 201, made.content
    assert made.json()["actions"] == [{"do": "take"}, {"do": "state", "to": "waiting_customer"}]
    here = f"{SETUP}/macros/{made.json()['id']}"
    changed = one.put(here, body | {"take": False, "priority": 4, "promise": "回电", "minutes": 30}).json()
    assert {step["do"] for step in changed["actions"]} == {"state", "priority", "promise"}
    assert problem(one.put(here, body | {"promise": "回电"}))["errors"][0]["pointer"] == "/minutes"
    assert problem(one.post(f"{SETUP}/macros", {"name": "空"}))["status"] == 422
    assert not Macro.objects.filter(name="空").exists()
    assert one.get(f"{SETUP}/macros", limit=200).json()["rows"][-1]["id"]


def test_points_to_tick_are_added_and_retired(one: Caller) -> None:
    made = one.post(f"{SETUP}/checklists", {"name": "拍照留证", "kind": "complaint"}).json()
    assert one.put(f"{SETUP}/checklists/{made['id']}", {"name": "拍照", "active": False}).json()["kind"] == ""
    assert ChecklistTemplate.objects.get(pk=made["id"]).active is False
    assert made["id"] in [row["id"] for row in one.get(f"{SETUP}/checklists").json()["rows"]]


def test_the_set_up_is_for_those_who_may(agent: User, administrator: User, outlet: Branch) -> None:
    body = {"name": "外箱", "code": "box"}
    for what in ("categories", "causes", "fields", "checklists", "macros"):
        assert problem(caller(agent).get(f"{SETUP}/{what}"))["status"] == 403
    assert problem(caller(agent).post(f"{SETUP}/categories", body))["status"] == 403
    bound = caller(administrator, branch=outlet)
    assert problem(bound.post(f"{SETUP}/categories", body))["code"] == "person_needed"
    assert not Category.objects.filter(code="box").exists()


def test_lists_cost_the_same_however_long(one: Caller, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for what in ("categories", "causes", "fields", "checklists", "macros"):
        with django_assert_max_num_queries(5):
            assert one.get(f"{SETUP}/{what}", limit=200).status_code == 200


def test_the_clocks_of_a_case_tell_why(agent: User, supervisor: User, outlet: Branch, other_outlet: Branch) -> None:
    case = complain(agent, branch=outlet).case
    rows = caller(agent).get(f"/cases/{case.pk}/clocks").json()["rows"]
    assert {"first_response", "resolution"} <= {row["kind"] for row in rows}
    assert all(row["why"] and row["note"] for row in rows)
    bound = caller(supervisor, branch=other_outlet)
    assert problem(bound.get(f"/cases/{case.pk}/clocks"))["code"] == "missing"
