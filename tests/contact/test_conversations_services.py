from datetime import timedelta

import pytest

from suhui.contact.conversations import access, selectors, services
from suhui.contact.conversations.models import Contact
from suhui.platform.core import clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.customers import merging
from suhui.records.customers import services as customers
from suhui.records.customers.models import Merge
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db


def log(branch: Branch, agent: User, **more: object) -> Contact:
    fields: dict[str, object] = {"channel": "phone", "direction": "in", "text": "包裹还没到", "phone": "13812341234"}
    fields.update(more)
    return services.log_contact(branch=branch, agent=agent, by=Actor.staff(agent), **fields)  # type: ignore[arg-type]


def test_a_logged_call_is_kept_and_told(outlet: Branch, agent: User) -> None:
    customer = customers.add_customer(name="王芳", phone="13812341234", branch=outlet, by=SYSTEM)
    contact = log(outlet, agent, customer=customer, seconds=75)
    assert (contact.phone, contact.seconds, contact.agent) == ("+8613812341234", 75, agent)
    assert list(selectors.for_customer(customer.pk)) == [contact]
    event = StoredEvent.objects.get(kind="conversations.ContactLogged")
    assert event.subject == f"contact:{contact.pk}"
    assert "1381234" not in str(event.payload)


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "smoke"},
        {"direction": "sideways"},
        {"phone": "abc"},
        {"text": " ", "phone": ""},
        {"at": clock.now() + timedelta(hours=1)},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(outlet: Branch, agent: User, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        log(outlet, agent, **wrong)
    assert not Contact.objects.exists()
    assert not StoredEvent.objects.filter(kind="conversations.ContactLogged").exists()


def test_a_contact_is_linked_to_its_case_once(outlet: Branch, agent: User) -> None:
    contact = log(outlet, agent)
    for _again in range(2):
        services.link_case(contact=contact, case="case:17", by=SYSTEM)
    assert list(selectors.for_case("case:17")) == [contact]
    assert StoredEvent.objects.filter(kind="conversations.ContactLinked").count() == 1


def test_contacts_of_another_branch_are_missing(
    outlet: Branch, other_outlet: Branch, agent: User, supervisor: User, make_person: MakePerson
) -> None:
    stranger = make_person("agent", branch=other_outlet)
    here, there = log(outlet, agent), log(other_outlet, stranger)
    assert set(access.visible_to(agent)) == {here}
    assert set(access.visible_to(supervisor)) == {here, there}
    with pytest.raises(Missing):
        access.get_contact(agent, there.pk)
    assert not access.visible_to(make_person("courier")).exists()


def test_contacts_follow_a_merge_and_return_when_it_is_undone(outlet: Branch, agent: User) -> None:
    winner = customers.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    loser = customers.add_customer(name="王方", branch=outlet, by=SYSTEM)
    own, moved = log(outlet, agent, customer=winner), log(outlet, agent, customer=loser)
    merging.merge(winner=winner, loser=loser, by=agent)
    assert set(selectors.for_customer(winner.pk)) == {own, moved}
    merging.part(merge=Merge.objects.get(), by=SYSTEM)
    assert set(selectors.for_customer(winner.pk)) == {own}
    assert set(selectors.for_customer(loser.pk)) == {moved}
