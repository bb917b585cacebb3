from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from suhui.engines.tasks import moments, services
from suhui.engines.tasks.choices import TaskKind, TaskState
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.files.models import StoredFile
from suhui.platform.people import services as people
from suhui.platform.people.models import Department, User

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def warehouse(outlet: object) -> Department:
    return people.add_department(
        branch=outlet,  # type: ignore[arg-type]
        function="warehouse",
        name="仓储部",
        by=Actor.system("test"),
    )


@pytest.fixture
def keeper(make_person: Callable[..., User], warehouse: Department) -> User:
    return make_person("warehouse", name="赵仓管", department=warehouse)


@pytest.fixture
def request_(agent: User, warehouse: Department) -> Task:
    return services.create(
        kind=TaskKind.FACT_REQUEST,
        subject="case:1",
        title="请拍照说明外包装",
        whose="王**的包裹",
        branch=warehouse.branch,
        department=warehouse,
        from_branch=agent.branch,
        checklist=["外包装照片"],
        by=Actor.staff(agent),
    )


def at(name: str, task: Task) -> str:
    return reverse(f"tasks:{name}", args=[task.pk])


def test_a_warehouse_man_answers_with_a_photo_and_some_words(enter: Enter, keeper: User, request_: Task) -> None:
    client = enter(keeper)
    assert request_.title in client.get(reverse("tasks:list")).content.decode()
    client.post(at("claim", request_))
    upload = SimpleUploadedFile("a.png", PNG, content_type="image/png")
    answer = client.post(at("photos", request_), {"files": upload})
    assert answer.status_code == 200
    assert StoredFile.objects.get().owner_key == request_.key
    client.post(reverse("tasks:tick", args=[request_.pk, 0]), {"checked": "0"})
    page = client.get(at("task", request_)).content.decode()
    assert StoredFile.objects.get().link in page
    assert client.post(at("complete", request_), {"checked": "0", "result": ""}).status_code == 302
    request_.refresh_from_db()
    assert request_.state == TaskState.DONE


def test_an_empty_answer_comes_back_with_its_errors_and_nothing_moves(
    enter: Enter, keeper: User, request_: Task
) -> None:
    answer = enter(keeper).post(at("complete", request_), {"result": "已核实"})
    assert answer.status_code == 422
    assert "外包装照片" in answer.content.decode()
    assert "已核实" in answer.content.decode()
    request_.refresh_from_db()
    assert request_.state == TaskState.OPEN


def test_a_stranger_finds_nothing(
    enter: Enter, make_person: Callable[..., User], other_outlet: object, request_: Task
) -> None:
    client = enter(make_person("warehouse", branch=other_outlet))
    assert client.get(at("task", request_)).status_code == 404
    assert client.post(at("claim", request_)).status_code == 404


def test_the_asker_may_chase_but_not_answer_for_them(enter: Enter, agent: User, request_: Task) -> None:
    client = enter(agent)
    assert client.post(at("chase", request_), {"note": "客户在等"}).status_code == 302
    assert client.post(at("return", request_), {"reason": "x"}).status_code == 403
    request_.refresh_from_db()
    assert (request_.state, request_.chase_count) == (TaskState.OPEN, 1)


@pytest.mark.long
def test_every_view_and_state_renders(
    enter: Enter, agent: User, supervisor: User, keeper: User, request_: Task, outlet: object
) -> None:
    promise = services.promise(
        subject="case:1",
        text="回电",
        due_at=now() + timedelta(hours=2),
        owner=agent,
        branch=outlet,  # type: ignore[arg-type]
        by=Actor.staff(agent),
    )
    services.give_back(task=request_, reason="不是我们仓", by=Actor.staff(keeper))
    for person in (agent, supervisor, keeper):
        client = enter(person)
        for view in ("mine", "take", "asked", "team", "done"):
            assert client.get(reverse("tasks:list"), {"view": view, "late": "1"}).status_code == 200
            assert client.get(reverse("tasks:list"), {"view": view}).status_code == 200
    for person, task in ((agent, promise), (agent, request_), (supervisor, request_)):
        page = enter(person).get(at("task", task))
        assert page.status_code == 200
        assert enter(person).get(at("why", task)).status_code == 200
        assert enter(person).get(at("body", task)).status_code == 200


def test_the_due_time_explains_itself_and_names_the_rule(enter: Enter, agent: User, request_: Task) -> None:
    why = enter(agent).get(at("why", request_)).content.decode()
    assert "why-steps" in why
    assert "rule-decided" in why


def test_the_list_has_a_bounded_number_of_queries(
    enter: Enter, agent: User, keeper: User, warehouse: Department, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        services.create(
            kind=TaskKind.FACT_REQUEST,
            subject=f"case:{number}",
            title="查",
            branch=warehouse.branch,
            department=warehouse,
            by=Actor.staff(agent),
        )
    client = enter(keeper)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        assert client.get(reverse("tasks:list")).status_code == 200


def test_moments_are_ahead_and_a_past_one_is_refused() -> None:
    at_noon = now().replace(hour=4, minute=3, second=0, microsecond=0)
    offered = moments.offered(at_noon)
    assert [one.key for one in offered] == [str(number) for number in range(1, len(offered) + 1)]
    assert all(one.at > at_noon for one in offered)
    assert moments.read("2h", "", at_noon) == at_noon.replace(hour=6, minute=5)
    with pytest.raises(BadInput):
        moments.read("custom", "2020-01-01T10:00", at_noon)
    with pytest.raises(BadInput):
        moments.read("custom", "soon", at_noon)
