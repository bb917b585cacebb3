"""The organisation by the programming interface: the tree, people, posts, presence, absences."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suhui.platform.core.clock import now
from suhui.platform.people import services
from suhui.platform.people.models import Branch, Department, Presence, Role, User
from suhui.platform.people.permissions import Perm
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM, MakePerson
from tests.service.cases import complain

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


def test_a_branch_is_added_changed_moved_closed_and_opened_again(one: Caller, outlet: Branch, region: Branch) -> None:
    body = {"parent": region.pk, "name": "杭州滨江网点", "code": "HZ02", "kind": "outlet"}
    made = one.post("/branches", body)
    assert made.status_code == 201, made.content
    here = f"/branches/{made.json()['id']}"
    assert made.json()["line"][-2:] == [region.pk, made.json()["id"]]
    changed = one.patch(here, {"phone": "0571-88001234"}).json()
    assert (changed["name"], changed["phone"]) == ("杭州滨江网点", "0571-88001234")
    moved = one.post(f"{here}/move", {"parent": outlet.pk}).json()
    assert moved["parent"] == outlet.pk
    assert one.post(f"{here}/close").json()["closed_on"] is not None
    assert [row["code"] for row in one.get("/branches", state="closed").json()["rows"]] == ["HZ02"]
    assert one.post(f"{here}/reopen").json()["closed_on"] is None
    assert problem(one.post("/branches", body))["errors"][0]["pointer"] == "/code"
    assert problem(one.patch(here, {"kind": "hq"}))["errors"][0]["pointer"] == "/kind"
    assert problem(one.post("/branches", body | {"parent": 10**9}))["errors"][0]["pointer"] == "/parent"


def test_a_change_of_a_branch_as_it_was_before_is_refused(one: Caller, outlet: Branch) -> None:
    here = f"/branches/{outlet.pk}"
    tag = one.get(here)["ETag"]
    assert one.patch(here, {"name": "一"}, if_match=tag).status_code == 200
    assert problem(one.patch(here, {"name": "二"}, if_match=tag))["code"] == "changed"
    outlet.refresh_from_db()
    assert outlet.name == "一"


def test_departments_come_and_go(one: Caller, outlet: Branch, make_person: MakePerson) -> None:
    made = one.post(f"/branches/{outlet.pk}/departments", {"function": "warehouse", "name": "仓储部"})
    assert made.status_code == 201
    assert one.get(f"/branches/{outlet.pk}").json()["departments"] == [made.json()]
    assert one.get("/departments", function="warehouse").json()["rows"] == [made.json()]
    assert "warehouse" in [row["code"] for row in one.get("/departments/functions").json()["rows"]]
    here = f"/departments/{made.json()['id']}"
    person = make_person("agent", department=Department.objects.get())
    assert problem(one.delete(here))["code"] == "refused"
    User.objects.filter(pk=person.pk).update(department=None)
    assert one.delete(here).status_code == 204
    assert problem(one.delete(here))["code"] == "missing"


def test_a_person_is_added_changed_given_posts_and_leaves(one: Caller, outlet: Branch, region: Branch) -> None:
    agent, quality = Role.objects.get(code="agent"), Role.objects.get(code="quality")
    body = {
        "username": "wangfang",
        "name": "王芳",
        "branch": outlet.pk,
        "role": agent.pk,
        "password": "Teekanne-4711-x",
    }
    made = one.post("/people", body)
    assert made.status_code == 201, made.content
    assert "Teekanne" not in made.content.decode()
    here = f"/people/{made.json()['id']}"
    assert one.patch(here, {"phone": "13800138000", "branch": region.pk}).json()["branch"]["id"] == region.pk
    held = one.post(f"{here}/posts", {"role": quality.pk, "branch": outlet.pk}).json()["posts"]
    assert {post["role"]["id"] for post in held} == {agent.pk, quality.pk}
    post = next(post["id"] for post in held if post["role"]["id"] == agent.pk)
    assert one.delete(f"{here}/posts/{post}").status_code == 204
    assert [one["role"]["id"] for one in one.get(here).json()["posts"]] == [quality.pk]
    assert one.put(f"{here}/password", {"password": "Wasserkessel-815"}).status_code == 204
    assert User.objects.get(username="wangfang").must_change_password
    assert one.post(f"{here}/deactivate", {}).json()["active"] is False
    assert [row["username"] for row in one.get("/people", state="left").json()["rows"]] == ["wangfang"]
    assert one.post(f"{here}/reactivate").json()["active"] is True
    assert problem(one.post("/people", body))["errors"][0]["pointer"] == "/username"
    assert problem(one.post("/people", body | {"username": "x", "role": 10**9}))["errors"][0]["pointer"] == "/role"
    assert problem(one.post("/people", {"name": "王"}))["errors"][0]["pointer"] == "/username"


def test_posts_are_made_changed_and_removed(one: Caller) -> None:
    made = one.post("/roles", {"name": "夜班客服", "reach": "branch", "permissions": ["case.view"]})
    assert made.status_code == 201, made.content
    here = f"/roles/{made.json()['id']}"
    tag = one.get(here)["ETag"]
    granted = one.put(f"{here}/permissions/case.edit", {"granted": True}, if_match=tag).json()
    assert granted["permissions"] == ["case.view", "case.edit"]
    assert problem(one.patch(here, {"reach": "all"}, if_match=tag))["code"] == "changed"
    assert one.patch(here, {"permissions": ["case.view"]}).json()["permissions"] == ["case.view"]
    assert problem(one.patch(here, {"permissions": ["case.nonsense"]}))["errors"][0]["pointer"] == "/permissions/0"
    assert problem(one.put(f"{here}/permissions/nonsense", {"granted": True}))["status"] == 422
    assert problem(one.post(f"{here}/reset"))["code"] == "refused"
    assert one.delete(here).status_code == 204
    assert problem(one.get(here))["code"] == "missing"
    shipped = Role.objects.get(code="agent")
    assert one.patch(f"/roles/{shipped.pk}", {"name": "坐席"}).json()["name"] == "坐席"
    assert one.post(f"/roles/{shipped.pk}/reset").json()["name"] == shipped.name
    assert problem(one.delete(f"/roles/{shipped.pk}"))["code"] == "refused"
    words = one.get("/permissions").json()["rows"]
    assert {row["permission"] for row in words} == {permission.value for permission in Perm}


def test_nobody_shuts_the_whole_company_out(one: Caller, administrator: User) -> None:
    role = Role.objects.get(code="administrator")
    assert problem(one.patch(f"/roles/{role.pk}", {"permissions": []}))["code"] == "refused"
    role.refresh_from_db()
    assert Perm.ORG_MANAGE in role.permissions


def test_presence_is_said_and_seen_on_the_board(one: Caller, supervisor: User, agent: User, outlet: Branch) -> None:
    boss, worker = caller(supervisor), caller(agent)
    assert worker.get("/me/presence").json()["state"] == "offline"
    assert worker.put("/me/presence", {"state": "busy", "reason": "会议"}).json()["state"] == "busy"
    assert problem(worker.put("/me/presence", {"state": "busy"}))["errors"][0]["pointer"] == "/reason"
    board = boss.get("/presence", branch=outlet.pk).json()
    assert [(row["name"], row["presence"]["reason"]) for row in board["rows"]] == [("王芳", "会议")]
    assert {row["state"]: row["count"] for row in board["counts"]}["busy"] == 1
    assert boss.get("/presence", branch=outlet.pk, state="idle").json()["rows"] == []
    assert [row["state"] for row in boss.get(f"/people/{agent.pk}/presence").json()["rows"]] == ["busy"]
    assert Presence.objects.get(user=agent).state == "busy"
    made = one.post("/presence/reasons", {"name": "盘点", "english_name": "Stocktaking"})
    assert made.json()["id"] in [row["id"] for row in one.get("/presence/reasons").json()["rows"]]
    assert one.delete(f"/presence/reasons/{made.json()['id']}").status_code == 204


def test_an_absence_is_entered_and_ended(one: Caller, agent: User, make_person: MakePerson, supervisor: User) -> None:
    other = make_person("agent")
    at = now()
    body = {
        "person": agent.pk,
        "starts_at": (at - timedelta(hours=1)).isoformat(),
        "ends_at": (at + timedelta(days=2)).isoformat(),
        "stand_in": other.pk,
        "reason": "年假",
    }
    made = caller(supervisor).post("/absences", body)
    assert made.status_code == 201, made.content
    assert one.get(f"/people/{agent.pk}").json()["away"] is True
    assert [row["person"]["name"] for row in one.get("/absences").json()["rows"]] == ["王芳"]
    assert problem(caller(supervisor).post("/absences", body))["code"] == "conflict"
    assert problem(caller(other).post("/absences", body))["code"] == "not_allowed"
    assert problem(caller(other).post(f"/absences/{made.json()['id']}/end"))["code"] == "missing"
    assert problem(one.post("/absences", body | {"stand_in": 10**9}))["errors"][0]["pointer"] == "/stand_in"
    assert problem(one.post("/absences", body | {"starts_at": "2026-11-22"}))["errors"][0]["pointer"] == "/starts_at"
    assert caller(agent).post(f"/absences/{made.json()['id']}/end").json()["finished_at"] is not None
    assert one.get("/absences").json()["rows"] == []


def test_the_work_of_an_absent_person_is_handed_over_and_taken_back(
    agent: User, make_person: MakePerson, supervisor: User, outlet: Branch, other_outlet: Branch
) -> None:
    other, at = make_person("agent"), now()
    case = complain(agent, branch=outlet, owner=agent).case
    absence = services.begin_absence(
        user=agent, starts_at=at - timedelta(hours=1), ends_at=at + timedelta(days=1), stand_in=None, by=SYSTEM
    )
    here, boss = f"/absences/{absence.pk}", caller(supervisor)
    assert problem(caller(agent).post(f"{here}/hand-over", {"to": other.pk}))["status"] == 403
    assert problem(boss.post(f"{here}/hand-over", {"to": 10**9}))["errors"][0]["pointer"] == "/to"
    assert problem(caller(supervisor, branch=other_outlet).post(f"{here}/take-back"))["code"] == "missing"
    assert boss.post(f"{here}/hand-over", {"to": other.pk}).json() == {"count": 1}
    case.refresh_from_db()
    assert case.owner == other
    assert boss.post(f"{here}/take-back").json() == {"count": 1}
    case.refresh_from_db()
    assert case.owner == agent


def test_a_token_of_a_branch_sets_up_nothing_outside_it(
    administrator: User, outlet: Branch, other_outlet: Branch, make_person: MakePerson, region: Branch
) -> None:
    bound = caller(administrator, branch=outlet)
    stranger = make_person("agent", branch=other_outlet)
    neighbour = make_person("agent", branch=outlet)
    assert [row["id"] for row in bound.get("/branches").json()["rows"]] == [outlet.pk]
    assert [row["id"] for row in bound.get("/people").json()["rows"]] == [neighbour.pk]
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/branches/{other_outlet.pk}", None),
        ("PATCH", f"/branches/{other_outlet.pk}", {"name": "x"}),
        ("POST", f"/branches/{region.pk}/close", None),
        ("POST", f"/branches/{other_outlet.pk}/departments", {"function": "warehouse", "name": "x"}),
        ("GET", f"/people/{stranger.pk}", None),
        ("PATCH", f"/people/{stranger.pk}", {"name": "x"}),
        ("POST", f"/people/{stranger.pk}/deactivate", {}),
        ("GET", f"/people/{stranger.pk}/presence", None),
        ("GET", "/presence?branch=" + str(other_outlet.pk), None),
    ]
    for method, path, body in calls:
        assert problem(bound.call(method, path, body))["code"] == "missing", path
    role = Role.objects.get(code="agent")
    body = {"role": role.pk, "branch": other_outlet.pk}
    assert problem(bound.post(f"/people/{neighbour.pk}/posts", body))["errors"][0]["pointer"] == "/branch"
    highest = Role.objects.get(code="administrator")
    sent = {"role": highest.pk, "branch": outlet.pk}
    assert problem(bound.post(f"/people/{neighbour.pk}/posts", sent))["code"] == "not_allowed"
    assert problem(bound.put(f"/people/{neighbour.pk}/password", {"password": "x"}))["code"] == "person_needed"
    assert problem(bound.patch(f"/roles/{role.pk}", {"reach": "all"}))["code"] == "person_needed"
    stranger.refresh_from_db()
    assert (stranger.is_active, neighbour.posts.count()) == (True, 1)


def test_who_may_only_look_changes_nothing(supervisor: User, outlet: Branch, agent: User) -> None:
    reader = caller(supervisor, scopes=[Perm.ORG_VIEW])
    assert reader.get("/branches").status_code == 200
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/branches", {"parent": outlet.pk, "name": "x", "code": "X", "kind": "outlet"}),
        ("PATCH", f"/branches/{outlet.pk}", {"name": "x"}),
        ("POST", f"/people/{agent.pk}/deactivate", {}),
        ("POST", "/roles", {"name": "x", "reach": "all", "permissions": []}),
        ("POST", "/presence/reasons", {"name": "x"}),
    ]
    for method, path, body in calls:
        assert problem(reader.call(method, path, body))["status"] == 403, path
    outlet.refresh_from_db()
    assert (outlet.name, Branch.objects.count()) == ("杭州西湖网点", 3)


def test_lists_cost_the_same_however_long(
    one: Caller, outlet: Branch, make_person: MakePerson, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(8):
        make_person("agent")
        services.open_branch(name=f"网点{number}", code=f"N{number}", kind="outlet", parent=outlet, by=SYSTEM)
    for path, most in (("/people", 7), ("/branches", 5), ("/roles", 5), ("/presence", 8), ("/absences", 5)):
        with django_assert_max_num_queries(most):
            assert one.get(path).status_code == 200, path
    page = one.get("/branches", limit=3).json()
    rest = one.get("/branches", limit=200, cursor=page["next"]).json()
    assert len(page["rows"]) + len(rest["rows"]) == Branch.objects.count()
