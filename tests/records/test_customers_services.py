import threading

import pytest
from django.db import connection

from suhui.platform.core.errors import BadInput, Conflict, Missing, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, User
from suhui.records.customers import access, phones, selectors, services
from suhui.records.customers.choices import DuplicateReason
from suhui.records.customers.models import Customer, Phone
from tests.conftest import SYSTEM, MakePerson


@pytest.mark.django_db
def test_a_customer_gets_an_archive_number_a_spelling_and_the_attribution_of_the_phone(outlet: Branch) -> None:
    customer = services.add_customer(name="王小明", phone="138 1234 1234", branch=outlet, by=SYSTEM)
    assert customer.number.startswith("K")
    assert customer.pinyin == "wangxiaoming wxm"
    phone = customer.phones.get()
    assert (phone.number, phone.backwards[:4], phone.kind) == ("+8613812341234", "4321", "mobile")
    assert (phone.region, phone.carrier) == ("江苏省连云港市", "中国移动")
    assert phone.identifies
    assert phone.is_main
    event = StoredEvent.objects.get(kind__startswith="customers.")
    assert (event.kind, event.subject) == ("customers.CustomerAdded", f"customer:{customer.pk}")
    assert "王" not in str(event.payload)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "phone"), [("", "13812341234"), ("  ", ""), ("王芳", "abc"), ("王芳", "12")])
def test_a_customer_without_a_name_or_with_a_bad_number_is_refused_whole(outlet: Branch, name: str, phone: str) -> None:
    with pytest.raises(BadInput):
        services.add_customer(name=name, phone=phone, branch=outlet, by=SYSTEM)
    assert not Customer.objects.exists()
    assert not StoredEvent.objects.filter(kind__startswith="customers.").exists()


@pytest.mark.django_db
def test_the_same_number_finds_the_same_customer_however_it_is_typed(outlet: Branch) -> None:
    first = services.find_or_add_by_phone(phone="13812341234", name="王芳", branch=outlet, source="phone", by=SYSTEM)
    for typed in ("+86 138 1234 1234", "138-1234-1234", "１３８１２３４１２３４"):
        again = services.find_or_add_by_phone(phone=typed, name="别人", branch=outlet, source="phone", by=SYSTEM)
        assert again.pk == first.pk
    first.refresh_from_db()
    assert first.name == "王芳"
    assert StoredEvent.objects.filter(kind__startswith="customers.").count() == 1


@pytest.mark.django_db
def test_a_caller_without_a_name_is_called_after_the_masked_number(outlet: Branch) -> None:
    found = services.find_or_add_by_phone(phone="13812341234", name="", branch=outlet, source="phone", by=SYSTEM)
    assert "138******34" in found.name


@pytest.mark.django_db(transaction=True)
def test_two_calls_from_one_number_at_once_give_one_customer() -> None:
    branch = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
    found: list[int] = []
    start = threading.Barrier(4)

    def call() -> None:
        try:
            start.wait(5)
            found.append(
                services.find_or_add_by_phone(
                    phone="13812341234", name="王芳", branch=branch, source="phone", by=SYSTEM
                ).pk
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Customer.objects.count() == 1
    assert Phone.objects.count() == 1
    assert StoredEvent.objects.filter(kind="customers.CustomerAdded").count() == 1


@pytest.mark.django_db
def test_a_shared_number_is_a_hint_at_a_duplicate_not_an_error(outlet: Branch, agent: User) -> None:
    first = services.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    second = services.add_customer(name="王方", phone="13812341234", branch=outlet, by=SYSTEM)
    third = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    services.add_customer(name="李明", phone="13900001111", branch=outlet, by=SYSTEM)
    assert second.phones.get().identifies is False
    assert list(selectors.by_phone("+8613812341234")) == [first, second]
    hints = {hint.customer.pk: hint.reasons for hint in selectors.duplicates_of(first, agent)}
    assert hints == {
        second.pk: (DuplicateReason.PHONE, DuplicateReason.SOUND),
        third.pk: (DuplicateReason.NAME,),
    }


@pytest.mark.django_db
def test_an_edit_over_a_newer_version_is_refused_and_moves_nothing(outlet: Branch) -> None:
    customer = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    services.change_customer(customer=customer, version=1, name="王小芳", by=SYSTEM)
    before = StoredEvent.objects.count()
    with pytest.raises(Conflict):
        services.change_customer(customer=customer, version=1, name="王大芳", by=SYSTEM)
    customer.refresh_from_db()
    assert (customer.name, customer.version, customer.pinyin) == ("王小芳", 2, "wangxiaofang wxf")
    assert StoredEvent.objects.count() == before


@pytest.mark.django_db
def test_a_change_is_kept_with_before_and_after_masked(outlet: Branch) -> None:
    customer = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    services.change_customer(customer=customer, version=1, name="李小芳", industry="retail", by=SYSTEM)
    payload = StoredEvent.objects.latest("pk").payload
    assert payload["changes"] == {"name": ["王*", "李**"], "industry": ["", "retail"]}


@pytest.mark.django_db
def test_a_removed_number_can_be_given_to_another_and_then_not_be_put_back(outlet: Branch) -> None:
    first = services.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    phone = services.remove_fact(customer=first, kind="phone", fact_id=first.phones.get().pk, by=SYSTEM)
    second = services.find_or_add_by_phone(phone="13812341234", name="李", branch=outlet, source="phone", by=SYSTEM)
    assert second.pk != first.pk
    with pytest.raises(Refused):
        services.restore_fact(customer_id=first.pk, kind="phone", fact_id=phone.pk, by=SYSTEM)
    assert list(selectors.by_phone("+8613812341234")) == [second]


@pytest.mark.django_db
def test_facts_of_another_customer_cannot_be_touched(outlet: Branch) -> None:
    mine = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    other = services.add_customer(name="李明", phone="13812341234", branch=outlet, by=SYSTEM)
    with pytest.raises(Missing):
        services.remove_fact(customer=mine, kind="phone", fact_id=other.phones.get().pk, by=SYSTEM)
    assert other.phones.get().removed_at is None


@pytest.mark.django_db
def test_scope_customers_of_another_branch_are_missing(
    outlet: Branch, other_outlet: Branch, agent: User, supervisor: User, make_person: MakePerson
) -> None:
    here = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    there = services.add_customer(name="李明", branch=other_outlet, by=SYSTEM)
    seller = make_person("sales")
    own = services.add_customer(name="赵云", branch=other_outlet, owner=seller, by=SYSTEM)
    assert set(access.visible_to(agent)) == {here}
    assert set(access.visible_to(supervisor)) == {here, there, own}
    assert set(access.visible_to(seller)) == {own}
    assert not access.visible_to(make_person("courier")).exists()
    with pytest.raises(Missing):
        access.get_customer(agent, there.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["王小", "小明", "wangxiaoming", "wxm", "1234", "13812341234", "81234 1234", "K"])
def test_what_people_type_finds_the_customer(outlet: Branch, agent: User, typed: str) -> None:
    wanted = services.add_customer(name="王小明", phone="13812341234", branch=outlet, by=SYSTEM)
    services.add_customer(name="李大海", phone="13900005678", branch=outlet, by=SYSTEM)
    text = wanted.number if typed == "K" else typed
    assert list(selectors.matching(access.visible_to(agent), text)) == [wanted]


@pytest.mark.parametrize(
    ("typed", "e164", "extension"),
    [
        ("0571-88881234转802", "+8657188881234", "802"),
        ("+1 650 253 0000", "+16502530000", ""),
        ("17012345678", "+8617012345678", ""),
        ("95338", "+8695338", ""),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, e164: str, extension: str) -> None:
    number = phones.read(typed)
    assert (number.e164, number.extension) == (e164, extension)


@pytest.mark.django_db
def test_a_fact_goes_stale_and_is_fresh_again_after_one_click(outlet: Branch, agent: User) -> None:
    customer = services.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    phone = customer.phones.get()
    facts = selectors.facts_of(customer)
    assert [(state.fact, state.never) for state in facts.stale] == [(phone, True)]
    services.verify_fact(customer=customer, kind="phone", fact_id=phone.pk, user=agent)
    assert selectors.facts_of(customer).stale == []
    services.set_freshness(kind="phone", days=1, by=SYSTEM)
    phone.refresh_from_db()
    assert phone.verified_by == agent
    assert phone.verified_at is not None
    later = phone.verified_at.replace(year=phone.verified_at.year + 1)
    assert [state.fact for state in selectors.facts_of(customer, later).stale] == [phone]
