from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from suhui.engines.tasks import access, selectors, services
from suhui.engines.tasks.choices import LogKind, Outcome, TaskKind, TaskState
from suhui.engines.tasks.models import Task, TaskLog
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Missing, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.desk import workday
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, Department, Role, User

MakePerson = Callable[..., User]
pytestmark = pytest.mark.django_db


def staff(user: User) -> Actor:
    return Actor.staff(user)


@pytest.fixture
def warehouse(outlet: Branch) -> Department:
    return people.add_department(branch=outlet, function="warehouse", name="仓储部", by=Actor.system("test"))


@pytest.fixture
def keeper(make_person: MakePerson, warehouse: Department) -> User:
    return make_person("warehouse", name="赵仓管", department=warehouse)


@pytest.fixture
def request_(agent: User, warehouse: Department) -> Task:
    return services.create(
        kind=TaskKind.FACT_REQUEST,
        subject="case:1",
        title="请拍照说明外包装",
        branch=warehouse.branch,
        department=warehouse,
        from_branch=agent.branch,
        checklist=["外包装照片", {"text": "称重", "required": False}],
        by=staff(agent),
    )


def kinds(subject: str) -> list[str]:
    return list(StoredEvent.objects.filter(subject=subject).order_by("id").values_list("kind", flat=True))


def test_a_request_is_due_by_the_table_and_explains_itself(request_: Task) -> None:
    assert request_.due_at is not None
    assert request_.decision is not None
    assert request_.decision.outputs["minutes"] == 240
    assert request_.due_steps
    assert request_.warn_at == request_.due_at - timedelta(minutes=60)
    assert kinds(request_.key) == ["tasks.TaskCreated"]


def test_candidates_see_it_and_others_do_not(
    request_: Task, keeper: User, make_person: MakePerson, other_outlet: Branch, agent: User
) -> None:
    stranger = make_person("warehouse", branch=other_outlet)
    assert access.get_task(keeper, request_.pk) == request_
    assert access.get_task(agent, request_.pk) == request_
    with pytest.raises(Missing):
        access.get_task(stranger, request_.pk)
    assert selectors.candidates(request_) == [keeper]
    assert [item.subject for item in workday.my_day(keeper, now())] == [request_.key]
    assert workday.my_day(stranger, now()) == []


def test_a_post_at_a_branch_can_be_asked(agent: User, make_person: MakePerson, outlet: Branch) -> None:
    finance, courier = make_person("finance"), make_person("courier")
    task = services.create(
        kind=TaskKind.ACTION_REQUEST,
        subject="case:1",
        title="退运费",
        branch=outlet,
        role=Role.objects.get(code="finance"),
        by=staff(agent),
    )
    assert selectors.candidates(task) == [finance]
    assert list(selectors.open_for(finance)) == [task]
    assert list(selectors.open_for(courier)) == []


def test_answering_needs_the_required_lines_and_some_words(request_: Task, keeper: User) -> None:
    task = services.claim(task=request_, by=staff(keeper))
    with pytest.raises(BadInput) as refusal:
        services.complete(task=task, by=staff(keeper), result="已查", checked=[1])
    assert "checklist" in refusal.value.fields
    with pytest.raises(BadInput) as refusal:
        services.complete(task=task, by=staff(keeper), result=" ", checked=[0])
    assert "result" in refusal.value.fields
    task.refresh_from_db()
    assert task.state == TaskState.CLAIMED
    services.complete(task=task, by=staff(keeper), result="外箱完好", checked=[0])
    services.complete(task=task, by=staff(keeper), result="外箱完好", checked=[0])
    task.refresh_from_db()
    assert (task.state, task.outcome, task.result) == (TaskState.DONE, Outcome.ON_TIME, "外箱完好")
    assert kinds(task.key).count("tasks.TaskCompleted") == 1


def test_the_second_to_claim_learns_who_won(request_: Task, keeper: User, agent: User) -> None:
    services.claim(task=Task.objects.get(pk=request_.pk), by=staff(keeper))
    services.claim(task=Task.objects.get(pk=request_.pk), by=staff(keeper))
    with pytest.raises(Conflict, match="赵仓管"):
        services.claim(task=request_, by=staff(agent))
    assert Task.objects.get(pk=request_.pk).assignee == keeper


def test_returning_goes_back_to_the_asker_with_the_reason_and_can_be_sent_again(
    request_: Task, keeper: User, agent: User
) -> None:
    with pytest.raises(BadInput):
        services.give_back(task=request_, reason=" ", by=staff(keeper))
    assert Task.objects.get(pk=request_.pk).state == TaskState.OPEN
    task = services.give_back(task=request_, reason="不是我们仓", by=staff(keeper))
    assert list(selectors.open_for(agent)) == [task]
    with pytest.raises(Refused):
        services.claim(task=Task.objects.get(pk=task.pk), by=staff(keeper))
    task = services.send_again(task=task, by=staff(agent), words_to_it="请再核对")
    assert (task.state, task.assignee) == (TaskState.CLAIMED, keeper)
    assert list(selectors.open_for(agent)) == []


def test_passing_on_compares_who_had_it(request_: Task, keeper: User, agent: User, make_person: MakePerson) -> None:
    stale = Task.objects.get(pk=request_.pk)
    services.delegate(task=request_, to=keeper, by=staff(agent), reason="他在现场")
    other = make_person("warehouse")
    with pytest.raises(Conflict):
        services.delegate(task=stale, to=other, by=staff(agent))
    assert Task.objects.get(pk=request_.pk).assignee == keeper


def test_releasing_lets_others_take_it(request_: Task, keeper: User) -> None:
    task = services.claim(task=request_, by=staff(keeper))
    services.release(task=task, by=staff(keeper))
    services.release(task=task, by=staff(keeper))
    assert Task.objects.get(pk=task.pk).state == TaskState.OPEN


def test_cancelling_is_harmless_twice_and_impossible_when_done(request_: Task, keeper: User, agent: User) -> None:
    services.cancel(task=request_, by=staff(agent), reason="客户撤诉")
    services.cancel(task=request_, by=staff(agent))
    assert kinds(request_.key).count("tasks.TaskCancelled") == 1
    with pytest.raises(Refused):
        services.complete(task=Task.objects.get(pk=request_.pk), by=staff(keeper), result="晚了", checked=[0])


def test_chasing_by_hand_is_logged_and_a_double_click_is_one(request_: Task, agent: User, keeper: User) -> None:
    services.chase(task=request_, by=staff(agent), note="客户在等")
    services.chase(task=request_, by=staff(agent), note="客户在等")
    task = Task.objects.get(pk=request_.pk)
    assert task.chase_count == 1
    [entry] = TaskLog.objects.filter(task=task, kind=LogKind.CHASED)
    assert (entry.text, entry.actor_label) == ("客户在等", "王芳")
    services.cancel(task=task, by=staff(agent))
    with pytest.raises(Refused):
        services.chase(task=task, by=staff(agent), note="再催")


def test_the_timer_warns_chases_and_goes_to_the_supervisor(request_: Task, supervisor: User) -> None:
    assert request_.warn_at is not None
    assert request_.due_at is not None
    assert services.tick(request_.warn_at - timedelta(seconds=1)) == 0
    assert services.tick(request_.warn_at) == 1
    assert services.tick(request_.warn_at) == 0
    assert services.tick(request_.due_at) == 1
    task = Task.objects.get(pk=request_.pk)
    assert task.escalated_at is None
    assert task.next_chase_at is not None
    services.tick(task.next_chase_at)
    task.refresh_from_db()
    assert task.escalated_at is not None
    assert selectors.supervisors(task) == [supervisor]
    assert kinds(task.key) == [
        "tasks.TaskCreated",
        "tasks.TaskWarned",
        "tasks.TaskChased",
        "tasks.TaskChased",
        "tasks.TaskEscalated",
    ]


def test_once_the_supervisor_knows_the_chases_grow_rarer(request_: Task, supervisor: User) -> None:
    task, moments = request_, []
    for _number in range(7):
        at = task.next_chase_at or now()
        services.tick(at)
        task = Task.objects.get(pk=request_.pk)
        if task.late_chases:
            moments.append((at, task.next_chase_at or at))
    working = working_time(task.branch)
    pauses = [working.between(chased, following) for chased, following in moments]
    assert pauses == [timedelta(hours=hours) for hours in (1, 1, 2, 4, 8, 8)]


def test_a_new_due_time_needs_a_reason_and_starts_chasing_afresh(request_: Task, agent: User) -> None:
    assert request_.due_at is not None
    later = request_.due_at + timedelta(days=2)
    with pytest.raises(BadInput):
        services.postpone(task=request_, due_at=later, reason="", by=staff(agent))
    task = services.postpone(task=request_, due_at=later, reason="等航班", by=staff(agent))
    assert (task.due_at, task.warn_at) == (later, later - timedelta(minutes=60))


def test_a_reminder_comes_once_at_its_moment(request_: Task, agent: User) -> None:
    when = now() + timedelta(minutes=5)
    services.remind(task=request_, user=agent, remind_at=when, by=staff(agent))
    services.tick(when)
    services.tick(when)
    assert kinds(request_.key).count("tasks.ReminderDue") == 1


def test_a_late_promise_is_broken_once_and_can_still_be_kept_late(agent: User, outlet: Branch) -> None:
    due = now() + timedelta(hours=2)
    task = services.promise(
        subject="case:1", text="今天 18 点前回电", due_at=due, owner=agent, branch=outlet, by=staff(agent)
    )
    assert task.warn_at == due - timedelta(minutes=30)
    services.tick(due - timedelta(minutes=30))
    services.tick(due)
    services.tick(due + timedelta(days=1))
    task.refresh_from_db()
    assert kinds(task.key).count("tasks.PromiseBroken") == 1
    assert task.broken_at == due
    start, end = due - timedelta(hours=1), due + timedelta(hours=1)
    assert selectors.promises_kept(start=start, end=end).broken == 1
    services.keep_promise(task=task, by=staff(agent), at=due + timedelta(days=1))
    kept = selectors.promises_kept(start=start, end=end)
    assert (kept.broken, kept.late, kept.share) == (0, 1, 0)
    assert Task.objects.get(pk=task.pk).outcome == Outcome.KEPT_LATE


def test_a_promise_kept_in_time_counts_as_kept(agent: User, outlet: Branch) -> None:
    due = now() + timedelta(hours=2)
    task = services.promise(subject="case:1", text="回电", due_at=due, owner=agent, branch=outlet, by=staff(agent))
    with pytest.raises(Refused):
        services.release(task=task, by=staff(agent))
    with pytest.raises(Refused):
        services.give_back(task=task, reason="不想", by=staff(agent))
    services.keep_promise(task=task, by=staff(agent))
    assert Task.objects.get(pk=task.pk).outcome == Outcome.KEPT
    assert selectors.promises_kept(start=now(), end=due + timedelta(minutes=1)).share == 1


def test_a_promise_in_the_past_is_refused(agent: User, outlet: Branch) -> None:
    with pytest.raises(BadInput):
        services.promise(
            subject="case:1",
            text="回电",
            due_at=now() - timedelta(minutes=1),
            owner=agent,
            branch=outlet,
            by=staff(agent),
        )
    assert Task.objects.count() == 0


def test_my_day_has_a_bounded_number_of_queries(
    agent: User,
    keeper: User,
    warehouse: Department,
    django_assert_max_num_queries: Callable[..., object],
    client: Client,
) -> None:
    for number in range(30):
        services.create(
            kind=TaskKind.FACT_REQUEST,
            subject=f"case:{number}",
            title="查",
            branch=warehouse.branch,
            department=warehouse,
            by=staff(agent),
        )
    fresh = User.objects.get(pk=keeper.pk)
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        assert len(workday.my_day(fresh, now())) == 30
