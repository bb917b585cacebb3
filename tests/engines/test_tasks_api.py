"""Tasks, contacts, notices, search and the team by the programming interface."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, User
from suhui.service.cases import services
from tests.api import caller, problem
from tests.service.cases import complain

pytestmark = pytest.mark.django_db


def test_a_request_is_taken_and_answered(agent: User, supervisor: User, outlet: Branch) -> None:
    case = complain(supervisor).case
    task = services.request_facts(case=case, question="谁交接的？", branch=outlet, by=Actor.staff(supervisor))
    one = caller(agent)
    assert task.pk in [row["id"] for row in one.get("/tasks", view="take").json()["rows"]]
    assert one.post(f"/tasks/{task.pk}/claim").json()["assignee"]["id"] == agent.pk
    done = one.post(f"/tasks/{task.pk}/complete", {"result": "转运中心交接"})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert problem(one.post(f"/tasks/{task.pk}/return", {"reason": "不是我的"}))["code"] in {"refused", "conflict"}
    assert Task.objects.get(pk=task.pk).result == "转运中心交接"


def test_what_is_a_persons_own_is_not_a_branchs(supervisor: User, outlet: Branch) -> None:
    bound = caller(supervisor, branch=outlet)
    for path in ("/tasks", "/notifications", "/day", "/team"):
        assert problem(bound.get(path))["code"] == "person_needed", path


def test_a_promise_waits_on_my_day_and_on_the_teams_board(supervisor: User) -> None:
    one = caller(supervisor)
    case = complain(supervisor, owner=supervisor).case
    due = (now() + timedelta(hours=1)).isoformat()
    made = one.post(f"/cases/{case.pk}/promises", {"text": "回电", "due_at": due}).json()
    assert f"task:{made['id']}" in [row["subject"] for row in one.get("/day").json()["rows"]]
    assert one.get("/team", show="all").json()["total"] >= 2
    assert one.post(f"/tasks/{made['id']}/complete", {"result": "已回电"}).json()["state"] == "done"


def test_a_contact_is_logged_and_found(agent: User) -> None:
    one = caller(agent)
    made = one.post("/contacts", {"text": "问件", "phone": "13800138000", "name": "王小明"})
    assert (made.status_code, made.json()["phone"]) == (201, "138******00")
    assert [row["id"] for row in one.get("/contacts", q="8000").json()["rows"]] == [made.json()["id"]]


def test_search_keeps_to_the_tokens_reach(
    supervisor: User, agent: User, outlet: Branch, other_outlet: Branch, run_events: Callable[[], int]
) -> None:
    here = complain(agent, text="玻璃杯碎了", branch=outlet).case
    there = complain(agent, text="玻璃杯碎了", branch=other_outlet, owner=supervisor).case
    run_events()
    wide = {row["id"] for row in caller(supervisor).get("/search", q="玻璃杯", kind="case").json()["rows"]}
    bound = {
        row["id"] for row in caller(supervisor, branch=outlet).get("/search", q="玻璃杯", kind="case").json()["rows"]
    }
    assert (wide, bound) == ({here.pk, there.pk}, {here.pk})


def test_notices_are_read(agent: User, supervisor: User) -> None:
    case = complain(supervisor).case
    services.assign(case=case, owner=agent, by=Actor.staff(supervisor))
    one = caller(agent)
    assert [row["read_at"] for row in one.get("/notifications", unread="true").json()["rows"]] == [None]
    assert one.post("/notifications/read", {}).json() == {"read": 1}
    assert one.get("/notifications", unread="true").json()["rows"] == []
