"""Idempotency keys: sent twice, at once, with another body, refused, a day later."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from suhui.platform.core.clock import now
from suhui.platform.people.models import BusyReason, User
from suhui.platform.rest import tasks
from suhui.platform.rest.models import KeptAnswer
from tests.api import Caller, caller, problem
from tests.platform import rest_trial

pytestmark = [pytest.mark.urls("tests.platform.rest_trial")]
KEY = "9f3c5a52-7a3e-4f0e-9a44-2b7c6d1c1f10"


def made() -> int:
    return BusyReason.objects.filter(name__startswith="T").count()


@pytest.mark.django_db
def test_the_second_call_does_nothing_and_answers_as_the_first(agent: User) -> None:
    one = caller(agent)
    first, second = (one.post("/things", {"text": "x"}, idempotency_key=KEY) for _turn in range(2))
    assert (first.status_code, second.status_code, made()) == (201, 201, 1)
    assert (first.content, first["ETag"]) == (second.content, second["ETag"])
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
def test_an_answer_without_a_body_is_given_again_too(agent: User, supervisor: User) -> None:
    one = caller(supervisor)
    answers = [one.post("/many", {"ids": [1]}, idempotency_key=KEY) for _turn in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert answers[1]["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
def test_the_same_key_for_another_call_is_refused(agent: User) -> None:
    one = caller(agent)
    one.post("/things", {"text": "x"}, idempotency_key=KEY)
    assert problem(one.post("/things", {"text": "y"}, idempotency_key=KEY))["code"] == "key_reused"
    assert problem(one.patch("/things/1", {"text": "x"}, idempotency_key=KEY))["code"] == "key_reused"
    assert made() == 1
    assert caller(agent).post("/things", {"text": "y"}, idempotency_key=KEY).status_code == 201


@pytest.mark.django_db
def test_a_refused_call_leaves_nothing_and_may_come_again(agent: User) -> None:
    one = caller(agent)
    for _turn in range(2):
        assert problem(one.post("/things", {"text": "fails"}, idempotency_key=KEY))["code"] == "refused"
    assert (made(), KeptAnswer.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 101, "two words", "schlüssel"])
def test_a_key_of_another_form_is_refused(agent: User, key: str) -> None:
    found = problem(caller(agent).post("/things", {"text": "x"}, idempotency_key=key))
    assert found["errors"][0]["header"] == "Idempotency-Key"
    assert made() == 0


@pytest.mark.django_db
def test_a_key_is_good_for_a_day_and_then_forgotten(agent: User) -> None:
    one = caller(agent)
    one.post("/things", {"text": "x"}, idempotency_key=KEY)
    KeptAnswer.objects.update(at=now() - timedelta(hours=24, minutes=1))
    assert one.post("/things", {"text": "y"}, idempotency_key=KEY).status_code == 201
    assert (made(), KeptAnswer.objects.count()) == (2, 1)
    tasks.forget_answers(int(now().timestamp()))
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(at=now() - timedelta(hours=24, minutes=1))
    tasks.forget_answers(int(now().timestamp()))
    assert KeptAnswer.objects.count() == 0


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """The making of a thing waits in the middle of its transaction: (it has begun, let it end)."""
    begun, end = Event(), Event()

    class Slow(list[str]):
        def append(self, text: str) -> None:
            super().append(text)
            begun.set()
            assert end.wait(10)

    monkeypatch.setattr(rest_trial, "done", Slow())
    yield begun, end
    end.set()


def send(one: Caller) -> tuple[int, str]:
    try:
        answer = one.post("/things", {"text": "x"}, idempotency_key=KEY)
        return answer.status_code, answer.json().get("code", "")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_same_call_at_the_same_moment_is_done_once(agent: User, slow: tuple[Event, Event]) -> None:
    begun, end = slow
    one = caller(agent)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(send, one)
        assert begun.wait(10)
        others = [pool.submit(send, one).result() for _turn in range(3)]
        end.set()
        assert first.result() == (201, "")
    assert others == [(409, "key_in_use")] * 3
    assert (made(), send(one)) == (1, (201, ""))
    assert made() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one(agent: User) -> None:
    one = caller(agent)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _turn: send(one), range(10)))
    assert made() == 1
    assert {status for status, _code in answers} <= {201, 409}
    assert 201 in {status for status, _code in answers}
