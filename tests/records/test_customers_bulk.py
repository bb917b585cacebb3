"""Customers by the thousand: the same rows, events and searches as one by one, whoever else writes meanwhile."""

import threading

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery, StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.platform.search import selectors as search
from suhui.platform.search import services as writing
from suhui.platform.search.models import SearchEntry
from suhui.records.customers import bulk, phones, services, tiers
from suhui.records.customers.addresses import Parts
from suhui.records.customers.bulk import Change, NewCustomer
from suhui.records.customers.models import Customer, Phone

BY = Actor.system("test")
HOME = Parts("浙江省", "杭州市", "西湖区", "文三路478号")


def index_all() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="customers.index"):
        bulk.index(job.args["ids"])


def row(outlet: Branch, name: str, phone: str = "", **more: object) -> NewCustomer:
    numbers = [phones.read(phone)] if phone else []
    return NewCustomer(name=name, branch_id=outlet.pk, numbers=numbers, **more)  # type: ignore[arg-type]


def test_a_bulk_customer_is_like_one_added_by_hand(outlet: Branch, supervisor: User) -> None:
    (pk,) = bulk.add_many(rows=[row(outlet, "王小明", "13812341234", email="w@example.com", address=HOME)], by=BY)
    by_hand = services.add_customer(name="王小明", branch=outlet, phone="13912341234", by=BY)
    made = Customer.objects.get(pk=pk)
    assert (made.pinyin, made.kind, made.version, made.tier) == (by_hand.pinyin, "person", 1, by_hand.tier)
    assert made.number < by_hand.number
    mine, other = made.phones.get(), by_hand.phones.get()
    assert (mine.region != "", mine.kind, mine.identifies, mine.is_main) == (True, other.kind, True, True)
    assert made.addresses.get().detail == "文三路478号"
    assert made.emails.get().address == "w@example.com"
    assert StoredEvent.objects.filter(subject=f"customer:{pk}", kind="customers.CustomerAdded").count() == 1


def test_the_search_follows_in_a_job_and_not_by_deliveries(outlet: Branch, supervisor: User) -> None:
    ids = bulk.add_many(rows=[row(outlet, "王小明", "13812341234"), row(outlet, "李大客户", vip=True)], by=BY)
    assert not Delivery.objects.filter(handler__startswith="customers.").exists()
    index_all()
    index_all()
    assert [hit.url for hit in search.search(supervisor, "1234", 10)] == [f"/customers/{ids[0]}/"]


def test_each_has_its_tier_at_once_with_the_decision_and_the_event_of_one_by_one(outlet: Branch) -> None:
    ids = bulk.add_many(
        rows=[row(outlet, "甲", vip=True), row(outlet, "乙", contract_value_fen=10_000_000), row(outlet, "丙")], by=BY
    )
    made = Customer.objects.in_bulk(ids)
    assert [made[pk].tier for pk in ids] == ["vip", "key", "standard"]
    changed = StoredEvent.objects.filter(kind="customers.CustomerTierChanged").order_by("pk")
    assert list(changed.values_list("subject", flat=True)) == [f"customer:{pk}" for pk in ids[:2]]
    decisions = [tiers.decision_of(made[pk]) for pk in ids]
    assert [one and one.subject for one in decisions] == [f"customer:{pk}" for pk in ids]
    before = list(Customer.objects.order_by("pk").values_list("tier", "tier_decision_id"))
    tiers.assess_all(by=BY, at=now())
    assert list(Customer.objects.order_by("pk").values_list("tier", "tier_decision_id")) == before, "nothing to decide"


def test_a_bulk_entry_of_the_search_is_like_one_written_by_itself(outlet: Branch) -> None:
    rows = [
        row(outlet, "王小明", "13812341234", address=HOME, email="w@example.com", note="it's a \\ 'note'"),
        row(outlet, "O'Neill \\ Söhne", "+442083661177", kind="company", contact="单晓红"),
    ]
    ids = bulk.add_many(rows=rows, by=BY)
    bulk.index(ids)
    many = found_by(ids)
    for pk in ids:
        SearchEntry.objects.filter(kind="customer", object_id=pk).delete()
        writing.index("customer", pk)
    assert found_by(ids) == many


def found_by(ids: list[int]) -> list[object]:
    entries = list(SearchEntry.objects.filter(kind="customer", object_id__in=ids).order_by("object_id"))
    names = [field.name for field in SearchEntry._meta.fields if field.name != "id"]
    keys = [sorted(one.keys.values_list("forward", "backward", "is_phone")) for one in entries]
    return [[[getattr(one, name) for name in names] for one in entries], keys]


def test_a_number_known_already_or_twice_in_the_lot_is_shared(outlet: Branch) -> None:
    services.add_customer(name="原客户", branch=outlet, phone="13812341234", by=BY)
    ids = bulk.add_many(
        rows=[row(outlet, "甲", "13812341234"), row(outlet, "乙", "13912341234"), row(outlet, "丙", "13912341234")],
        by=BY,
    )
    found = {phone.customer_id: phone.identifies for phone in Phone.objects.filter(customer__in=ids)}
    assert [found[pk] for pk in ids] == [False, True, False]


def test_a_change_keeps_what_was_before_and_adds_only_new_facts(outlet: Branch) -> None:
    known = services.add_customer(name="王小明", branch=outlet, phone="13812341234", note="旧", by=BY)
    again = [phones.read("13812341234"), phones.read("13912341234")]
    change = Change(customer_id=known.pk, fields={"note": "新", "name": "王小明"}, numbers=again, address=HOME)
    before = bulk.change_many(changes=[change], by=BY)
    known.refresh_from_db()
    assert known.note == "新"
    assert known.version == 2
    assert known.phones.count() == 2
    assert before[known.pk]["fields"] == {"note": "旧"}
    assert set(before[known.pk]["added"]) == {"phone", "address"}
    assert bulk.change_many(changes=[change], by=BY)[known.pk] == {"fields": {}, "added": {}}
    known.refresh_from_db()
    assert known.version == 2


@pytest.mark.django_db(transaction=True)
def test_two_lots_at_once_never_give_one_number_to_two_customers(outlet: Branch) -> None:
    rows = [row(outlet, f"客户{n}", f"138123412{n:02}") for n in range(40)]
    start = threading.Barrier(2)

    def add() -> None:
        start.wait()
        bulk.add_many(rows=rows, by=BY)
        connection.close()

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Customer.objects.count() == 80
    assert Phone.objects.filter(identifies=True).count() == 40
    assert len(set(Customer.objects.values_list("number", flat=True))) == 80


def test_nothing_is_left_of_a_lot_that_breaks(outlet: Branch) -> None:
    with pytest.raises(ValueError, match="nothing"):
        bulk.add_many(rows=[row(outlet, "甲"), NewCustomer(name="乙", branch_id=outlet.pk, numbers=_broken())], by=BY)  # type: ignore[arg-type]
    assert not StoredEvent.objects.filter(kind="customers.CustomerAdded").exists()


def _broken() -> object:
    class Breaks(list[object]):
        def __iter__(self) -> object:  # type: ignore[override]
            raise ValueError("nothing")

    return Breaks()
