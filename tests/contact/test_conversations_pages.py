from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from suhui.contact.conversations import texts
from suhui.contact.conversations.models import Contact
from suhui.platform.people.models import Branch, User
from suhui.platform.search import selectors as search
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from tests.conftest import SYSTEM, MakePerson
from tests.contact.test_conversations_services import log

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]


@pytest.fixture
def parcel(outlet: Branch) -> Waybill:
    facts = shipments.Facts(destination=outlet)
    return shipments.register_waybill(number="SF1390000123456", carrier="sf", facts=facts, by=SYSTEM)


def test_a_call_is_logged_in_one_form_with_customer_and_parcel(
    agent: User, outlet: Branch, parcel: Waybill, enter: Enter
) -> None:
    text = f"催件 {parcel.number}，请回 13900001111"
    answer = enter(agent).post(
        "/contacts/new/",
        {
            "phone": "138 1234 1234",
            "name": "赵小云",
            "text": text,
            "channel": "phone",
            "direction": "in",
            "seconds": "42",
        },
    )
    contact = Contact.objects.get()
    assert answer["Location"] == f"/contacts/{contact.pk}/"
    assert list(contact.waybills.all()) == [parcel]
    assert contact.customer == Customer.objects.get(name="赵小云")
    assert (contact.agent, contact.branch, contact.seconds) == (agent, outlet, 42)
    page = enter(agent).get(f"/contacts/{contact.pk}/").content.decode()
    assert "13812341234" not in page
    assert "13900001111" not in page
    assert "赵**" in page
    assert "赵小云" not in page
    shown = enter(agent).post(
        "/privacy/reveal/", {"key": f"contact:{contact.pk}", "field": "phone", "reason": "contact"}
    )
    assert "138 1234 1234" in shown.content.decode()


def test_a_known_caller_is_shown_while_one_types_and_asked_for_stale_facts(
    agent: User, outlet: Branch, parcel: Waybill, enter: Enter
) -> None:
    customer = customers.add_customer(name="赵小云", phone="13812341234", branch=outlet, by=SYSTEM)
    page = enter(agent).get("/contacts/who/", {"phone": "13812341234", "text": f"单号{parcel.number}"}).content.decode()
    assert customer.number in page
    assert parcel.number in page
    assert f"/customers/{customer.pk}/facts/phone/" in page
    assert "赵小云" not in page
    phone = customer.phones.get()
    done = enter(agent).post(
        f"/customers/{customer.pk}/facts/phone/{phone.pk}/", {"do": "verify"}, headers={"HX-Request": "true"}
    )
    assert done.content == b""
    assert (
        f"facts/phone/{phone.pk}" not in enter(agent).get("/contacts/who/", {"phone": "13812341234"}).content.decode()
    )


def test_an_empty_contact_is_refused_at_the_field(agent: User, enter: Enter) -> None:
    answer = enter(agent).post("/contacts/new/", {"text": "", "phone": "", "channel": "phone", "direction": "in"})
    assert answer.status_code == 422
    assert not Contact.objects.exists()
    bad = enter(agent).post("/contacts/new/", {"text": "好", "phone": "abc", "channel": "phone", "direction": "in"})
    assert bad.status_code == 422
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_a_bounded_number_of_queries(
    outlet: Branch, agent: User, parcel: Waybill, enter: Enter, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        phone = f"139000{number:05d}"
        customer = customers.add_customer(name=f"客户{number}", phone=phone, branch=outlet, by=SYSTEM)
        log(outlet, agent, customer=customer, phone=phone, text=f"查件 {parcel.number}")
    client = enter(agent)
    with django_assert_max_num_queries(15):
        page = client.get("/contacts/").content.decode()
    assert page.count("查件") == rows
    assert "13900000000" not in page


def test_filters_narrow_the_list(agent: User, outlet: Branch, parcel: Waybill, enter: Enter) -> None:
    log(outlet, agent, text=f"甲 {parcel.number}")
    log(outlet, agent, text="乙", direction="out", channel="letter", phone="", case="case:1")
    client = enter(agent)
    for query, first, second in (
        ("q=甲", True, False),
        (f"q={parcel.number}", True, False),
        ("q=1234", True, False),
        ("q=13812341234", True, False),
        ("channel=letter", False, True),
        ("direction=out", False, True),
        ("loose=1", True, False),
        ("mine=1", True, True),
        ("start=2020-01-01&end=2020-01-02", False, False),
        ("start=nonsense&channel=x", True, True),
    ):
        page = client.get(f"/contacts/?{query}").content.decode()
        assert ('clamp">甲' in page, 'clamp">乙' in page) == (first, second), query


def test_contacts_of_others_stay_closed(
    agent: User, outlet: Branch, other_outlet: Branch, enter: Enter, make_person: MakePerson
) -> None:
    contact = log(outlet, agent)
    client = enter(make_person("agent", branch=other_outlet))
    assert client.get(f"/contacts/{contact.pk}/").status_code == 404
    assert enter(make_person("courier")).get("/contacts/").status_code == 403


def test_a_text_becomes_safe_html_with_links(parcel: Waybill) -> None:
    html = str(texts.linked(f'<script>alert(1)</script> {parcel.number} "x" 13812341234'))
    assert "<script>" not in html
    assert "13812341234" not in html
    assert parcel.number in html


def test_every_mention_of_a_parcel_is_a_link_and_all_texts_take_one_query(
    parcel: Waybill, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        first, second = texts.linked_all([f"{parcel.number}，再说一遍 {parcel.number}", f"单号{parcel.number}"])
    address = reverse("shipments:waybill", args=[parcel.pk])
    assert first.count(f'href="{address}"') == 2
    assert f'href="{address}"' in second


def test_a_parcel_one_may_not_open_is_no_link(parcel: Waybill, make_person: MakePerson, other_outlet: Branch) -> None:
    stranger = make_person("agent", branch=other_outlet)
    assert "<a " not in texts.linked(parcel.number, reader=stranger)


def test_a_contact_is_on_the_customers_timeline_and_in_the_search_box(
    agent: User, outlet: Branch, enter: Enter, run_events: Callable[[], int]
) -> None:
    customer = customers.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    contact = log(outlet, agent, customer=customer, text="外包装破损，请打 13900001111")
    run_events()
    page = enter(agent).get(f"/customers/{customer.pk}/").content.decode()
    assert "外包装破损" in page
    assert "13900001111" not in page
    assert [hit.object_id for hit in search.search(agent, "破损", kind="contact")] == [contact.pk]
