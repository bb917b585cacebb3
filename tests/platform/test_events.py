import threading
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

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


@dataclass(frozen=True, kw_only=True)
class Renamed(events.DomainEvent):
    subject_kind = "trial"
    subject_field = "number"
    number: int


INDEXED: list[int] = []


@events.handles(Tried, name="test.index_tried", newest=True)
@events.handles(Renamed, name="test.index_renamed", newest=True)
def index(happened: events.Happened) -> None:
    INDEXED.append(happened.event_id)


@pytest.fixture(autouse=True)
def forget() -> None:
    SEEN.clear()
    INDEXED.clear()


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
    assert [delivery.event.payload["word"] for delivery in Delivery.objects.order_by("id")] == ["refuse", "later"]
    assert held.attempts == 1
    assert "this word is refused" in held.error


@pytest.mark.django_db
def test_after_eight_tries_a_delivery_waits_for_a_person() -> None:
    put(1, "refuse")
    Delivery.objects.exclude(handler="test.remember").delete()
    for _try in range(dispatch.MAX_ATTEMPTS):
        Delivery.objects.update(next_at="2020-01-01T00:00:00Z")
        dispatch.run_some()
    assert Delivery.objects.get().failed_at is not None
    assert dispatch.run_some() == 0


@pytest.mark.django_db
def test_a_handler_that_looks_at_the_present_is_given_the_newest_of_several_events() -> None:
    put(1, "one")
    put(1, "two")
    with transaction.atomic():
        last = events.store(Renamed(number=1), by=Actor.system("test"))
    put(2, "other")
    assert dispatch.run_all() == 7
    assert INDEXED[0] == last.pk
    assert len(INDEXED) == 2
    assert SEEN == [(1, "one"), (1, "two"), (2, "other")]


@pytest.mark.django_db
def test_what_looks_at_the_present_can_be_left_to_another_time() -> None:
    put(1, "one")
    put(1, "two")
    dispatch.run_all(later=events.names_wanting_newest())
    assert (SEEN, INDEXED) == ([(1, "one"), (1, "two")], [])
    dispatch.run_all()
    assert len(INDEXED) == 1


@pytest.mark.django_db
def test_many_events_of_one_subject_are_all_handled_in_order_behind_one_that_waits_for_a_person() -> None:
    put(1, "refuse")
    Delivery.objects.filter(handler="test.remember").update(failed_at="2020-01-01T00:00:00Z")
    for number in range(dispatch.AT_ONCE + 5):
        put(1, str(number))
    dispatch.run_all()
    assert SEEN == []
    assert len(INDEXED) < 5
    Delivery.objects.filter(failed_at__isnull=False).delete()
    dispatch.run_all()
    assert [word for _number, word in SEEN] == [str(number) for number in range(dispatch.AT_ONCE + 5)]


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_has_in_hand_another_passes_by_with_all_that_waits_behind_it() -> None:
    first = put(1, "one")
    put(1, "two")
    put(2, "other")
    taken, gone_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Delivery.objects.select_for_update().filter(event=first))
            taken.set()
            gone_on.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    dispatch.run_all()
    gone_on.set()
    holder.join()
    assert SEEN == [(2, "other")]
    dispatch.run_all()
    assert SEEN == [(2, "other"), (1, "one"), (1, "two")]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.store(Tried(number=1, word="loose"), by=Actor.system("test"))
    assert StoredEvent.objects.count() == 0
