from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from suhui.platform.core import dispatch, events, jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.core.models import Delivery, StoredEvent
from suhui.platform.desk import system
from suhui.platform.people.models import User


@dataclass(frozen=True, kw_only=True)
class Stumbled(events.DomainEvent):
    subject_kind = "stumble"
    subject_field = "number"
    number: int


MOOD = {"fails": True}
SEEN: list[int] = []


@events.handles(Stumbled, name="test.stumble")
def stumble(happened: events.Happened) -> None:
    if MOOD["fails"]:
        raise ValueError("the stairs are wet")
    SEEN.append(happened.data.number)


@jobs.job(name="test.some_job")
def some_job() -> None:
    """Never run here."""


@pytest.fixture(autouse=True)
def bad_mood() -> None:
    MOOD["fails"] = True
    SEEN.clear()


@pytest.fixture
def failed(db: None) -> Delivery:
    with transaction.atomic():
        for _time in range(2):
            events.store(Stumbled(number=1), by=Actor.system("test"))
    for _try in range(dispatch.MAX_ATTEMPTS):
        Delivery.objects.update(next_at="2020-01-01T00:00:00Z")
        dispatch.run_some()
    return Delivery.objects.exclude(failed_at=None).get()


def test_a_failed_event_is_listed_with_what_it_holds_back(failed: Delivery) -> None:
    (line,) = system.failed_deliveries()
    assert (line.pk, line.held) == (failed.pk, 1)  # type: ignore[attr-defined]
    assert "the stairs are wet" in line.error
    assert list(system.struggling_deliveries()) == []


def test_a_retry_is_logged_and_then_everything_goes_on(failed: Delivery, administrator: User) -> None:
    MOOD["fails"] = False
    system.retry_delivery(delivery_id=failed.pk, by=Actor.staff(administrator))
    dispatch.run_all()
    assert SEEN == [1, 1]
    logged = StoredEvent.objects.get(kind="desk.DeliveryRetried")
    assert (logged.actor_id, logged.payload["handler"]) == (administrator.pk, "test.stumble")
    with pytest.raises(Missing):
        system.retry_delivery(delivery_id=failed.pk, by=Actor.staff(administrator))


def test_skipping_needs_a_reason_which_is_kept_with_the_error(failed: Delivery, administrator: User) -> None:
    with pytest.raises(BadInput):
        system.skip_delivery(delivery_id=failed.pk, reason=" ", by=Actor.staff(administrator))
    assert Delivery.objects.filter(pk=failed.pk).exists()
    MOOD["fails"] = False
    system.skip_delivery(delivery_id=failed.pk, reason="测试数据", by=Actor.staff(administrator))
    dispatch.run_all()
    assert SEEN == [1]
    logged = StoredEvent.objects.get(kind="desk.DeliverySkipped")
    assert logged.payload["reason"] == "测试数据"
    assert logged.payload["error"] == "ValueError: the stairs are wet"


def test_a_failed_job_goes_back_into_its_queue(db: None, administrator: User) -> None:
    job_id = some_job.defer()
    assert [(queue.name, queue.waiting, queue.failed) for queue in system.queues()] == [("default", 1, 0)]
    with pytest.raises(Missing):
        system.retry_job(job_id=job_id, by=Actor.staff(administrator))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    assert [job.pk for job in system.failed_jobs()] == [job_id]
    system.retry_job(job_id=job_id, by=Actor.staff(administrator))
    assert list(system.failed_jobs()) == []
    assert system.queues()[0].waiting == 1
    assert StoredEvent.objects.get(kind="desk.JobRetried").payload["name"] == "test.some_job"


def test_a_schedule_that_has_stopped_running_is_overdue(db: None) -> None:
    at = now()

    def ran(minutes_ago: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_periodic_defers")
            cursor.execute(
                "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id) "
                "VALUES ('people.turn_absences', %s, 'x')",
                [int((at - timedelta(minutes=minutes_ago)).timestamp())],
            )

    def overdue() -> set[str]:
        return {line.name for line in system.schedules() if line.is_overdue(at)}

    ran(1)
    assert overdue() == set()
    ran(10)
    assert overdue() == {"people.turn_absences"}


def test_what_failed_is_said_on_every_page_to_who_looks_after_it(
    client: Client, failed: Delivery, administrator: User, agent: User
) -> None:
    client.force_login(administrator)
    assert "有事件或后台作业最终失败" in client.get("/settings/").content.decode()
    client.force_login(agent)
    assert "最终失败" not in client.get("/settings/").content.decode()
    system.skip_delivery(delivery_id=failed.pk, reason="试验", by=Actor.staff(administrator))
    client.force_login(administrator)
    assert "最终失败" not in client.get("/settings/").content.decode()


def test_every_schedule_is_listed_before_it_ever_ran(db: None) -> None:
    lines = {line.name: line for line in system.schedules()}
    assert (lines["people.turn_absences"].title, lines["people.turn_absences"].rhythm) == ("请假开始与结束", "每分钟")
    assert lines["people.turn_absences"].last_at is None
    assert system.workers_alive() == 0


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * * */15", "每 15 秒"),
        ("* * * * *", "每分钟"),
        ("17 19 * * *", "每天 03:17"),
        ("0 1 * * 1", "0 1 * * 1"),
    ],
)
def test_a_rhythm_is_said_in_words_and_in_the_house_s_time(cron: str, words: str) -> None:
    assert system.rhythm(cron) == words


def test_the_pages_are_for_who_looks_after_the_system(
    client: Client, failed: Delivery, administrator: User, agent: User
) -> None:
    client.force_login(agent)
    assert client.get(reverse("desk:system-events")).status_code == 403
    assert client.post(reverse("desk:event-retry", args=[failed.pk])).status_code == 403
    client.force_login(administrator)
    page = client.get(reverse("desk:system-events")).content.decode()
    assert "ValueError: the stairs are wet" in page
    assert client.get(reverse("desk:system-events"), {"state": "trying"}).status_code == 200
    assert "people.turn_absences" in client.get(reverse("desk:system-jobs")).content.decode()
    assert client.post(reverse("desk:event-skip", args=[failed.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("desk:event-skip", args=[failed.pk]), {"reason": "测试"}).status_code == 302
    assert not Delivery.objects.filter(pk=failed.pk).exists()


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_of_failures_takes_few_queries(
    client: Client,
    failed: Delivery,
    administrator: User,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(many):
        with transaction.atomic():
            events.store(Stumbled(number=100 + _number), by=Actor.system("test"))
    Delivery.objects.update(failed_at=now())
    client.force_login(administrator)
    for name in ("desk:system-events", "desk:system-jobs"):
        with django_assert_max_num_queries(14):
            client.get(reverse(name))
