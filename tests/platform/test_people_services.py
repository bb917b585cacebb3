import threading
from datetime import timedelta

import pytest
from django.db import connection

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import access, open_work, services
from suhui.platform.people.models import Absence, Branch, Department, Presence, Role, User
from suhui.platform.people.permissions import Perm
from tests.conftest import SYSTEM, MakePerson


def told(kind: str) -> list[StoredEvent]:
    return list(StoredEvent.objects.filter(kind=f"people.{kind}").order_by("pk"))


class TestPresence:
    def test_a_change_is_kept_and_told_once(self, agent: User) -> None:
        at = now()
        services.set_presence(user=agent, state="busy", reason="开会", at=at, by=SYSTEM)
        services.set_presence(user=agent, state="busy", reason="开会", at=at + timedelta(minutes=1), by=SYSTEM)
        presence = Presence.objects.get(user=agent)
        assert (presence.state, presence.reason, presence.since) == ("busy", "开会", at)
        (event,) = told("PresenceChanged")
        assert event.payload == {"user_id": agent.pk, "state": "busy", "before": "offline", "reason": "开会"}

    @pytest.mark.parametrize(("state", "reason"), [("busy", " "), ("asleep", "")])
    def test_nonsense_is_refused(self, agent: User, state: str, reason: str) -> None:
        with pytest.raises(BadInput):
            services.set_presence(user=agent, state=state, reason=reason, at=now(), by=SYSTEM)
        assert Presence.objects.get(user=agent).state == "offline"
        assert told("PresenceChanged") == []

    def test_who_closed_the_browser_is_not_waited_for(self, agent: User) -> None:
        at = now()
        services.set_presence(user=agent, state="idle", at=at, by=SYSTEM)
        services.seen(users=[agent.pk], at=at)
        assert services.let_go_the_unseen(at=at + timedelta(minutes=4)) == 0
        assert services.let_go_the_unseen(at=at + timedelta(minutes=6)) == 1
        assert services.let_go_the_unseen(at=at + timedelta(minutes=7)) == 0
        assert Presence.objects.get(user=agent).state == "offline"
        assert [event.payload["state"] for event in told("PresenceChanged")] == ["idle", "offline"]

    def test_who_comes_back_is_what_they_were(self, agent: User) -> None:
        at = now()
        services.set_presence(user=agent, state="busy", reason="会议", at=at, by=SYSTEM)
        services.seen(users=[agent.pk], at=at)
        services.let_go_the_unseen(at=at + timedelta(minutes=6))
        services.seen(users=[agent.pk], at=at + timedelta(minutes=20))
        presence = Presence.objects.get(user=agent)
        assert (presence.state, presence.reason, presence.left_state) == ("busy", "会议", "")

    def test_who_said_offline_stays_so_with_the_browser_open(self, agent: User) -> None:
        at = now()
        services.set_presence(user=agent, state="idle", at=at, by=SYSTEM)
        services.seen(users=[agent.pk], at=at)
        services.let_go_the_unseen(at=at + timedelta(minutes=6))
        services.set_presence(user=agent, state="break", at=at + timedelta(minutes=7), by=SYSTEM)
        services.set_presence(user=agent, state="offline", at=at + timedelta(minutes=8), by=SYSTEM)
        services.seen(users=[agent.pk], at=at + timedelta(minutes=9))
        assert Presence.objects.get(user=agent).state == "offline"

    def test_whose_browser_never_spoke_is_left_as_they_said(self, agent: User) -> None:
        services.set_presence(user=agent, state="idle", at=now() - timedelta(hours=1), by=SYSTEM)
        assert services.let_go_the_unseen(at=now()) == 0
        assert Presence.objects.get(user=agent).state == "idle"


class TestAbsence:
    def test_one_that_starts_now_begins_at_once(self, agent: User, supervisor: User) -> None:
        at = now()
        absence = services.begin_absence(
            user=agent,
            starts_at=at,
            ends_at=at + timedelta(days=2),
            stand_in=supervisor,
            reason="年假",
            by=SYSTEM,
            at=at,
        )
        (event,) = told("AbsenceBegan")
        assert event.payload == {"user_id": agent.pk, "absence_id": absence.pk, "stand_in_id": supervisor.pk}

    def test_a_later_one_begins_and_ends_by_the_clock_once(self, agent: User, supervisor: User) -> None:
        at = now()
        start, end = at + timedelta(hours=1), at + timedelta(hours=9)
        services.begin_absence(user=agent, starts_at=start, ends_at=end, stand_in=supervisor, by=SYSTEM)
        assert services.turn_absences(at=at) == 0
        assert services.turn_absences(at=start) == 1
        assert services.turn_absences(at=start) == 0
        assert services.turn_absences(at=end) == 1
        assert services.turn_absences(at=end) == 0
        assert len(told("AbsenceBegan")) == len(told("AbsenceEnded")) == 1

    def test_one_slept_through_ends_without_having_begun(self, agent: User) -> None:
        at = now()
        services.begin_absence(
            user=agent, starts_at=at + timedelta(hours=1), ends_at=at + timedelta(hours=2), stand_in=None, by=SYSTEM
        )
        services.turn_absences(at=at + timedelta(days=1))
        assert told("AbsenceBegan") == told("AbsenceEnded") == []
        assert Absence.objects.get().finished_at is not None

    def test_back_early(self, agent: User) -> None:
        at = now()
        absence = services.begin_absence(
            user=agent, starts_at=at, ends_at=at + timedelta(days=2), stand_in=None, by=SYSTEM, at=at
        )
        services.end_absence(absence=absence, by=SYSTEM)
        services.end_absence(absence=absence, by=SYSTEM)
        assert len(told("AbsenceEnded")) == 1
        assert services.turn_absences(at=at + timedelta(days=3)) == 0

    def test_two_at_the_same_time_are_refused(self, agent: User) -> None:
        at = now()
        services.begin_absence(user=agent, starts_at=at, ends_at=at + timedelta(days=2), stand_in=None, by=SYSTEM)
        with pytest.raises(Conflict):
            services.begin_absence(
                user=agent, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=3), stand_in=None, by=SYSTEM
            )
        assert Absence.objects.count() == 1

    def test_the_stand_in_must_be_somebody_who_is_there(self, make_person: MakePerson, agent: User) -> None:
        at = now()
        end = at + timedelta(days=1)
        away, gone = make_person("agent"), make_person("agent")
        make_person("administrator")
        services.deactivate(user=gone, by=SYSTEM)
        services.begin_absence(user=away, starts_at=at, ends_at=end, stand_in=None, by=SYSTEM)
        gone.refresh_from_db()
        for stand_in in (agent, away, gone):
            with pytest.raises(BadInput):
                services.begin_absence(user=agent, starts_at=at, ends_at=end, stand_in=stand_in, by=SYSTEM)
        assert not agent.absences.exists()

    def test_times_must_make_sense(self, agent: User) -> None:
        at = now()
        for start, end in ((at, at), (at - timedelta(days=2), at - timedelta(days=1))):
            with pytest.raises(BadInput):
                services.begin_absence(user=agent, starts_at=start, ends_at=end, stand_in=None, by=SYSTEM)
        assert Absence.objects.count() == 0


class TestTree:
    def test_a_branch_moves_with_everything_below_it(
        self, headquarters: Branch, region: Branch, outlet: Branch
    ) -> None:
        west = services.open_branch(name="西南区域", code="WEST", kind="region", parent=headquarters, by=SYSTEM)
        point = services.open_branch(name="代收点", code="HZ01A", kind="outlet", parent=outlet, by=SYSTEM)
        services.move_branch(branch=outlet, parent=west, by=SYSTEM)
        outlet.refresh_from_db()
        point.refresh_from_db()
        assert outlet.path == f"{west.path}{outlet.pk}/"
        assert point.path == f"{west.path}{outlet.pk}/{point.pk}/"
        assert set(Branch.objects.below(west)) == {west, outlet, point}
        assert set(Branch.objects.below(region)) == {region}
        (event,) = told("BranchMoved")
        assert event.payload == {"branch_id": outlet.pk, "from_id": region.pk, "to_id": west.pk}

    def test_a_branch_cannot_hang_below_itself(self, headquarters: Branch, region: Branch, outlet: Branch) -> None:
        for branch, parent in ((region, outlet), (headquarters, region)):
            path = branch.path
            with pytest.raises(Refused):
                services.move_branch(branch=branch, parent=parent, by=SYSTEM)
            branch.refresh_from_db()
            assert branch.path == path
        assert told("BranchMoved") == []

    def test_a_branch_with_people_or_branches_cannot_close(
        self, make_person: MakePerson, region: Branch, outlet: Branch
    ) -> None:
        make_person("agent", branch=outlet)
        for branch in (outlet, region):
            with pytest.raises(Refused):
                services.close_branch(branch=branch, by=SYSTEM)
            branch.refresh_from_db()
            assert branch.closed_on is None

    def test_a_closed_branch_takes_nothing_and_can_open_again(self, outlet: Branch, other_outlet: Branch) -> None:
        services.close_branch(branch=outlet, by=SYSTEM)
        with pytest.raises(Refused):
            services.move_branch(branch=other_outlet, parent=outlet, by=SYSTEM)
        with pytest.raises(Refused):
            services.open_branch(name="新", code="N", kind="outlet", parent=outlet, by=SYSTEM)
        services.reopen_branch(branch=outlet, by=SYSTEM)
        services.move_branch(branch=other_outlet, parent=outlet, by=SYSTEM)
        other_outlet.refresh_from_db()
        assert other_outlet.path.startswith(outlet.path)

    def test_a_code_belongs_to_one_branch(self, outlet: Branch, other_outlet: Branch) -> None:
        with pytest.raises(BadInput) as refused:
            services.change_branch(
                branch=outlet, name="x", code=other_outlet.code, kind="outlet", phone="", address="", by=SYSTEM
            )
        assert "code" in refused.value.fields
        outlet.refresh_from_db()
        assert outlet.code == "HZ01"

    def test_a_department_with_people_stays(self, make_person: MakePerson, service_department: Department) -> None:
        make_person("agent", department=service_department)
        with pytest.raises(Refused):
            services.remove_department(department=service_department, by=SYSTEM)
        assert Department.objects.filter(pk=service_department.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_never_make_a_ring() -> None:
    root = services.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
    one = services.open_branch(name="甲", code="A", kind="region", parent=root, by=SYSTEM)
    two = services.open_branch(name="乙", code="B", kind="region", parent=root, by=SYSTEM)
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def move(branch_id: int, parent_id: int) -> None:
        branch, parent = Branch.objects.get(pk=branch_id), Branch.objects.get(pk=parent_id)
        gate.wait()
        try:
            services.move_branch(branch=branch, parent=parent, by=SYSTEM)
            outcomes.append("moved")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one.pk, two.pk), (two.pk, one.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused"]
    for branch in Branch.objects.select_related("parent"):
        assert branch.path == f"{branch.parent.path if branch.parent else '/'}{branch.pk}/"


class TestPersons:
    def test_open_work_is_shown_before_somebody_leaves(
        self, agent: User, administrator: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(open_work, "_counters", {})
        open_work.register_counter("cases", "工单", lambda user: 3 if user == agent else 0)
        with pytest.raises(Refused):
            services.deactivate(user=agent, by=SYSTEM)
        agent.refresh_from_db()
        assert agent.is_active
        services.deactivate(user=agent, by=SYSTEM, despite_open_work=True)
        agent.refresh_from_db()
        assert not agent.is_active

    def test_somebody_must_keep_the_keys(self, administrator: User, outlet: Branch) -> None:
        agent_role = Role.objects.get(code="agent")
        with pytest.raises(Refused):
            services.deactivate(user=administrator, by=SYSTEM)
        with pytest.raises(Refused):
            services.set_posts(user=administrator, posts=[(agent_role, outlet)], by=SYSTEM)
        role = Role.objects.get(code="administrator")
        with pytest.raises(Refused):
            services.change_role(role=role, name=role.name, reach=role.reach, permissions=["case.view"], by=SYSTEM)
        held = User.objects.get(pk=administrator.pk)
        assert held.is_active
        assert held.may(Perm.ORG_MANAGE)
        assert held.may(Perm.ROLE_MANAGE)

    def test_a_new_name_brings_its_pinyin(self, agent: User, outlet: Branch) -> None:
        services.change_person(
            user=agent, name="张伟", branch=outlet, department=None, phone="", email="", staff_number="", by=SYSTEM
        )
        agent.refresh_from_db()
        assert agent.pinyin == "zhangwei zw"

    def test_a_password_is_changed_by_who_knows_the_old_one(self, make_person: MakePerson) -> None:
        person = make_person("agent", password="first-long-word")
        for old, new in (("wrong", "second-long-word"), ("first-long-word", "short")):
            with pytest.raises(BadInput):
                services.change_own_password(user=person, old=old, new=new)
            person.refresh_from_db()
            assert person.check_password("first-long-word")
        services.change_own_password(user=person, old="first-long-word", new="second-long-word")
        assert person.check_password("second-long-word")
        assert told("PasswordSet")[0].payload == {"user_id": person.pk}


class TestRoles:
    def test_an_administrator_composes_a_post(self, administrator: User) -> None:
        role = services.add_role(
            name="夜班专员", reach="branch", permissions=["case.view", "workbench.use", "case.view"], by=SYSTEM
        )
        assert role.permissions == ["workbench.use", "case.view"]
        changed = services.change_role(role=role, name="夜班", reach="own", permissions=["case.view"], by=SYSTEM)
        assert (changed.name, changed.reach, changed.permissions) == ("夜班", "own", ["case.view"])
        assert told("RoleChanged")[-1].payload["taken"] == ["workbench.use"]
        services.remove_role(role=changed, by=SYSTEM)
        assert not Role.objects.filter(pk=role.pk).exists()

    def test_a_shipped_post_can_be_set_back_but_not_removed(self, administrator: User) -> None:
        role = Role.objects.get(code="agent")
        as_shipped = list(role.permissions)
        services.change_role(role=role, name="专员", reach="own", permissions=["case.view"], by=SYSTEM)
        with pytest.raises(Refused):
            services.remove_role(role=role, by=SYSTEM)
        back = services.reset_role(role=role, by=SYSTEM)
        assert back.name == "客服专员"
        assert set(back.permissions) == set(as_shipped)

    def test_unknown_permissions_are_refused(self, administrator: User) -> None:
        with pytest.raises(BadInput):
            services.add_role(name="x", reach="branch", permissions=["case.fly"], by=SYSTEM)
        assert not Role.objects.filter(name="x").exists()


def test_a_post_over_the_whole_tree_names_no_branches_and_still_sees_what_hangs_on_any(
    make_person: MakePerson, headquarters: Branch, outlet: Branch, region: Branch
) -> None:
    manager = make_person("service-manager", branch=headquarters)
    reach = access.scope(manager, Perm.CUSTOMER_VIEW)
    assert reach.whole_tree
    assert not reach.everything
    assert "IN" not in str(Branch.objects.filter(reach.q(branch="parent_id")).query)
    assert set(Branch.objects.filter(reach.q(branch="parent_id"))) == {region, outlet}
    assert access.top_branch_ids(reach) == [headquarters.pk]
    assert not access.scope(make_person("service-manager", branch=region), Perm.CUSTOMER_VIEW).whole_tree
