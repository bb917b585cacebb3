from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from suhui.engines.sla.models import Clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.models import Waybill
from suhui.service.cases import selectors, services
from suhui.service.cases.choices import CaseKind, CaseState, EntryKind
from suhui.service.cases.models import Case
from tests.service.cases import complain, parcel

pytestmark = pytest.mark.django_db
RunEvents = Callable[[], int]
MOST = 34
"""Statements that opening a case with a customer, a parcel and an open case about it may take."""


def test_a_call_becomes_a_case_with_number_customer_parcel_priority_clocks_and_story(
    agent: User, outlet: Branch
) -> None:
    waybill = parcel("YT1234567890123", outlet)
    taken = complain(agent, text="运单 YT1234567890123 外包装破了，要求赔偿", phone="13812345678", name="王小明")
    case = taken.case
    assert taken.opened
    assert case.number.startswith("T")
    assert case.customer is not None
    assert case.contact_phone == "+8613812345678"
    assert list(case.waybills.all()) == [waybill]
    assert case.branch == agent.branch
    assert case.priority_decision is not None
    assert case.policy is not None
    assert case.next_due_at is not None
    assert [entry.kind for entry in case.entries.all()] == [EntryKind.OPENED]
    assert case.checks.count() > 0
    assert StoredEvent.objects.filter(kind="cases.CaseOpened", subject=case.key).count() == 1


def test_the_first_answer_of_a_call_is_given_on_the_call(agent: User) -> None:
    case = complain(agent).case
    states = dict(Clock.objects.filter(subject=case.key).values_list("kind", "state"))
    assert states["first_response"] == "met"
    assert case.contacted_at is not None


def test_the_third_complaint_in_ninety_days_makes_its_customer_one_to_take_care_of(
    agent: User, run_events: RunEvents
) -> None:
    for number in range(3):
        taken = complain(agent, text=f"第 {number} 次投诉", phone="13812345678", join=False)
        run_events()
        assert taken.case.customer is not None
        taken.case.customer.refresh_from_db()
        assert taken.case.customer.tier == ("care" if number == 2 else "standard")
    customer = taken.case.customer
    assert customer is not None
    assert customer.complaints_90d == 3
    since = now() - timedelta(days=90)
    assert selectors.complaints_of([customer.pk], since) == {customer.pk: 3}
    Case.objects.filter(pk=taken.case.pk).update(opened_at=since - timedelta(days=1))
    assert selectors.complaints_of([customer.pk], since) == {customer.pk: 2}


def test_the_same_source_is_taken_in_once(agent: User) -> None:
    first = complain(agent, source="form:1")
    again = complain(agent, source="form:1")
    assert again.case == first.case
    assert Case.objects.count() == 1


def test_a_portal_message_about_the_same_parcel_goes_on_the_customers_open_case(agent: User, outlet: Branch) -> None:
    parcel("YT1234567890123", outlet)
    first = complain(agent, text="YT1234567890123 破损", phone="13812345678")
    second = services.intake(
        channel="portal",
        kind=CaseKind.COMPLAINT,
        text="YT1234567890123 什么时候处理？",
        phone="13812345678",
        by=Actor.customer(),
    )
    assert not second.opened
    assert second.case.pk == first.case.pk
    assert second.entry.kind == EntryKind.MESSAGE_IN
    assert Case.objects.get().awaits_reply_since is not None


def test_another_customer_asking_about_the_parcel_gets_a_case_of_their_own_linked_to_the_first(
    agent: User, outlet: Branch
) -> None:
    parcel("YT1234567890123", outlet)
    first = complain(agent, text="YT1234567890123 破损", phone="13812345678")
    second = services.intake(
        channel="portal", kind="enquiry", text="YT1234567890123 到哪了", phone="13900001111", by=Actor.customer()
    )
    assert second.opened
    assert second.case.branch == outlet
    assert [link.other_id for link in second.case.links.all()] == [first.case.pk]


def test_an_agent_is_offered_the_open_cases_about_the_parcel_and_of_the_customer(agent: User, outlet: Branch) -> None:
    waybill = parcel("YT1234567890123", outlet)
    about = complain(agent, text="YT1234567890123 破损", phone="13812345678").case
    same_customer = complain(agent, text="另一件事", phone="13812345678").case
    complain(agent, text="无关", phone="13900001111")
    offered = selectors.open_cases_for([waybill.pk], about.customer_id, user=agent)
    assert [case.pk for case in offered] == [about.pk, same_customer.pk]


def test_an_agent_may_put_the_words_on_the_case_offered(agent: User) -> None:
    case = complain(agent).case
    taken = complain(agent, text="又打来催了", append_to=case)
    assert taken.case.pk == case.pk
    assert not taken.opened


def test_what_cannot_be_understood_leaves_nothing_behind(agent: User) -> None:
    for bad in ({"kind": "nonsense"}, {"text": "  "}, {"phone": "abc"}, {"fields": {"happened_on": "gestern"}}):
        with pytest.raises(BadInput):
            complain(agent, **bad)
    assert Case.objects.count() == 0


def test_fields_of_the_kind_are_stored_typed(agent: User) -> None:
    case = complain(agent, fields={"value": "128.5", "insured": "on", "happened_on": "2026-11-20", "x": "y"}).case
    assert case.fields == {"value": 12850, "insured": True, "happened_on": "2026-11-20"}


def test_a_serious_complaint_is_more_important_and_faster_than_an_enquiry(agent: User) -> None:
    serious = complain(agent, severity=4, channel="portal").case
    idle = complain(agent, kind="enquiry", severity=1, channel="portal").case
    assert serious.priority > idle.priority
    assert serious.next_due_at is not None
    assert idle.next_due_at is not None


def test_a_complaint_from_the_portal_asks_its_owner_to_contact_the_customer_today(agent: User) -> None:
    from suhui.engines.tasks.models import Task

    case = complain(agent, channel="portal", owner=agent).case
    task = Task.objects.get(subject=case.key)
    assert task.assignee == agent
    assert task.due_at is not None
    assert task.due_at - now() < timedelta(days=10)
    services.log_contact(case=case, text="已致电", by=Actor.staff(agent), channel="phone", incoming=False)
    task.refresh_from_db()
    assert task.state == "done"


def test_a_damaged_parcel_becomes_a_case_once(outlet: Branch, run_events: RunEvents) -> None:
    from suhui.platform.core import events as stored
    from suhui.records.shipments.events import ExceptionRaised
    from suhui.records.shipments.models import WaybillException

    waybill = parcel("YT1234567890123", outlet)
    trouble = WaybillException.objects.create(
        waybill=waybill, kind="damaged", severity="high", branch=outlet, raised_at=now(), began_at=now(), due_at=now()
    )
    for _twice in range(2):
        stored.store(
            ExceptionRaised(
                waybill_id=waybill.pk,
                exception_id=trouble.pk,
                exception_kind="damaged",
                severity="high",
                open_case=True,
                notify_customer=False,
            ),
            by=Actor.carrier("yto"),
        )
    run_events()
    case = Case.objects.get()
    assert case.state == CaseState.NEW
    assert case.category is not None
    assert case.category.code == "damaged"
    trouble.refresh_from_db()
    assert trouble.case_key == case.key
    assert Waybill.objects.count() == 1


def test_opening_a_case_takes_few_statements(
    agent: User, outlet: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    parcel("YT1234567890123", outlet)
    words = "运单 YT1234567890123 外包装破了"
    complain(agent, text=words, phone="13812345678")
    with django_assert_max_num_queries(MOST):
        complain(agent, text=words, phone="13812345678", owner=agent)
    with django_assert_max_num_queries(MOST):
        complain(agent, text=words, channel="portal", join=False, by=Actor.customer())


def test_what_an_agent_wrote_down_of_a_call_is_the_desks_own_record(agent: User) -> None:
    case = complain(agent, text="客户情绪激动，疑似惯常索赔", phone="13812345678", name="王小明").case
    complain(agent, text="又来电，语气不好", append_to=case)
    assert selectors.public_story(case, now()) == []
    assert list(case.entries.filter(kind__in=["opened", "message_in"]).values_list("internal", flat=True)) == [True] * 2


def test_what_a_customer_wrote_stays_theirs_to_read(agent: User) -> None:
    case = complain(agent, channel="portal", text="杯子碎了", by=Actor.customer("王**")).case
    services.hear(case=case, text="还有一张照片", channel="portal", by=Actor.customer("王**"))
    assert [entry.text for entry in selectors.public_story(case, now())] == ["杯子碎了", "还有一张照片"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("请回电 13812345678", "请回电 138******78"),
        ("联系 wang.fang@example.com 或 0571-87654321", "联系 w***@example.com 或 057*******21"),
        ("说" * 50 + "电话13812345678请回", "说" * 50 + "电话138****…"),
    ],
)
def test_a_subject_shows_no_phone_and_no_half_of_one(agent: User, text: str, subject: str) -> None:
    case = complain(agent, text=text).case
    assert case.subject == subject
    assert case.text == text


def test_a_subject_that_was_typed_is_masked_too(agent: User) -> None:
    case = complain(agent, subject="回电 13812345678", owner=agent).case
    assert case.subject == "回电 138******78"
    services.change_particulars(case=case, by=Actor.staff(agent), subject="改打 13900001111")
    assert Case.objects.get().subject == "改打 139******11"
