"""Looking after the machine by the programming interface: failed events and jobs, queues, schedules."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from suhui.platform.core import events, jobs
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery, StoredEvent
from suhui.platform.desk.events import JobRetried
from suhui.platform.people.models import Branch, User
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db


@jobs.job(name="test.api_job")
def some_job() -> None:
    """Never run here."""


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


def delivery(*, failed: bool = True) -> Delivery:
    """An event that a handler could not take."""
    kept = events.store(JobRetried(job_id=1, name="test"), by=SYSTEM)
    at = now()
    return Delivery.objects.create(
        event_id=kept.pk,
        handler="test.stumble",
        subject=kept.subject,
        attempts=8,
        next_at=at,
        failed_at=at if failed else None,
        error="Traceback …\nValueError: the stairs are wet",
    )


def failed_job() -> int:
    job_id = int(some_job.defer())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return job_id


def test_failed_events_are_listed_page_by_page(one: Caller, django_assert_max_num_queries: Callable[..., Any]) -> None:
    made = [delivery().pk for _turn in range(3)]
    trying = delivery(failed=False)
    with django_assert_max_num_queries(5):
        first = one.get("/system/events", limit=2).json()
    rest = one.get("/system/events", limit=2, cursor=first["next"]).json()
    found = first["rows"] + rest["rows"]
    assert [row["id"] for row in found] == made
    assert (found[0]["error"], found[0]["next_at"]) == ("ValueError: the stairs are wet", None)
    (other,) = one.get("/system/events", state="trying").json()["rows"]
    assert (other["id"], other["failed_at"]) == (trying.pk, None)


def test_an_event_is_tried_again_or_skipped_with_a_reason(one: Caller) -> None:
    first, second = delivery(), delivery()
    assert one.post(f"/system/events/{first.pk}/retry").status_code == 204
    first.refresh_from_db()
    assert (first.attempts, first.failed_at) == (0, None)
    here = f"/system/events/{second.pk}/skip"
    assert problem(one.post(here, {"reason": "  "}))["errors"][0]["pointer"] == "/reason"
    assert Delivery.objects.filter(pk=second.pk).exists()
    assert one.post(here, {"reason": "测试数据"}).status_code == 204
    logged = StoredEvent.objects.get(kind="desk.DeliverySkipped")
    assert (logged.payload["reason"], logged.actor_label.endswith("· 测试")) == ("测试数据", True)
    assert problem(one.post(here, {"reason": "测试数据"}))["code"] == "missing"


def test_a_failed_job_goes_back_into_its_queue(one: Caller) -> None:
    job_id = failed_job()
    (row,) = one.get("/system/jobs").json()["rows"]
    assert (row["id"], row["name"], row["args"]) == (job_id, "test.api_job", {})
    assert one.get("/system").json()["queues"][0]["failed"] == 1
    assert one.post(f"/system/jobs/{job_id}/retry").status_code == 204
    assert one.get("/system/jobs").json()["rows"] == []
    assert problem(one.post(f"/system/jobs/{job_id}/retry"))["code"] == "missing"


def test_schedules_say_when_they_last_ran(one: Caller) -> None:
    found = one.get("/system").json()
    lines = {line["name"]: line for line in found["schedules"]}
    assert (lines["people.turn_absences"]["rhythm"], lines["people.turn_absences"]["last_at"]) == ("every minute", None)
    assert found["workers"] == 0


def test_the_machine_is_for_who_looks_after_it(administrator: User, agent: User, outlet: Branch) -> None:
    kept, job_id = delivery(), failed_job()
    bound, worker = caller(administrator, branch=outlet), caller(agent)
    for method, path in (
        *(("GET", "/system"), ("GET", "/system/events"), ("GET", "/system/jobs")),
        *(("POST", f"/system/events/{kept.pk}/retry"), ("POST", f"/system/jobs/{job_id}/retry")),
    ):
        assert problem(bound.call(method, path))["code"] == "person_needed", path
        assert problem(worker.call(method, path))["status"] == 403, path
    kept.refresh_from_db()
    assert kept.failed_at is not None
