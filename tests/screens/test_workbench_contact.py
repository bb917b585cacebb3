from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import User
from suhui.records.customers.models import Customer
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
