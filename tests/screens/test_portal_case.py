from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from suhui.platform.core import clock
from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import links
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case
from tests.conftest import SYSTEM
from tests.screens.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def complaint(parcel: Waybill, outlet: Branch, agent: User) -> Case:
    taken = cases.intake(
        channel="portal",
        kind="complaint",
        text="杯子碎了，我的电话 13812345678",
        phone="13812345678",
        name="欧阳小明",
        waybills=[parcel],
        by=Actor.customer("欧***"),
    )
    return cases.take(case=taken.case, user=agent, by=Actor.staff(agent))


@pytest.fixture
def page(complaint: Case) -> str:
    return links.case_link(complaint)


def test_the_public_story_has_no_internal_words_and_nothing_personal(
    client: Client, complaint: Case, agent: User, page: str
) -> None:
    cases.note(case=complaint, text="内部：此人常投诉", by=Actor.staff(agent))
    cases.reply(case=complaint, text="您好，正在核实，请打 13700001111", by=Actor.staff(agent))
    html = client.get(page).content.decode()
    assert "杯子碎了" in html
    for secret in ("内部", "此人常投诉", "13812345678", "13700001111", "欧阳小明", agent.name):
        assert secret not in html, secret


def test_a_call_is_followed_without_the_agents_own_words(client: Client, agent: User, outlet: Branch) -> None:
    case = cases.intake(
        channel="phone",
        kind="complaint",
        text="客户语气很差，疑似惯常索赔",
        phone="13812345678",
        owner=agent,
        by=Actor.staff(agent),
    ).case
    cases.promise(case=case, text="今天回电", due_at=clock.now() + timedelta(hours=2), by=Actor.staff(agent))
    cases.intake(channel="phone", kind="complaint", text="又骂了一遍", append_to=fresh(case), by=Actor.staff(agent))
    html = client.get(links.case_link(case)).content.decode()
    assert "疑似惯常索赔" not in html
    assert "又骂了一遍" not in html
    for told in (case.number, "您来电反映", "今天回电"):
        assert told in html


def test_a_reply_is_read_only_after_it_was_really_sent(
    client: Client, complaint: Case, agent: User, page: str, time_machine: Any
) -> None:
    cases.reply(case=complaint, text="今天下午派送", by=Actor.staff(agent))
    assert "今天下午派送" not in client.get(page).content.decode()
    time_machine.move_to(clock.now() + timedelta(minutes=1))
    assert "今天下午派送" in client.get(page).content.decode()


@pytest.mark.parametrize("salt", ["", "plain", "other"])
def test_a_link_that_is_not_ours_opens_nothing(client: Client, complaint: Case, salt: str) -> None:
    forged = {"": str(complaint.pk), "plain": signing.dumps(complaint.pk)}
    token = forged.get(salt) or signing.dumps(complaint.pk, salt=salt)
    for tail in ("", "say/", "answer/", "rate/"):
        assert client.get(f"/p/cases/{token}/{tail}").status_code == 404
        assert client.post(f"/p/cases/{token}/{tail}", {"text": "x"}).status_code in {404, 405}


def test_a_link_ends_after_half_a_year(client: Client, complaint: Case, page: str, time_machine: Any) -> None:
    time_machine.move_to(clock.now() + timedelta(days=181))
    assert client.get(page).status_code == 404


def test_the_customer_writes_more_with_a_photo(client: Client, complaint: Case, page: str) -> None:
    answer = client.post(f"{page}say/", {"text": "再补一张照片", "camera": picture()})
    assert answer.status_code == 302
    entry = complaint.entries.get(kind="message_in")
    assert entry.files.get().owner_key == complaint.key
    html = client.get(page).content.decode()
    assert "再补一张照片" in html
    assert "/files/link/" in html
    assert client.post(f"{page}say/", {"text": " "}).status_code == 422


def test_the_customer_agrees_to_the_proposal_once(client: Client, complaint: Case, agent: User, page: str) -> None:
    proposal = cases.propose(case=fresh(complaint), text="赔偿 50 元", amount_fen=5000, by=Actor.staff(agent))
    assert "50.00" in client.get(page).content.decode()
    for _twice in range(2):
        assert client.post(f"{page}answer/", {"proposal": proposal.pk, "answer": "yes"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    assert fresh(complaint).state == "executing"
    assert complaint.entries.filter(kind="answer").count() == 1


def test_the_customer_refuses_with_a_reason(client: Client, complaint: Case, agent: User, page: str) -> None:
    proposal = cases.propose(case=fresh(complaint), text="道歉", by=Actor.staff(agent))
    silent = client.post(f"{page}answer/", {"proposal": proposal.pk, "answer": "no", "words": ""})
    assert silent.status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == "offered"
    client.post(f"{page}answer/", {"proposal": proposal.pk, "answer": "no", "words": "杯子值 80 元"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer_words) == ("refused", "杯子值 80 元")


def test_a_proposal_taken_back_in_the_meantime_is_not_agreed_to(
    client: Client, complaint: Case, agent: User, page: str
) -> None:
    proposal = cases.propose(case=fresh(complaint), text="道歉", by=Actor.staff(agent))
    cases.withdraw(proposal=proposal, by=Actor.staff(agent))
    assert client.post(f"{page}answer/", {"proposal": proposal.pk, "answer": "yes"}).status_code == 409
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_a_proposal_of_another_case_cannot_be_answered(
    client: Client, complaint: Case, outlet: Branch, agent: User, page: str
) -> None:
    other = cases.intake(channel="phone", kind="complaint", text="别的事", branch=outlet, by=SYSTEM).case
    proposal = cases.propose(case=fresh(other), text="道歉", by=Actor.staff(agent))
    assert client.post(f"{page}answer/", {"proposal": proposal.pk, "answer": "yes"}).status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == "offered"


def test_the_customer_rates_what_is_settled(client: Client, complaint: Case, agent: User, page: str) -> None:
    assert client.post(f"{page}rate/", {"stars": "5"}).status_code == 409
    cases.resolve(case=fresh(complaint), by=Actor.staff(agent))
    assert client.post(f"{page}rate/", {"stars": "6"}).status_code == 422
    client.post(f"{page}rate/", {"stars": "4", "words": "挺快的"})
    rated = fresh(complaint)
    assert (rated.satisfaction, rated.satisfaction_words) == (4, "挺快的")
    client.post(f"{page}rate/", {"stars": "2", "words": "又坏了"})
    assert fresh(complaint).satisfaction == 2


def test_too_many_messages_are_refused_and_nothing_is_kept(client: Client, complaint: Case, page: str) -> None:
    for number in range(22):
        client.post(f"{page}say/", {"text": f"话 {number}"})
    assert complaint.entries.filter(kind="message_in").count() == 20


def test_a_merged_case_is_followed_where_it_went(
    client: Client, complaint: Case, outlet: Branch, agent: User, page: str, supervisor: User
) -> None:
    other = cases.intake(channel="phone", kind="complaint", text="主案", branch=outlet, by=SYSTEM).case
    Case.objects.filter(pk=complaint.pk).update(merged_into=other, state="merged")
    assert other.number in client.get(page).content.decode()


@pytest.mark.parametrize("lines", [1, 30])
def test_the_page_takes_a_bounded_number_of_queries(
    client: Client, complaint: Case, page: str, lines: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(lines):
        cases.hear(case=fresh(complaint), text=f"话 {number}", by=Actor.customer(), channel="portal", at=clock.now())
    with django_assert_max_num_queries(20):
        client.get(page)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("branch").get(pk=case.pk)
