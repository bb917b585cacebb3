from datetime import timedelta
from typing import Any

import pytest

from suhui.platform.core import clock
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.desk import undo
from suhui.platform.people.models import Branch, User
from suhui.records.customers import merging, selectors, services
from suhui.records.customers.models import Customer, Merge
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(outlet: Branch) -> tuple[Customer, Customer]:
    winner = services.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    loser = services.add_customer(name="王方", phone="13900005678", branch=outlet, by=SYSTEM)
    services.add_phone(customer=loser, phone="13812341234", by=SYSTEM)
    services.add_email(customer=loser, address="Wang@Example.com", by=SYSTEM)
    services.add_address(customer=loser, province="浙江省", city="杭州市", detail="文三路1号", by=SYSTEM)
    services.add_contact(customer=loser, name="小王", phone="13711112222", by=SYSTEM)
    return winner, loser


def picture(customer: Customer) -> dict[str, Any]:
    return {
        "phones": sorted(customer.phones.filter(removed_at=None).values_list("number", "identifies", "is_main")),
        "emails": sorted(customer.emails.values_list("address", "is_main")),
        "addresses": sorted(customer.addresses.values_list("detail", "is_main")),
        "contacts": sorted(customer.contacts.values_list("name", "is_main")),
    }


def test_a_merge_gathers_the_facts_and_undo_puts_every_one_back(pair: tuple[Customer, Customer], agent: User) -> None:
    winner, loser = pair
    before = picture(winner), picture(loser)
    offer = merging.merge(winner=winner, loser=loser, by=agent)
    loser.refresh_from_db()
    assert loser.merged_into == winner
    assert {number for number, _i, _m in picture(winner)["phones"]} == {
        "+8613812341234",
        "+8613900005678",
        "+8613711112222",
    }
    assert [main for _n, _i, main in picture(winner)["phones"]].count(True) == 1
    assert list(selectors.by_phone("+8613900005678")) == [winner]
    again = services.find_or_add_by_phone(phone="13900005678", name="", branch=winner.branch, source="phone", by=SYSTEM)
    assert again == winner
    undo.take_back(token=offer.token, user=agent)
    undo.take_back(token=offer.token, user=agent)
    loser.refresh_from_db()
    assert loser.merged_into is None
    assert (picture(winner), picture(loser)) == before


def test_every_room_moves_its_rows_and_puts_them_back(
    pair: tuple[Customer, Customer], agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner, loser = pair
    seen: list[object] = []

    def move(loser_id: int, winner_id: int) -> list[int]:
        seen.append(("move", loser_id, winner_id))
        return [7, 9]

    def put_back(loser_id: int, winner_id: int, moved: list[int]) -> None:
        seen.append(("back", loser_id, winner_id, moved))

    monkeypatch.setitem(merging._movers, "parcels", merging.Mover("parcels", move, put_back))
    merging.merge(winner=winner, loser=loser, by=agent)
    merging.part(merge=Merge.objects.get(), by=SYSTEM)
    assert seen == [("move", loser.pk, winner.pk), ("back", loser.pk, winner.pk, [7, 9])]


def test_a_merge_cannot_be_undone_after_a_day(pair: tuple[Customer, Customer], agent: User) -> None:
    winner, loser = pair
    merging.merge(winner=winner, loser=loser, by=agent)
    before = picture(winner)
    assert merging.recent_merge(winner, clock.now()) is not None
    with pytest.raises(Refused):
        merging.part(merge=Merge.objects.get(), by=SYSTEM, at=clock.now() + timedelta(hours=25))
    loser.refresh_from_db()
    assert loser.merged_into == winner
    assert picture(winner) == before


def test_a_customer_is_not_merged_with_itself_nor_twice(
    pair: tuple[Customer, Customer], agent: User, outlet: Branch
) -> None:
    winner, loser = pair
    third = services.add_customer(name="第三", branch=outlet, by=SYSTEM)
    with pytest.raises(BadInput):
        merging.merge(winner=winner, loser=winner, by=agent)
    merging.merge(winner=winner, loser=loser, by=agent)
    with pytest.raises(Conflict):
        merging.merge(winner=third, loser=loser, by=agent)
    assert Merge.objects.count() == 1
    loser.refresh_from_db()
    assert loser.merged_into == winner


def test_numbers_lead_through_a_chain_of_merges(pair: tuple[Customer, Customer], agent: User, outlet: Branch) -> None:
    winner, loser = pair
    last = services.add_customer(name="总", phone="13900005678", branch=outlet, by=SYSTEM)
    merging.merge(winner=winner, loser=loser, by=agent)
    merging.merge(winner=last, loser=winner, by=agent)
    found = services.find_or_add_by_phone(phone="13900005678", name="", branch=outlet, source="phone", by=SYSTEM)
    assert found == last
    with pytest.raises(Refused):
        merging.part(merge=Merge.objects.get(loser=loser), by=SYSTEM)
