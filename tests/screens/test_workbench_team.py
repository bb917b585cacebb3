from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.choices import TaskKind
from suhui.engines.tasks.models import HandoverItem, Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.notifications.models import Notification
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, User
from suhui.screens.workbench import day, services, team
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]
MakePerson = Callable[..., User]
SYSTEM = Actor.system("test")


def case_of(owner: User | None, branch: Branch, *, text: str = "外箱破损") -> Case:
    taken = cases.intake(
        channel="phone", kind="complaint", text=text, phone="13812341234", name="王小明", branch=branch, by=SYSTEM
    )
    if owner is not None:
        cases.assign(case=taken.case, owner=owner, by=SYSTEM)
    return Case.objects.get(pk=taken.case.pk)


def task_of(owner: User | None, branch: Branch, hours: float = 2) -> Task:
    return tasks.create(
        kind=TaskKind.FOLLOW_UP,
        subject="case:1",
        title="回访客户",
        branch=branch,
        assignee=owner,
        due_at=now() + timedelta(hours=hours),
        by=SYSTEM,
    )


def test_my_day_lists_every_kind_by_urgency_and_empty_means_done(
    enter: Enter, agent: User, outlet: Branch, run_events: Callable[[], int]
) -> None:
    client = enter(agent)
    assert "都办完了" in client.get(reverse("workbench:home")).content.decode()
    later, soon = task_of(agent, outlet, 30), task_of(agent, outlet, 0.2)
    case = case_of(agent, outlet)
    page = client.get(reverse("workbench:day")).content.decode()
    assert page.index(f'"{reverse("tasks:task", args=[soon.pk])}"') < page.index(reverse("tasks:task", args=[later.pk]))
    assert case.number in page
    tasks.complete(task=soon, by=Actor.staff(agent))
    read = day.read(User.objects.get(pk=agent.pk), now())
    assert [one.title for one in read.done] == ["回访客户"]


def test_what_nobody_holds_yet_stands_below_ones_own_work_and_is_not_counted_as_late(
    enter: Enter, agent: User, outlet: Branch, run_events: Callable[[], int]
) -> None:
    own = case_of(agent, outlet)
    free = case_of(None, outlet, text="我要投诉你们的服务态度")
    Case.objects.filter(pk=free.pk).update(next_due_at=now() - timedelta(hours=3))
    read = day.read(agent, now())
    assert [item.subject for group in read.groups for item in group.items] == [own.key]
    assert [line.item.subject for line in read.shared] == [free.key]
    assert (read.counts["overdue"], read.waiting, read.late) == (0, 1, 1)
    page = enter(agent).get(reverse("workbench:day")).content.decode()
    assert page.index(own.number) < page.index("本组待领，谁先领谁办") < page.index(free.number)


def test_the_team_s_work_is_shown_in_part_until_all_is_asked_for(agent: User, outlet: Branch) -> None:
    for _number in range(day.SHARED_AT_FIRST + 2):
        task_of(None, outlet)
    read = day.read(agent, now())
    assert (len(read.shared), read.waiting) == (day.SHARED_AT_FIRST, day.SHARED_AT_FIRST + 2)
    assert len(day.read(agent, now(), whole=True).shared) == day.SHARED_AT_FIRST + 2


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 20])
def test_my_day_needs_a_bounded_number_of_queries(
    agent: User, outlet: Branch, count: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(count):
        task_of(agent, outlet)
        case_of(agent, outlet)
    fresh = User.objects.get(pk=agent.pk)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        day.read(fresh, now())


def test_a_full_board_says_that_it_shows_the_most_urgent_only(
    enter: Enter, supervisor: User, outlet: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "LIMIT", 2)
    for hours in (1, 2, 3):
        task_of(None, outlet, hours)
    page = enter(supervisor).get(reverse("workbench:team"), {"show": "all"}).content.decode()
    assert page.count("data-row") == 2
    assert "最紧急的 2 件，共 3 件" in page


def test_bulk_reassignment_goes_and_comes_back_with_one_undo(
    enter: Enter, agent: User, supervisor: User, make_person: MakePerson, outlet: Branch
) -> None:
    other = make_person("agent", name="刘洋")
    case, task, loose = case_of(agent, outlet), task_of(agent, outlet), task_of(None, outlet)
    picked = [case.key, task.key, loose.key]
    answer = enter(supervisor).post(reverse("workbench:reassign"), {"picked": picked, "to": other.pk})
    assert answer.status_code == 302
    assert set(Case.objects.values_list("owner_id", flat=True)) == {other.pk}
    assert set(Task.objects.values_list("assignee_id", flat=True)) == {other.pk}
    offer = UndoOffer.objects.get(kind="workbench.reassign")
    undo.take_back(token=offer.token, user=supervisor)
    assert Case.objects.get(pk=case.pk).owner == agent
    assert Task.objects.get(pk=task.pk).assignee == agent
    assert Task.objects.get(pk=loose.pk).assignee is None


def test_undo_is_refused_when_everything_has_moved_on(
    agent: User, supervisor: User, make_person: MakePerson, outlet: Branch
) -> None:
    other, third = make_person("agent"), make_person("agent")
    task = task_of(agent, outlet)
    done = services.reassign(keys=[task.key], to=other, user=supervisor)
    tasks.delegate(task=Task.objects.get(pk=task.pk), to=third, by=SYSTEM)
    assert done.undo is not None
    with pytest.raises(Refused):
        undo.take_back(token=done.undo.token, user=supervisor)
    assert Task.objects.get(pk=task.pk).assignee == third


def test_what_is_out_of_reach_is_not_touched(
    supervisor: User, agent: User, make_person: MakePerson, headquarters: Branch
) -> None:
    elsewhere = make_person("agent", branch=headquarters)
    task = task_of(elsewhere, headquarters)
    with pytest.raises(BadInput):
        services.reassign(keys=[task.key, "case:999", "nonsense"], to=agent, user=supervisor)
    assert Task.objects.get(pk=task.pk).assignee == elsewhere


def test_work_that_cannot_go_stays_and_is_told(
    agent: User, supervisor: User, make_person: MakePerson, outlet: Branch
) -> None:
    keeper = make_person("warehouse", name="赵仓管")
    case, task = case_of(agent, outlet), task_of(agent, outlet)
    done = services.reassign(keys=[case.key, task.key], to=keeper, user=supervisor)
    assert (done.count, len(done.refused)) == (1, 1)
    assert Case.objects.get(pk=case.pk).owner == agent


def test_one_click_chases_a_case_and_a_task_and_both_keep_it(
    enter: Enter, agent: User, supervisor: User, outlet: Branch, run_events: Callable[[], int]
) -> None:
    case, task = case_of(agent, outlet), task_of(agent, outlet)
    enter(supervisor).post(reverse("workbench:chase"), {"picked": [case.key, task.key], "note": "客户在等"})
    run_events()
    assert Task.objects.get(pk=task.pk).chase_count == 1
    assert case.entries.filter(text__contains="客户在等").exists()
    assert Notification.objects.filter(user=agent, key__contains="chased").count() == 2


def test_an_agent_does_not_see_the_team(enter: Enter, agent: User) -> None:
    assert enter(agent).get(reverse("workbench:team")).status_code == 403


def test_the_board_counts_and_sorts(agent: User, supervisor: User, make_person: MakePerson, outlet: Branch) -> None:
    other = make_person("agent", name="刘洋")
    for owner, hours in ((agent, 1), (agent, 40), (other, 40), (None, 2)):
        task_of(owner, outlet, hours)
    at = now() + timedelta(hours=1, minutes=30)
    board = team.board(User.objects.get(pk=supervisor.pk), at, show="all")
    assert (board.late, board.nobody, board.total) == (1, 1, 4)
    assert [(load.user.pk, load.open, load.late) for load in board.loads] == [(agent.pk, 2, 1), (other.pk, 1, 0)]
    assert board.lines[0].owner == agent
    mine = team.board(User.objects.get(pk=supervisor.pk), at, person=other.pk)
    assert [line.owner for line in mine.lines] == [other]


@pytest.mark.parametrize("count", [1, 30])
def test_the_board_needs_as_many_queries_for_thirty_as_for_one(
    agent: User,
    supervisor: User,
    outlet: Branch,
    count: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _number in range(count):
        task_of(agent, outlet)
    fresh = User.objects.get(pk=supervisor.pk)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        team.board(fresh, now(), show="all")


def test_an_absent_persons_work_is_previewed_handed_over_and_taken_back(
    enter: Enter, agent: User, supervisor: User, make_person: MakePerson, outlet: Branch
) -> None:
    stand_in = make_person("agent", name="替班")
    case, task = case_of(agent, outlet), task_of(agent, outlet)
    absence = people.begin_absence(
        user=agent, stand_in=None, starts_at=now(), ends_at=now() + timedelta(days=1), by=SYSTEM
    )
    client = enter(supervisor)
    assert "王芳" in client.get(reverse("workbench:team")).content.decode()
    preview = client.get(reverse("workbench:absence", args=[absence.pk])).content.decode()
    assert case.number in preview
    client.post(reverse("workbench:hand-over", args=[absence.pk]), {"to": stand_in.pk})
    assert Case.objects.get(pk=case.pk).owner == stand_in
    assert HandoverItem.objects.filter(settled_at=None).count() == 2
    assert client.get(reverse("workbench:absence", args=[absence.pk])).status_code == 200
    client.post(reverse("workbench:take-back", args=[absence.pk]))
    assert Case.objects.get(pk=case.pk).owner == agent
    assert Task.objects.get(pk=task.pk).assignee == agent


def test_pages_of_the_team_render(enter: Enter, agent: User, supervisor: User, outlet: Branch) -> None:
    task_of(agent, outlet, 0.1)
    client = enter(supervisor)
    for query in ({}, {"show": "soon"}, {"show": "nobody"}, {"show": "all"}, {"person": str(agent.pk)}):
        assert client.get(reverse("workbench:team"), query).status_code == 200
        assert client.get(reverse("workbench:board"), query).status_code == 200
    assert "王芳" in client.get(reverse("workbench:colleagues"), {"key": "task:1"}).content.decode()


def test_the_menu_of_a_piece_of_work_offers_only_who_does_such_work_and_is_here(
    enter: Enter, agent: User, supervisor: User, make_person: MakePerson, outlet: Branch
) -> None:
    make_person("courier", name="安师傅")
    ill = make_person("agent", name="白病假")
    people.begin_absence(user=ill, stand_in=None, starts_at=now(), ends_at=now() + timedelta(days=1), by=SYSTEM)
    client, case, task = enter(supervisor), case_of(agent, outlet), task_of(agent, outlet)

    def offered(key: str) -> set[str]:
        menu = client.get(reverse("workbench:colleagues"), {"key": key}).content.decode()
        return {name for name in ("王芳", "安师傅", "白病假", "李主管") if name in menu}

    assert offered(case.key) == {"王芳", "李主管"}
    assert offered(task.key) == {"王芳", "李主管", "安师傅"}
