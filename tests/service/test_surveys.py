"""Ratings: told twice is told once, bad ones with words become complaints, and people see them where they look."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from suhui.engines.rules.models import Decision
from suhui.engines.sla.models import Clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch, User
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services import Facts
from suhui.service.cases.models import Case
from suhui.service.surveys import selectors, services
from suhui.service.surveys.models import Rating
from suhui.service.surveys.services import NewRating

BY = Actor.system("test")
WORDS = "Não chegou meu produto\nPéssimo, recomendo a ninguém"


@pytest.fixture
def maria(outlet: Branch) -> Customer:
    return customers.add_customer(name="Timóteo MG #57b2", branch=outlet, by=BY)


@pytest.fixture
def waybill(outlet: Branch, maria: Customer) -> Waybill:
    facts = Facts(destination=outlet, recipient=maria, recipient_name=maria.name)
    return shipments.register_waybill(number="SF1234567890123", carrier="sf", facts=facts, by=BY)


@pytest.fixture
def rated(waybill: Waybill, maria: Customer, outlet: Branch) -> Callable[..., NewRating]:
    def make(score: int = 1, comment: str = WORDS, **more: Any) -> NewRating:
        given: dict[str, Any] = {"external_id": "r1", "given_at": now() - timedelta(days=2)} | more
        return NewRating(
            subject=f"waybill:{waybill.pk}",
            score=score,
            source="shop",
            branch=outlet,
            customer=maria,
            comment=comment,
            **given,
        )

    return make


Make = Callable[..., NewRating]


def test_the_same_rating_twice_is_one_and_opens_one_complaint(rated: Make, run_events: Callable[[], int]) -> None:
    said = rated()
    for _time in range(2):
        services.give(rating=said, by=BY)
        run_events()
    rating, case = Rating.objects.get(), Case.objects.get()
    assert (rating.case_key, case.kind, case.channel) == (case.key, "complaint", "review")
    assert case.text == WORDS
    assert case.subject == "★ Não chegou meu produto"
    assert [row.number for row in case.waybills.all()] == ["SF1234567890123"]
    assert case.fields["happened_on"] == local(rating.given_at).date().isoformat()
    assert StoredEvent.objects.filter(kind="surveys.RatingGiven").count() == 1
    assert rating.decision_id is not None
    assert Decision.objects.get(pk=rating.decision_id).outputs["open_case"] is True


@pytest.mark.parametrize(
    ("score", "comment", "opens"), [(1, "ruim", 1), (2, "ruim", 1), (2, "  ", 0), (3, "mais ou menos", 0), (5, "", 0)]
)
def test_which_ratings_are_complaints_is_the_tables_word(
    rated: Make, run_events: Callable[[], int], score: int, comment: str, opens: int
) -> None:
    services.give(rating=rated(score, comment), by=BY)
    run_events()
    assert Case.objects.count() == opens
    assert Rating.objects.get().score == score


def test_a_fresh_complaint_has_the_ordinary_clocks_counted_from_its_registration(
    rated: Make, run_events: Callable[[], int]
) -> None:
    begun = now()
    services.give(rating=rated(), by=BY)
    run_events()
    case = Case.objects.get()
    clocks = Clock.objects.filter(subject=case.key)
    assert {clock.kind for clock in clocks} == {"first_response", "update", "resolution"}
    assert all(clock.started_at >= begun for clock in clocks)
    assert case.policy is not None
    assert case.policy.code == "complaint"


def test_an_old_review_is_taken_up_without_alarming_anybody(rated: Make, run_events: Callable[[], int]) -> None:
    services.give(rating=rated(given_at=now() - timedelta(days=2900)), by=BY)
    run_events()
    case = Case.objects.get()
    clock = Clock.objects.get(subject=case.key)
    assert case.policy is not None
    assert (case.policy.code, clock.kind) == ("old-review", "resolution")
    assert clock.due_at > now() + timedelta(days=89)
    assert not Notification.objects.exists()


def test_a_rating_that_turns_bad_becomes_a_complaint_and_one_that_turns_good_keeps_its_case(
    rated: Make, run_events: Callable[[], int]
) -> None:
    services.give(rating=rated(5, "ótimo"), by=BY)
    services.give(rating=rated(1, "quebrou"), by=BY)
    run_events()
    assert Case.objects.get().text == "quebrou"
    services.give(rating=rated(4, "resolvido"), by=BY)
    run_events()
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, Case.objects.count()) == (4, "resolvido", 1)
    assert rating.case_key == Case.objects.get().key


@pytest.mark.parametrize("score", [0, 6])
def test_more_or_less_than_one_to_five_is_refused_with_all_that_came_with_it(rated: Make, score: int) -> None:
    with pytest.raises(BadInput):
        services.give_many(ratings=[rated(external_id="good"), rated(score)], by=BY)
    assert not Rating.objects.exists()
    assert not StoredEvent.objects.filter(kind="surveys.RatingGiven").exists()


def test_many_ratings_cost_few_statements(rated: Make, django_assert_max_num_queries: Any) -> None:
    services.give(rating=rated(external_id="first"), by=BY)
    many = [rated(1 + number % 5, "ruim", external_id=f"r{number}") for number in range(300)]
    with django_assert_max_num_queries(20):
        given = services.give_many(ratings=many, by=BY)
    assert (len(given.new), len(given.changed)) == (300, 0)
    assert StoredEvent.objects.filter(kind="surveys.RatingToAnswer").count() == 1 + 120


@pytest.mark.django_db(transaction=True)
def test_two_tellings_at_the_same_moment_are_one_rating(rated: Make) -> None:
    rating = rated()

    def tell() -> None:
        services.give(rating=rating, by=BY)
        connection.close()

    threads = [Thread(target=tell) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Rating.objects.count() == 1
    assert StoredEvent.objects.filter(kind="surveys.RatingToAnswer").count() == 1


def test_a_rating_stands_beside_the_parcel_and_on_the_customers_page_with_its_case(
    rated: Make, run_events: Callable[[], int], enter: Callable[[User], Client], supervisor: User, maria: Customer
) -> None:
    rating = services.give(rating=rated(comment=WORDS + " 13812345678"), by=BY)
    run_events()
    case = Case.objects.get()
    client = enter(supervisor)
    for page in (f"/waybills/{rating.subject.partition(':')[2]}/", f"/customers/{maria.pk}/"):
        text = client.get(page).content.decode()
        assert "★☆☆☆☆" in text
        assert "Não chegou meu produto" in text
        assert "13812345678" not in text
        assert f"/cases/{case.pk}/" in text


def test_figures_count_scores_mean_and_answers(rated: Make, run_events: Callable[[], int]) -> None:
    services.give_many(
        ratings=[rated(score, "x", external_id=f"r{place}") for place, score in enumerate((1, 2, 5, 5))], by=BY
    )
    run_events()
    found = selectors.figures("shop")
    assert (found.count, found.by_score, found.mean, found.answered) == (4, {1: 1, 2: 1, 3: 0, 4: 0, 5: 2}, 3.25, 2)
