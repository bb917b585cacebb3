from dataclasses import dataclass

import pytest
from django.db import transaction

from suhui.platform.core import dispatch, events
from suhui.platform.core.actors import Actor
from suhui.platform.core.models import Delivery, StoredEvent


@dataclass(frozen=True, kw_only=True)
class Tried(events.DomainEvent):
    subject_kind = "trial"
    subject_field = "number"
    number: int
    word: str


SEEN: list[tuple[int, str]] = []


@events.handles(Tried, name="test.remember")
def remember(happened: events.Happened) -> None:
    if happened.data.word == "refuse":
        raise ValueError("this word is refused")
    SEEN.append((happened.data.number, happened.data.word))


@pytest.fixture(autouse=True)
def forget() -> None:
    SEEN.clear()


def put(number: int, word: str) -> StoredEvent:
    with transaction.atomic():
        return events.store(Tried(number=number, word=word), by=Actor.system("test"))


@pytest.mark.django_db
def test_events_reach_their_handler_in_order_and_once() -> None:
    for word in ("one", "two", "three"):
        put(1, word)
    dispatch.run_all()
    dispatch.run_all()
    assert SEEN == [(1, "one"), (1, "two"), (1, "three")]


@pytest.mark.django_db
def test_a_failing_event_holds_back_its_own_subject_only() -> None:
    put(1, "refuse")
    put(1, "later")
    put(2, "other")
    dispatch.run_all()
    assert SEEN == [(2, "other")]
    held = Delivery.objects.get(event__payload__word="refuse")
    assert held.attempts == 1
    assert "this word is refused" in held.error


@pytest.mark.django_db
def test_after_eight_tries_a_delivery_waits_for_a_person() -> None:
    put(1, "refuse")
    for _try in range(dispatch.MAX_ATTEMPTS):
        Delivery.objects.update(next_at="2020-01-01T00:00:00Z")
        dispatch.run_one()
    assert Delivery.objects.get().failed_at is not None
    assert dispatch.run_one() is False


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.store(Tried(number=1, word="loose"), by=Actor.system("test"))
    assert StoredEvent.objects.count() == 0
