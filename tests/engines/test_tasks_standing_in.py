import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from suhui.engines.tasks import selectors, services
from suhui.engines.tasks.choices import TaskKind
from suhui.engines.tasks.models import HandoverItem, Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict
from suhui.platform.people import services as people
from suhui.platform.people.models import Absence, Branch, Role, User

MakePerson = Callable[..., User]
SYSTEM = Actor.system("test")


def task_of(user: User, branch: Branch, number: int = 1) -> Task:
    return services.create(
        kind=TaskKind.FOLLOW_UP, subject=f"case:{number}", title="回访", branch=branch, assignee=user, by=SYSTEM
    )


def away(user: User, stand_in: User | None) -> Absence:
    return people.begin_absence(
        user=user, stand_in=stand_in, starts_at=now(), ends_at=now() + timedelta(days=1), by=SYSTEM
    )


@pytest.mark.django_db
def test_work_goes_to_the_stand_in_and_what_is_still_open_comes_back(
    agent: User, make_person: MakePerson, outlet: Branch, run_events: Callable[[], int]
) -> None:
    stand_in = make_person("agent", name="替班")
    stays, finished, passed_on = (task_of(agent, outlet, number) for number in range(3))
    own = task_of(stand_in, outlet, 9)
    absence = away(agent, stand_in)
    run_events()
    run_events()
    assert selectors.open_ids(agent) == []
    assert HandoverItem.objects.count() == 3
    assert services.hand_over(absence=absence, by=SYSTEM) == []
    services.complete(task=Task.objects.get(pk=finished.pk), by=Actor.staff(stand_in))
    third = make_person("agent", name="第三人")
    services.delegate(task=Task.objects.get(pk=passed_on.pk), to=third, by=SYSTEM)
    people.end_absence(absence=absence, by=SYSTEM)
    run_events()
    assert selectors.open_ids(agent) == [stays.pk]
    assert selectors.open_ids(stand_in) == [own.pk]
    assert selectors.open_ids(third) == [passed_on.pk]
    assert services.give_back_work(absence=absence, by=SYSTEM) == []
    assert HandoverItem.objects.filter(went_back=True).count() == 1
    assert HandoverItem.objects.filter(settled_at=None).count() == 0


@pytest.mark.django_db
def test_work_that_came_during_the_absence_can_be_handed_over_too(
    agent: User, make_person: MakePerson, outlet: Branch, run_events: Callable[[], int]
) -> None:
    stand_in = make_person("agent")
    absence = away(agent, stand_in)
    run_events()
    late = task_of(agent, outlet)
    assert [item.item_id for item in services.hand_over(absence=absence, by=SYSTEM)] == [late.pk]


@pytest.mark.django_db
def test_without_a_stand_in_nothing_moves_until_somebody_is_named(
    agent: User, make_person: MakePerson, outlet: Branch, run_events: Callable[[], int]
) -> None:
    task = task_of(agent, outlet)
    absence = away(agent, None)
    run_events()
    with pytest.raises(BadInput):
        services.hand_over(absence=absence, by=SYSTEM)
    assert selectors.open_ids(agent) == [task.pk]
    named = make_person("agent")
    services.hand_over(absence=absence, by=SYSTEM, stand_in=named)
    assert selectors.open_ids(named) == [task.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_wins_and_the_other_learns_the_name() -> None:
    branch = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
    role, _made = Role.objects.get_or_create(
        code="racer", defaults={"name": "x", "reach": "branch", "permissions": ["task.work"]}
    )
    users = [
        people.add_person(username=f"racer{number}", name=f"抢单{number}", branch=branch, roles=[role], by=SYSTEM)
        for number in range(4)
    ]
    task = services.create(kind=TaskKind.FOLLOW_UP, subject="case:1", title="回访", branch=branch, by=SYSTEM)
    outcomes: list[str] = []
    barrier = threading.Barrier(len(users))

    def take(user: User) -> None:
        try:
            mine = Task.objects.get(pk=task.pk)
            barrier.wait()
            services.claim(task=mine, by=Actor.staff(user))
            outcomes.append("won")
        except Conflict as conflict:
            outcomes.append(str(conflict.message))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = Task.objects.select_related("assignee").get(pk=task.pk).assignee
    assert winner is not None
    assert outcomes.count("won") == 1
    assert sum(winner.name in outcome for outcome in outcomes) == 3
    assert task.log.filter(kind="claimed").count() == 1
