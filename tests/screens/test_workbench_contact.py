from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import User
from suhui.records.customers.models import Customer
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]


def test_a_call_is_logged_and_opens_a_case_for_a_new_customer(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert client.get(reverse("workbench:contact")).status_code == 200
    given = {"text": "快件三天没更新", "phone": "138 1234 1234", "name": "王小明", "kind": "enquiry"}
    answer = client.post(reverse("workbench:contact"), given)
    case = Case.objects.get()
    assert answer["Location"] == reverse("cases:case", args=[case.pk])
    assert case.customer == Customer.objects.get()
    assert case.channel == "phone"


def test_a_second_call_is_offered_the_open_case_and_goes_on_it(enter: Enter, agent: User) -> None:
    taken = cases.intake(
        channel="phone",
        kind="enquiry",
        text="快件未到",
        phone="13812341234",
        by=Actor.staff(agent),
        branch=agent.branch,
    )
    client = enter(agent)
    seen = client.get(reverse("workbench:contact-look"), {"phone": "13812341234", "text": "又来问"}).content.decode()
    assert taken.case.number in seen
    given = {"text": "又来问", "phone": "13812341234", "kind": "enquiry", "append_to": taken.case.pk, "stay": "on"}
    assert client.post(reverse("workbench:contact"), given).status_code == 204
    assert Case.objects.count() == 1


def test_nothing_is_kept_of_a_contact_with_errors(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert client.post(reverse("workbench:contact"), {"text": " ", "kind": "enquiry"}).status_code == 422
    bad = {"text": "你好", "kind": "enquiry", "phone": "12"}
    assert client.post(reverse("workbench:contact"), bad).status_code == 422
    assert Case.objects.count() == 0
    assert Customer.objects.count() == 0


def test_somebody_elses_hidden_case_cannot_be_added_to(
    enter: Enter, agent: User, make_person: Callable[..., User], other_outlet: object
) -> None:
    stranger = make_person("agent", branch=other_outlet)
    hidden = cases.intake(
        channel="phone",
        kind="enquiry",
        text="甲",
        phone="13812341234",
        by=Actor.staff(stranger),
        branch=stranger.branch,
    )
    given = {"text": "乙", "kind": "enquiry", "append_to": hidden.case.pk}
    assert enter(agent).post(reverse("workbench:contact"), given).status_code == 404
    assert hidden.case.entries.filter(text="乙").count() == 0


def test_a_pasted_text_fills_the_number(enter: Enter, agent: User) -> None:
    answer = enter(agent).post(
        reverse("workbench:contact-recognise"), {"text": "您好，我的电话13812341234，单号YT1234567890123"}
    )
    assert answer.json()["fields"] == {"phone": "13812341234"}
    assert "YT1234567890123" in answer.json()["found"]


def test_an_unregistered_parcel_is_offered_with_its_likely_carriers_and_registered_with_the_call(
    enter: Enter, agent: User
) -> None:
    client = enter(agent)
    text = "SF1390000123456 三天没到"
    seen = client.get(reverse("workbench:contact-look"), {"text": text}).content.decode()
    assert 'name="carrier:SF1390000123456"' in seen
    assert '<option value="sf" selected>' in seen
    assert Waybill.objects.count() == 0
    client.post(reverse("workbench:contact"), {"text": text, "kind": "enquiry"})
    waybill = Waybill.objects.get()
    assert (waybill.number, waybill.carrier.code, waybill.destination) == ("SF1390000123456", "sf", agent.branch)
    assert list(Case.objects.get().waybills.all()) == [waybill]


def test_the_agent_says_whose_a_parcel_is_or_that_it_is_none(enter: Enter, agent: User) -> None:
    client = enter(agent)
    text = "运单号 4312345678901，另一个运单号 SF1390000123456"
    [first, second] = parcels.unregistered_in(text)
    assert len(first.candidates) > 1
    other = first.candidates[-1].carrier
    chosen = {f"carrier:{first.number}": other, f"carrier:{second.number}": ""}
    client.post(reverse("workbench:contact"), {"text": text, "kind": "enquiry"} | chosen)
    assert [(one.number, one.carrier.code) for one in Waybill.objects.all()] == [(first.number, other)]


def test_a_carrier_nobody_proposed_registers_nothing(enter: Enter, agent: User) -> None:
    given = {"text": "SF1390000123456", "kind": "enquiry", "carrier:SF1390000123456": "nobody"}
    enter(agent).post(reverse("workbench:contact"), given)
    assert Waybill.objects.count() == 0
    assert Case.objects.count() == 1


def test_nothing_is_registered_when_the_call_is_refused(enter: Enter, agent: User) -> None:
    given = {"text": "SF1390000123456", "kind": "enquiry", "phone": "12"}
    assert enter(agent).post(reverse("workbench:contact"), given).status_code == 422
    assert (Case.objects.count(), Waybill.objects.count()) == (0, 0)


@pytest.mark.parametrize(("owner", "mine"), [("mine", True), ("", True), ("pool", False)])
def test_a_call_is_mine_unless_it_goes_into_the_pool(enter: Enter, agent: User, owner: str, mine: bool) -> None:
    client = enter(agent)
    assert agent.branch.name in client.get(reverse("workbench:contact")).content.decode()
    client.post(reverse("workbench:contact"), {"text": "三天没更新", "kind": "enquiry", "owner": owner})
    assert (Case.objects.get().owner == agent) is mine


def test_going_on_with_a_colleagues_case_leaves_it_theirs(
    enter: Enter, agent: User, make_person: Callable[..., User]
) -> None:
    colleague = make_person("agent")
    case = cases.intake(
        channel="phone", kind="enquiry", text="甲", phone="13812341234", owner=colleague, by=Actor.staff(colleague)
    ).case
    given = {"text": "又来问", "kind": "enquiry", "append_to": case.pk, "owner": "mine"}
    enter(agent).post(reverse("workbench:contact"), given)
    case.refresh_from_db()
    assert case.owner == colleague
