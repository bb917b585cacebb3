"""Whatever people and the clock do in whatever order, a task stays true to itself."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from suhui.engines.tasks import services
from suhui.engines.tasks.choices import WAITING, LogKind, Outcome, TaskKind, TaskState
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import SuhuiError
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import services as people
from suhui.platform.people.models import Role, User

SYSTEM = Actor.system("test")


class TaskMachine(RuleBasedStateMachine):
    tasks = Bundle("tasks")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.branch = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
        role = Role.objects.get(code="agent")
        self.people: list[User] = [
            people.add_person(username=f"p{number}", name=f"员工{number}", branch=self.branch, roles=[role], by=SYSTEM)
            for number in range(3)
        ]
        self.at: datetime = now()
        self.ids: list[int] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def load(self, task: int) -> Task:
        return Task.objects.select_related("branch", "assignee").get(pk=task)

    def attempt(self, what: object, task: int, **more: object) -> None:
        """A refusal is an answer too; anything else that is raised fails the machine."""
        before = Task.objects.filter(pk=task).values().get()
        try:
            what(task=self.load(task), at=self.at, **more)  # type: ignore[operator]
        except SuhuiError:
            assert Task.objects.filter(pk=task).values().get() == before

    @rule(target=tasks, hours=st.integers(1, 40), who=st.integers(0, 2))
    def promise(self, hours: int, who: int) -> int:
        owner = self.people[who]
        task = services.promise(
            subject="case:1",
            text="回电",
            due_at=self.at + timedelta(hours=hours),
            owner=owner,
            branch=self.branch,
            by=Actor.staff(owner),
            at=self.at,
        )
        self.ids.append(task.pk)
        return task.pk

    @rule(target=tasks, taken=st.booleans(), kind=st.sampled_from([TaskKind.FACT_REQUEST, TaskKind.FOLLOW_UP]))
    def ask(self, taken: bool, kind: TaskKind) -> int:
        task = services.create(
            kind=kind,
            subject="case:1",
            title="核查",
            branch=self.branch,
            assignee=self.people[0] if taken else None,
            by=Actor.staff(self.people[1]),
            at=self.at,
        )
        self.ids.append(task.pk)
        return task.pk

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        services.tick(self.at)
        services.tick(self.at)

    @rule(task=tasks, who=st.integers(0, 2))
    def claim(self, task: int, who: int) -> None:
        self.attempt(services.claim, task, by=Actor.staff(self.people[who]))

    @rule(task=tasks, who=st.integers(0, 2))
    def release(self, task: int, who: int) -> None:
        self.attempt(services.release, task, by=Actor.staff(self.people[who]))

    @rule(task=tasks, who=st.integers(0, 2), to=st.integers(0, 2))
    def delegate(self, task: int, who: int, to: int) -> None:
        self.attempt(services.delegate, task, by=Actor.staff(self.people[who]), to=self.people[to])

    @rule(task=tasks, who=st.integers(0, 2), reason=st.sampled_from(["", "不是我们"]))
    def give_back(self, task: int, who: int, reason: str) -> None:
        self.attempt(services.give_back, task, by=Actor.staff(self.people[who]), reason=reason)

    @rule(task=tasks)
    def send_again(self, task: int) -> None:
        self.attempt(services.send_again, task, by=Actor.staff(self.people[1]))

    @rule(task=tasks, who=st.integers(0, 2), result=st.sampled_from(["", "已核实"]))
    def complete(self, task: int, who: int, result: str) -> None:
        self.attempt(services.complete, task, by=Actor.staff(self.people[who]), result=result)

    @rule(task=tasks)
    def break_promise(self, task: int) -> None:
        self.attempt(services.break_promise, task, by=Actor.staff(self.people[0]), reason="来不及")

    @rule(task=tasks)
    def cancel(self, task: int) -> None:
        self.attempt(services.cancel, task, by=Actor.staff(self.people[1]))

    @rule(task=tasks)
    def chase(self, task: int) -> None:
        self.attempt(services.chase, task, by=Actor.staff(self.people[1]), note="请尽快")

    @invariant()
    def every_task_is_true_to_itself(self) -> None:
        for task in Task.objects.filter(pk__in=self.ids):
            self._check_state(task)
            if task.is_promise:
                self._check_promise(task)
            events = StoredEvent.objects.filter(subject=task.key)
            assert events.filter(kind="tasks.TaskCompleted").count() <= 1
            assert events.filter(kind="tasks.TaskCancelled").count() <= 1
            assert task.log.filter(kind=LogKind.CREATED).count() == 1

    def _check_state(self, task: Task) -> None:
        assert (task.state == TaskState.DONE) == bool(task.outcome)
        assert (task.state == TaskState.DONE) == (task.done_at is not None)
        if task.state not in WAITING:
            assert task.next_chase_at is None

    def _check_promise(self, task: Task) -> None:
        broken = StoredEvent.objects.filter(subject=task.key, kind="tasks.PromiseBroken").count()
        kept = StoredEvent.objects.filter(subject=task.key, kind="tasks.PromiseKept").count()
        assert broken == (1 if task.broken_at else 0)
        assert kept == (1 if task.outcome in (Outcome.KEPT, Outcome.KEPT_LATE) else 0)
        assert task.assignee_id is not None
        assert task.state in (TaskState.CLAIMED, TaskState.DONE, TaskState.CANCELLED)
        assert task.due_at is not None
        if task.is_waiting and task.due_at <= self.at:
            assert task.broken_at is not None
        if task.outcome == Outcome.KEPT:
            assert task.broken_at is None
            assert task.done_at is not None
            assert task.done_at <= task.due_at


@pytest.mark.long
@pytest.mark.django_db
def test_tasks_stay_true_whatever_happens() -> None:
    few = settings(max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TaskMachine, settings=few)
