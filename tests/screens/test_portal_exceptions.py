"""What reaches a customer when a rule finds trouble with the parcel: the portal's words, a link, a task to call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from suhui.contact.conversations import reaching
from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.models import Task
from suhui.platform.core import clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch, User
from suhui.records.customers import services as customers
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments import services as shipments
from suhui.records.shipments.choices import ExceptionKind
from suhui.records.shipments.models import CustomerWords, Waybill, WaybillException
from suhui.screens.portal import links
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case, CaseEntry
from tests.conftest import SYSTEM, MakePerson
from tests.screens.conftest import RECIPIENT

pytestmark = pytest.mark.django_db
RunEvents = Callable[[], int]
Enter = Callable[[User], Client]


def trouble(waybill: Waybill, code: str = "exception/damaged", text: str = "外包装破损") -> WaybillException:
    scan = shipments.Scan(at=clock.now() - timedelta(minutes=9), code=code, text=text)
    shipments.record_scans(waybill=waybill, scans=[scan], source="manual", by=SYSTEM)
    shipments.find_exceptions(waybill=waybill, by=SYSTEM)
    return WaybillException.objects.get(waybill=waybill)


def look(client: Client, waybill: Waybill, tail: str = "5678") -> str:
    client.post("/p/track/", {"number": waybill.number, "tail": tail}, REMOTE_ADDR="1.2.3.4")
    return client.get(f"/p/parcels/{waybill.pk}/").content.decode()


@pytest.fixture
def known_parcel(parcel: Waybill, outlet: Branch) -> Waybill:
    """A parcel whose recipient is a customer of ours."""
    parcel.recipient = customers.find_or_add_by_phone(
        phone=RECIPIENT, name="欧阳小明", branch=outlet, source="waybill", by=SYSTEM
    )
    parcel.save()
    return parcel


def test_every_kind_of_exception_has_shipped_words_in_both_languages() -> None:
    assert set(CustomerWords.objects.values_list("kind", flat=True)) == set(ExceptionKind.values)
    for row in CustomerWords.objects.all():
        with translation.override("en"):
            assert all(part.isascii() for part in row.said())
        with translation.override("zh-hans"):
            assert row.said() == (row.headline, row.happened, row.next_step)


def test_the_portal_says_what_happened_what_comes_next_and_by_when(
    client: Client, known_parcel: Waybill, run_events: RunEvents
) -> None:
    found = trouble(known_parcel)
    run_events()
    page = look(client, known_parcel)
    for words in CustomerWords.objects.get(kind="damaged").said():
        assert words in page
    assert "前处理" in page
    assert f"/p/cases/{links.token_of(Case.objects.get().pk).partition(':')[0]}:" in page
    shipments.clear_exception(exception=found, note="已补包装", by=SYSTEM)
    assert CustomerWords.objects.get(kind="damaged").headline not in look(client, known_parcel)


def test_the_case_is_shown_to_the_side_it_belongs_to_only(
    client: Client, known_parcel: Waybill, run_events: RunEvents
) -> None:
    trouble(known_parcel)
    run_events()
    sender = look(client, known_parcel, "4321")
    assert CustomerWords.objects.get(kind="damaged").headline in sender
    assert "/p/cases/" not in sender


def test_what_the_rule_keeps_in_the_house_is_not_shown(client: Client, known_parcel: Waybill) -> None:
    trouble(known_parcel, "exception/missorted", "快件错分")
    assert CustomerWords.objects.get(kind="missorted").headline not in look(client, known_parcel)


def test_the_manager_writes_the_words_anew_and_the_portal_says_them(
    client: Client, known_parcel: Waybill, make_person: MakePerson, agent: User, enter: Enter
) -> None:
    trouble(known_parcel)
    address = "/settings/customer-words/damaged/"
    assert enter(agent).get(address).status_code == 403
    desk = enter(make_person("service-manager"))
    assert "快件在途中破损" in desk.get("/settings/customer-words/").content.decode()
    given = {"headline": "包裹碰坏了", "happened": "网点发现外箱压坏。", "next_step": "我们今天给您电话。"}
    assert desk.post(address, given | {"next_step": " "}).status_code == 422
    assert desk.post(address, given).status_code in (204, 302)
    assert "包裹碰坏了" in look(Client(), known_parcel)
    with translation.override("en"):
        assert CustomerWords.objects.get(kind="damaged").said()[0] == "包裹碰坏了"


def test_half_an_english_text_is_refused() -> None:
    before = CustomerWords.objects.get(kind="damaged").english_headline
    with pytest.raises(BadInput) as error:
        shipments.write_words(
            kind="damaged", headline="破损", happened="破了", next_step="等", english_headline="Damaged", by=SYSTEM
        )
    assert set(error.value.fields) == {"english_happened", "english_next_step"}
    assert CustomerWords.objects.get(kind="damaged").english_headline == before


def test_the_owner_has_the_task_to_call_while_no_channel_reaches_the_customer(
    known_parcel: Waybill, agent: User, run_events: RunEvents
) -> None:
    found = trouble(known_parcel)
    run_events()
    case = Case.objects.get()
    assert not Task.objects.filter(subject=case.key).exists()
    cases.take(case=case, user=agent, by=Actor.staff(agent))
    task = Task.objects.get(subject=case.key)
    assert task.assignee == agent
    assert task.due_at == found.due_at
    for words in CustomerWords.objects.get(kind="damaged").said():
        assert words in task.body
    run_events()
    assert Task.objects.filter(subject=case.key).count() == 1
    found.refresh_from_db()
    assert found.told_at is None
    tasks.complete(task=task, result="已电话告知，客户要求先验货", by=Actor.staff(agent))
    run_events()
    found.refresh_from_db()
    assert found.told_at is not None
    assert CaseEntry.objects.filter(case=case, text="已电话告知，客户要求先验货").exists()
    assert parcels.untold(case.key) == []


def test_the_customers_page_of_the_case_says_it_at_once_and_once(
    client: Client, known_parcel: Waybill, run_events: RunEvents
) -> None:
    found = trouble(known_parcel)
    run_events()
    case = Case.objects.get()
    cases.inform(case=case, exception=found, by=SYSTEM, at=clock.now())
    page = client.get(links.case_link(case)).content.decode()
    assert page.count(CustomerWords.objects.get(kind="damaged").happened) == 1


def test_a_talk_with_the_customer_ends_the_task(known_parcel: Waybill, agent: User, run_events: RunEvents) -> None:
    found = trouble(known_parcel)
    run_events()
    case = cases.take(case=Case.objects.get(), user=agent, by=Actor.staff(agent))
    cases.log_contact(case=case, text="已说明破损情况", by=Actor.staff(agent), channel="phone", incoming=False)
    run_events()
    assert Task.objects.get(subject=case.key).state == "done"
    found.refresh_from_db()
    assert found.told_at is not None


def test_trouble_that_opens_no_case_is_told_by_the_owner_of_the_case_that_is_open(
    known_parcel: Waybill, agent: User, run_events: RunEvents
) -> None:
    taken = cases.intake(
        channel="phone", kind="enquiry", text="怎么还没到", waybills=[known_parcel], by=Actor.staff(agent), owner=agent
    )
    trouble(known_parcel, "exception/weather", "暴雨停运")
    run_events()
    assert Case.objects.count() == 1
    assert Task.objects.get(subject=taken.case.key).assignee == agent


def test_a_channel_that_reaches_the_customer_spares_the_call(
    known_parcel: Waybill, agent: User, run_events: RunEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[reaching.Message] = []
    sender = reaching.Sender("sms", lambda message: bool(message.phone), lambda message, _by: sent.append(message))
    monkeypatch.setitem(reaching._senders, "sms", sender)
    found = trouble(known_parcel)
    run_events()
    case = cases.take(case=Case.objects.get(), user=agent, by=Actor.staff(agent))
    assert not Task.objects.filter(subject=case.key).exists()
    assert [message.about for message in sent] == [case.key]
    assert sent[0].path.startswith("/p/cases/")
    assert sent[0].phone.endswith(RECIPIENT)
    found.refresh_from_db()
    assert found.told_at is not None


@pytest.mark.parametrize("kind", ["case", "waybill"])
def test_the_desk_hands_over_the_customers_page_as_link_message_and_code(
    client: Client, known_parcel: Waybill, agent: User, enter: Enter, run_events: RunEvents, kind: str
) -> None:
    trouble(known_parcel)
    run_events()
    subject: Any = Case.objects.get() if kind == "case" else known_parcel
    page = enter(agent).get(f"/share/{kind}/{subject.pk}/").content.decode()
    assert "<svg" in page
    assert "http://testserver/p/" in page
    assert "您好" in page
    link = page.partition('value="http://testserver')[2].partition('"')[0]
    opened = Client().get(link)
    assert opened.status_code == 200
    assert (known_parcel.number if kind == "waybill" else subject.number) in opened.content.decode()


def test_nobody_hands_over_what_they_do_not_see(
    known_parcel: Waybill, make_person: MakePerson, enter: Enter, run_events: RunEvents, other_outlet: Branch
) -> None:
    trouble(known_parcel)
    run_events()
    case = Case.objects.get()
    assert enter(make_person("courier")).get(f"/share/case/{case.pk}/").status_code == 404
    assert enter(make_person("agent", branch=other_outlet)).get(f"/share/case/{case.pk}/").status_code == 404
    assert enter(make_person("agent")).get("/share/task/1/").status_code == 404
