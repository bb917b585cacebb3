from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from suhui.platform.core.clock import local, now
from suhui.platform.people import open_work, services
from suhui.platform.people.models import Absence, Branch, BusyReason, Department, Role, User
from suhui.platform.people.permissions import Perm
from tests.conftest import SYSTEM, MakePerson

Enter = Callable[[User], Client]


def body(client: Client, name: str, *args: object, **query: str | int) -> str:
    response = client.get(reverse(f"organisation:{name}", args=args), query)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


class TestTree:
    def test_it_opens_along_the_line_and_counts_people(
        self, enter: Enter, administrator: User, agent: User, region: Branch, outlet: Branch, other_outlet: Branch
    ) -> None:
        client = enter(administrator)
        top = body(client, "tree")
        assert "华东区域" in top
        assert outlet.name not in top
        here = body(client, "branch", outlet.pk)
        assert other_outlet.name in here
        assert agent.name in here

    def test_branches_are_added_changed_moved_and_closed(
        self, enter: Enter, administrator: User, headquarters: Branch, region: Branch, outlet: Branch
    ) -> None:
        client = enter(administrator)
        given = {"name": "西南区域", "code": "WEST", "kind": "region", "phone": "", "address": ""}
        assert client.post(reverse("organisation:branch-add", args=[headquarters.pk]), given).status_code == 302
        west = Branch.objects.get(code="WEST")
        again = client.post(reverse("organisation:branch-add", args=[headquarters.pk]), given)
        assert again.status_code == 422
        assert "id_code_error" in again.content.decode()
        client.post(reverse("organisation:branch-move", args=[outlet.pk]), {"parent": west.pk})
        outlet.refresh_from_db()
        assert outlet.parent_id == west.pk
        assert client.post(reverse("organisation:branch-close", args=[west.pk])).status_code == 409
        assert client.post(reverse("organisation:branch-close", args=[region.pk])).status_code == 302
        assert "已停用" in body(client, "branch", region.pk) or "closed" in body(client, "branch", region.pk)
        client.post(reverse("organisation:branch-open", args=[region.pk]))
        region.refresh_from_db()
        assert region.closed_on is None
        client.post(reverse("organisation:branch-change", args=[west.pk]), {**given, "name": "西南大区"})
        west.refresh_from_db()
        assert west.name == "西南大区"

    def test_departments(self, enter: Enter, administrator: User, outlet: Branch) -> None:
        client = enter(administrator)
        client.post(
            reverse("organisation:department-add", args=[outlet.pk]), {"function": "warehouse", "name": "仓储部"}
        )
        department = Department.objects.get()
        assert "仓储部" in body(client, "branch", outlet.pk)
        client.post(reverse("organisation:department-remove", args=[department.pk]))
        assert not Department.objects.exists()

    def test_reading_is_for_all_changing_for_who_may(self, enter: Enter, agent: User, outlet: Branch) -> None:
        client = enter(agent)
        assert reverse("organisation:branch-add", args=[outlet.pk]) not in body(client, "branch", outlet.pk)
        for name in ("branch-close", "branch-move", "branch-change"):
            assert client.post(reverse(f"organisation:{name}", args=[outlet.pk])).status_code == 403
        outlet.refresh_from_db()
        assert outlet.closed_on is None

    def test_an_administrator_of_one_region_leaves_the_others_alone(
        self,
        enter: Enter,
        administrator: User,
        make_person: MakePerson,
        headquarters: Branch,
        region: Branch,
        outlet: Branch,
    ) -> None:
        role = services.add_role(
            name="区域管理员", reach="subtree", permissions=[Perm.ORG_VIEW, Perm.ORG_MANAGE], by=SYSTEM
        )
        local_admin = make_person("courier", branch=region)
        services.set_posts(user=local_admin, posts=[(role, region)], by=SYSTEM)
        client = enter(local_admin)
        given = {"name": "x", "code": "X", "kind": "outlet", "phone": "", "address": ""}
        assert client.post(reverse("organisation:branch-add", args=[headquarters.pk]), given).status_code == 403
        assert client.post(reverse("organisation:branch-add", args=[outlet.pk]), given).status_code == 302
        assert client.post(reverse("organisation:person-deactivate", args=[administrator.pk])).status_code == 403
        administrator.refresh_from_db()
        assert administrator.is_active


class TestPeople:
    def test_a_person_is_added_and_signs_in(
        self, enter: Enter, administrator: User, outlet: Branch, client: Client
    ) -> None:
        role = Role.objects.get(code="agent")
        given = {
            "name": "赵敏",
            "username": "zhaomin",
            "branch": outlet.pk,
            "role": role.pk,
            "password": "kite-lamp-four",
            "department": "",
        }
        assert enter(administrator).get(reverse("organisation:person-add")).status_code == 200
        assert enter(administrator).post(reverse("organisation:person-add"), given).status_code == 302
        assert Client().login(username="zhaomin", password="kite-lamp-four")
        assert User.objects.get(username="zhaomin").may(Perm.CASE_EDIT)

    def test_the_list_filters(
        self, enter: Enter, administrator: User, make_person: MakePerson, outlet: Branch, other_outlet: Branch
    ) -> None:
        make_person("agent", name="王小明", branch=outlet)
        make_person("warehouse", name="李四", branch=other_outlet)
        client = enter(administrator)
        assert "王小明" in body(client, "people", q="wxm")
        assert "李四" not in body(client, "people", q="wxm")
        assert "王小明" not in body(client, "people", branch=other_outlet.pk)
        assert "王小明" not in body(client, "people", role=Role.objects.get(code="warehouse").pk)
        assert "王小明" not in body(client, "people", state="left")

    def test_posts_are_given_and_taken(self, enter: Enter, administrator: User, agent: User, region: Branch) -> None:
        client = enter(administrator)
        role = Role.objects.get(code="service-supervisor")
        client.post(reverse("organisation:post-add", args=[agent.pk]), {"role": role.pk, "branch": region.pk})
        assert agent.posts.count() == 2
        post = agent.posts.get(role=role)
        client.post(reverse("organisation:post-remove", args=[agent.pk, post.pk]))
        assert agent.posts.count() == 1

    def test_leaving_shows_open_work_first(
        self, enter: Enter, administrator: User, agent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(open_work, "_counters", {})
        open_work.register_counter("cases", "进行中工单", lambda user: 3)
        client = enter(administrator)
        assert "进行中工单: 3" in body(client, "person", agent.pk)
        address = reverse("organisation:person-deactivate", args=[agent.pk])
        assert client.post(address).status_code == 409
        assert client.post(address, {"despite_open_work": "on"}).status_code == 302
        agent.refresh_from_db()
        assert not agent.is_active
        client.post(reverse("organisation:person-reactivate", args=[agent.pk]))
        agent.refresh_from_db()
        assert agent.is_active

    def test_one_changes_ones_own_password_and_stays(self, client: Client, make_person: MakePerson) -> None:
        person = make_person("agent", password="first-long-word")
        client.login(username=person.username, password="first-long-word")
        address = reverse("organisation:password")
        wrong = {"old": "nope", "new": "second-long-word", "again": "second-long-word"}
        assert client.post(address, wrong).status_code == 422
        assert client.post(address, {**wrong, "old": "first-long-word", "again": "other"}).status_code == 422
        assert client.post(address, {**wrong, "old": "first-long-word"}).status_code == 302
        assert client.get(address).status_code == 200
        person.refresh_from_db()
        assert person.check_password("second-long-word")

    def test_a_password_is_given_by_an_administrator(self, enter: Enter, administrator: User, agent: User) -> None:
        address = reverse("organisation:first-password", args=[agent.pk])
        assert enter(administrator).post(address, {"password": "123"}).status_code == 422
        assert enter(administrator).post(address, {"password": "lamp-tree-four"}).status_code == 302
        agent.refresh_from_db()
        assert agent.check_password("lamp-tree-four")

    def test_a_given_password_is_shown_once_to_who_has_to_tell_it(
        self, enter: Enter, administrator: User, agent: User
    ) -> None:
        client, page = enter(administrator), reverse("organisation:person", args=[agent.pk])
        client.post(reverse("organisation:first-password", args=[agent.pk]), {"password": "lamp-tree-four"})
        assert "lamp-tree-four" in client.get(page).content.decode()
        assert "lamp-tree-four" not in client.get(page).content.decode()
        client.post(reverse("organisation:first-password", args=[agent.pk]), {"password": "lamp-tree-five"})
        other = reverse("organisation:person", args=[administrator.pk])
        assert "lamp-tree-five" not in client.get(other).content.decode()


class TestAbsences:
    def test_a_supervisor_enters_one_and_ends_it(self, enter: Enter, agent: User, supervisor: User) -> None:
        start = local(now()).replace(second=0, microsecond=0)
        given = {
            "starts_at": start.strftime("%Y-%m-%dT%H:%M"),
            "ends_at": (start + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
            "stand_in": supervisor.pk,
            "reason": "年假",
        }
        client = enter(supervisor)
        assert client.get(reverse("organisation:absence-begin", args=[agent.pk])).status_code == 200
        assert client.post(reverse("organisation:absence-begin", args=[agent.pk]), given).status_code == 302
        absence = Absence.objects.get()
        assert absence.stand_in == supervisor
        assert "年假" in body(client, "person", agent.pk)
        client.post(reverse("organisation:absence-end", args=[absence.pk]))
        absence.refresh_from_db()
        assert absence.finished_at is not None

    def test_a_colleague_does_not_enter_it(self, enter: Enter, agent: User, make_person: MakePerson) -> None:
        other = make_person("agent")
        assert enter(other).post(reverse("organisation:absence-begin", args=[agent.pk])).status_code == 403
        assert Absence.objects.count() == 0


class TestPosts:
    def test_a_cell_is_given_and_taken(self, enter: Enter, administrator: User) -> None:
        client = enter(administrator)
        role = Role.objects.get(code="agent")
        assert role.name in body(client, "roles")
        address = reverse("organisation:role-toggle", args=[role.pk])
        cell = client.post(address, {"permission": "case.assign", "granted": "1"})
        assert 'aria-pressed="true"' in cell.content.decode()
        role.refresh_from_db()
        assert "case.assign" in role.permissions
        client.post(address, {"permission": "case.assign", "granted": "0"})
        role.refresh_from_db()
        assert "case.assign" not in role.permissions
        assert client.post(address, {"permission": "case.fly", "granted": "1"}).status_code == 422

    def test_an_agent_reads_the_matrix_only(self, enter: Enter, agent: User) -> None:
        client = enter(agent)
        role = Role.objects.get(code="agent")
        assert 'class="cell"' not in body(client, "roles")
        address = reverse("organisation:role-toggle", args=[role.pk])
        assert client.post(address, {"permission": "case.assign", "granted": "1"}).status_code == 403
        role.refresh_from_db()
        assert "case.assign" not in role.permissions

    def test_a_post_is_composed_changed_set_back_and_removed(self, enter: Enter, administrator: User) -> None:
        client = enter(administrator)
        given = {"name": "夜班", "english_name": "Night", "reach": "own", "permissions": ["case.view"]}
        assert client.get(reverse("organisation:role-add")).status_code == 200
        client.post(reverse("organisation:role-add"), given)
        role = Role.objects.get(name="夜班")
        assert role.permissions == ["case.view"]
        body(client, "role", role.pk)
        client.post(reverse("organisation:role", args=[role.pk]), {**given, "permissions": ["case.edit"]})
        role.refresh_from_db()
        assert role.permissions == ["case.edit"]
        client.post(reverse("organisation:role-remove", args=[role.pk]))
        assert not Role.objects.filter(pk=role.pk).exists()
        agent_role = Role.objects.get(code="agent")
        client.post(reverse("organisation:role-reset", args=[agent_role.pk]))


class TestPresence:
    def test_the_board_shows_whom_one_supervises(
        self, enter: Enter, agent: User, supervisor: User, make_person: MakePerson, headquarters: Branch
    ) -> None:
        make_person("service-manager", name="总部经理", branch=headquarters)
        services.set_presence(user=agent, state="busy", reason="会议", at=now(), by=SYSTEM)
        shown = body(enter(supervisor), "presence")
        assert agent.name in shown
        assert "会议" in shown
        assert "总部经理" not in body(enter(supervisor), "presence", branch=headquarters.pk)
        assert agent.name not in body(enter(supervisor), "presence", state="idle")

    def test_reasons_are_the_houses_own(self, enter: Enter, administrator: User) -> None:
        client = enter(administrator)
        client.post(reverse("organisation:reason-add"), {"name": "盘点"})
        reason = BusyReason.objects.get(name="盘点")
        assert "盘点" in client.get(reverse("people:presence")).content.decode()
        client.post(reverse("organisation:reason-remove", args=[reason.pk]))
        assert not BusyReason.objects.filter(name="盘点").exists()


@pytest.mark.parametrize("many", [1, 30])
def test_lists_take_few_queries(
    enter: Enter,
    administrator: User,
    make_person: MakePerson,
    outlet: Branch,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(many):
        make_person("agent")
    client = enter(administrator)
    for name, most in (("people", 14), ("presence", 14), ("roles", 10)):
        with django_assert_max_num_queries(most):
            body(client, name)
    with django_assert_max_num_queries(14):
        body(client, "branch", outlet.pk)
