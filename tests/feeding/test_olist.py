"""A shop's orders, customers and reviews read in, on a small export made by hand."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from suhui.feeds import services
from suhui.feeds.mapping import feed, names
from suhui.feeds.models import Link
from suhui.feeds.services import Outcome
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch
from suhui.records.customers.models import Address, Customer
from suhui.records.shipments.choices import Source
from suhui.records.shipments.mapping import UNKNOWN, shipped_meaning
from suhui.records.shipments.models import ScanEvent, UnknownCode, Waybill, WaybillException
from suhui.service.cases.models import Case
from suhui.service.surveys.models import Rating
from tests.feeds import ORDER, REVIEW, Shop, name

BY = Actor.system("test")
DAYS = ("2018-03-01 21:57:05", "2018-03-01 22:10:13", "2018-03-02 14:58:04", "2018-03-10 10:57:55")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A punctual order, a late one, one never delivered, one cancelled; reviews of the first two."""
    made = Shop(tmp_path)
    made.order(1, "delivered", *DAYS)
    made.order(2, "delivered", *DAYS[:3], "2018-03-22 09:00:00", person=2)
    made.order(3, "shipped", *DAYS[:3])
    made.order(4, "canceled", DAYS[0])
    made.review(1, 1, 5)
    made.review(2, 2, 1, "Não chegou", "Péssimo, recomendo a ninguém")
    made.review(3, 3, 2)
    return made


def bring(shop: Shop, branch: Branch | None = None) -> Outcome:
    outcome = services.take_in(feed=feed("olist"), folder=shop.write(), branch=branch, by=BY)
    services.answer(outcome=outcome)
    return outcome


def waybill(number: int) -> Waybill:
    return Waybill.objects.get(order_number=name(number))


def test_orders_become_waybills_with_their_track(headquarters: Branch, shop: Shop) -> None:
    told = bring(shop)
    assert (told.customers, told.orders, told.ratings, told.complaints, told.mistakes) == (2, 4, 3, 1, [])
    first = waybill(1)
    assert (first.number, first.carrier.code, first.status) == ("OL000000000001", "olist", "delivered")
    assert first.delivered_at == datetime(2018, 3, 10, 13, 57, 55, tzinfo=UTC)
    assert first.promised_at == datetime(2018, 3, 21, 3, 0, tzinfo=UTC)
    assert (first.recipient_name, first.recipient_address) == ("Timoteo MG #000000", "timoteo MG 35182")
    assert (first.goods, first.pieces, first.weight_grams) == ("beleza_saude · R$ 1.234,50 + 27,65", 1, 750)
    assert first.registered_branch == headquarters
    track = list(ScanEvent.objects.filter(waybill=first).order_by("at").values_list("raw_code", "status", "place"))
    assert track == [
        ("olist:purchased", "created", ""),
        ("olist:approved", "created", ""),
        ("olist:handed_over", "collected", "brasilia DF"),
        ("olist:delivered", "delivered", "timoteo MG"),
    ]
    assert [waybill(number).status for number in (2, 3, 4)] == ["delivered", "collected", "cancelled"]
    assert not UnknownCode.objects.exists()


def test_one_person_is_one_customer_however_often_they_ordered(headquarters: Branch, shop: Shop) -> None:
    bring(shop)
    assert sorted(Customer.objects.values_list("name", flat=True)) == [
        "Rio de Janeiro RJ #000000",
        "Timoteo MG #000000",
    ]
    assert len({waybill(number).recipient_id for number in (1, 3, 4)}) == 1
    assert set(Address.objects.values_list("province", "city", "detail")) == {
        ("MG", "timoteo", "35182"),
        ("RJ", "rio de janeiro", "20231"),
    }


def test_late_ones_are_exceptions_and_the_day_promised_is_in_time_to_its_end(headquarters: Branch, shop: Shop) -> None:
    shop.order(5, "delivered", *DAYS[:3], "2018-03-20 23:59:59")
    shop.order(6, "delivered", *DAYS[:3], "2018-03-21 00:00:01")
    bring(shop)
    late = WaybillException.objects.filter(kind="late", sign="came_late")
    assert {row.waybill.order_number for row in late} == {name(2), name(6)}
    assert {(row.state, row.history, row.began_at) for row in late} == {
        ("cleared", True, datetime(2018, 3, 21, 3, 0, tzinfo=UTC))
    }
    never = WaybillException.objects.filter(waybill=waybill(3), state="open")
    assert {row.kind for row in never} == {"late", "stale"}


def test_a_bad_rating_with_words_is_one_complaint_and_nobody_is_alarmed(
    headquarters: Branch, shop: Shop, run_events: Callable[[], int]
) -> None:
    bring(shop)
    run_events()
    case = Case.objects.get()
    assert case.text == "Não chegou\nPéssimo, recomendo a ninguém"
    assert (case.kind, case.fields["happened_on"]) == ("complaint", "2018-03-25")
    assert (case.branch, case.customer_id) == (headquarters, waybill(2).recipient_id)
    assert Rating.objects.get(score=1).case_key == case.key
    assert not Notification.objects.exists()


def numbers() -> list[int]:
    return [
        model.objects.count() for model in (Customer, Waybill, ScanEvent, WaybillException, Rating, Case, StoredEvent)
    ]


def test_a_second_run_doubles_nothing_and_tells_nobody_anything(headquarters: Branch, shop: Shop) -> None:
    bring(shop)
    before = numbers()
    again = bring(shop)
    assert numbers() == before
    assert again == Outcome()


def test_what_changed_is_changed(headquarters: Branch, shop: Shop) -> None:
    bring(shop)
    shop.rows[ORDER][2] = [*shop.rows[ORDER][2][:2], "delivered", *DAYS, "2018-03-20 00:00:00"]
    for row in shop.rows["olist_customers_dataset.csv"]:
        row[3] = "ipatinga" if row[3] == "timoteo" else row[3]
    shop.rows[REVIEW][0][2:5] = [1, "", "quebrou"]
    told = bring(shop)
    assert (told.customers, told.customers_changed, told.orders, told.ratings, told.ratings_changed) == (0, 1, 0, 0, 1)
    assert told.complaints == 1
    assert (waybill(3).status, waybill(3).recipient_name) == ("delivered", "Ipatinga MG #000000")
    assert not WaybillException.objects.filter(waybill=waybill(3), state="open").exists()
    assert Customer.objects.filter(name="Ipatinga MG #000000").count() == 1


def test_an_interrupted_run_is_gone_on_from(headquarters: Branch, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOT", 2)

    def stop(what: str, done: int, total: int) -> None:
        if (what, done) == ("orders", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.take_in(feed=feed("olist"), folder=shop.write(), branch=None, by=BY, tell=stop)
    assert (Customer.objects.count(), Waybill.objects.count(), Rating.objects.count()) == (2, 2, 0)
    told = bring(shop)
    assert (told.customers, told.orders, told.ratings) == (0, 2, 3)
    assert (Waybill.objects.count(), Link.objects.filter(kind="order").count()) == (4, 4)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_who_breaks_off_the_opening_of_complaints_waits_for_those_in_hand_only(
    headquarters: Branch, shop: Shop
) -> None:
    for number in range(100, 140):
        shop.review(number, 1, 1, "", f"ruim {number}")
    outcome = services.take_in(feed=feed("olist"), folder=shop.write(), branch=None, by=BY)

    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.answer(outcome=outcome, tell=stop, threads=2)
    assert Case.objects.count() < 41
    services.answer(outcome=outcome, threads=2)
    assert Case.objects.count() == 41
    assert not Rating.objects.filter(score=1, case_key="").exists()


def test_lines_with_mistakes_are_named_and_the_others_come_in(headquarters: Branch, shop: Shop) -> None:
    shop.order(5, "teleported", DAYS[0])
    shop.order(6, "delivered", "yesterday")
    shop.order(7, "delivered", DAYS[0], DAYS[1], "2018-03-12 00:00:00", "2018-03-10 10:57:55")
    shop.rows[ORDER].append([name(8), name(9999), "created", DAYS[0], "", "", "", ""])
    shop.review(4, 99, 5)
    shop.review(5, 1, 9)
    told = bring(shop)
    assert [(mistake.file, mistake.line) for mistake in told.mistakes] == [
        (ORDER, 6),
        (ORDER, 7),
        (ORDER, 8),
        (ORDER, 9),
        (REVIEW, 5),
        (REVIEW, 6),
    ]
    assert told.orders == 5
    assert waybill(7).status == "delivered"
    assert not ScanEvent.objects.filter(waybill=waybill(7), raw_code="olist:handed_over").exists()


def test_a_broken_line_between_good_ones_is_named_by_where_it_begins(headquarters: Branch, shop: Shop) -> None:
    folder = shop.write()
    file = folder / REVIEW
    lines = file.read_text().splitlines()
    extra = next(csv.reader([lines[1]]))
    file.write_text("\n".join([lines[0], '"a","b",1,"","two\nlines","","2018-03-25 10:00:00"', "too,few", *lines[1:]]))
    outcome = services.take_in(feed=feed("olist"), folder=folder, branch=None, by=BY)
    assert [mistake.line for mistake in outcome.mistakes] == [4, 2]
    assert (outcome.ratings, len(extra)) == (3, 7)


def test_an_empty_installation_is_told_what_it_needs(db: None, shop: Shop) -> None:
    with pytest.raises(BadInput, match="尚无网点"):
        bring(shop)
    assert not Customer.objects.exists()


def test_a_folder_without_the_files_is_refused_by_name(headquarters: Branch, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="olist_orders_dataset"):
        services.take_in(feed=feed("olist"), folder=tmp_path, branch=None, by=BY)


def test_a_file_without_a_column_is_refused_before_anything_is_kept(headquarters: Branch, shop: Shop) -> None:
    folder = shop.write()
    (folder / "olist_customers_dataset.csv").write_text("customer_id,city\n1,x\n")
    with pytest.raises(BadInput, match="customer_unique_id"):
        services.take_in(feed=feed("olist"), folder=folder, branch=None, by=BY)
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_not_come_about(headquarters: Branch, shop: Shop) -> None:
    refused: list[str] = []
    folder = shop.write()

    def second() -> None:
        try:
            services.take_in(feed=feed("olist"), folder=folder, branch=None, by=BY)
        except Refused as error:
            refused.append(str(error.message))
        finally:
            connection.close()

    def begin_second(what: str, done: int, total: int) -> None:
        if what == "customers":
            thread = Thread(target=second)
            thread.start()
            thread.join()

    services.take_in(feed=feed("olist"), folder=folder, branch=None, by=BY, tell=begin_second)
    assert len(refused) == 1
    assert Waybill.objects.count() == 4


@pytest.mark.parametrize("mapped", names())
def test_every_code_of_a_shipped_mapping_has_a_meaning(mapped: str) -> None:
    codes: dict[str, Any] = feed(mapped).codes
    assert codes
    assert all(shipped_meaning(Source.SHOP, code) is not UNKNOWN for code in codes)
    assert all(code.startswith(f"{mapped}:") for code in codes)
