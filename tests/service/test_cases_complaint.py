"""The complaint procedure from first word to a satisfied customer, and what to do next at each step."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import Branch, User
from suhui.service.cases import guidance, selectors, services
from suhui.service.cases.choices import CaseState
from suhui.service.cases.models import Case, Cause, Proposal
from suhui.service.cases.ui.cases import facts_of, tasks_of_family
from tests.service.cases import anew, complain, parcel

pytestmark = pytest.mark.django_db
RunEvents = Callable[[], int]
MakePerson = Callable[..., User]
CUSTOMER = Actor.customer("王**")


def advised(case: Case) -> str | None:
    fresh = anew(case)
    step = guidance.next_step(facts_of(fresh, tasks_of_family([fresh.pk]), now()))
    return step.code if step else None


def test_a_complaint_from_first_word_to_a_satisfied_customer(
    agent: User, outlet: Branch, other_outlet: Branch, make_person: MakePerson, run_events: RunEvents
) -> None:
    clerk, by = make_person("branch-clerk", branch=other_outlet), Actor.staff(agent)
    parcel("YT1234567890123", other_outlet)
    case = services.intake(
        channel="portal",
        kind="complaint",
        text="YT1234567890123 破损",
        phone="13812345678",
        remedy="赔偿",
        by=CUSTOMER,
        branch=outlet,
    ).case
    assert advised(case) == "take"
    services.take(case=case, user=agent, by=by)
    assert Task.objects.filter(subject=case.key, assignee=agent).count() == 1
    assert advised(case) == "reply"
    services.log_contact(case=anew(case), text="已致歉并复述诉求", by=by, channel="phone", incoming=False)
    assert advised(case) == "ask-facts"

    asked = services.request_facts(case=anew(case), question="请核实破损环节", by=by, branch=other_outlet)
    assert anew(case).state == CaseState.WAITING_DEPARTMENT
    assert advised(case) == "wait-facts"
    tasks.complete(task=asked, result="卸车时被压", by=Actor.staff(clerk))
    run_events()
    assert anew(case).state == CaseState.IN_PROGRESS
    assert case.entries.filter(text="卸车时被压").count() == 1
    assert advised(case) == "propose"

    offer = services.propose(
        case=anew(case),
        text="赔偿 128 元",
        amount_fen=12800,
        steps=[services.Step("退款 128 元", other_outlet)],
        by=by,
    )
    assert advised(case) == "answer"
    offer.case = anew(case)
    services.record_answer(proposal=offer, accepted=True, by=CUSTOMER, channel="portal")
    assert anew(case).state == CaseState.EXECUTING
    assert advised(case) == "follow-through"
    step = Task.objects.get(subject=case.key, kind="action_request")
    assert step.branch == other_outlet
    tasks.complete(task=step, result="已退款", by=Actor.staff(clerk))
    run_events()
    assert advised(case) == "resolve"

    services.resolve(case=anew(case), by=by)
    assert advised(case) == "ask-satisfaction"
    services.rate(case=anew(case), stars=5, words="满意", by=CUSTOMER, channel="portal")
    assert advised(case) == "close"
    services.close(case=anew(case), outcome="compensated", cause=Cause.objects.get(code="sorting-rough"), by=by)
    assert anew(case).state == CaseState.CLOSED
    assert advised(case) is None
    read = [entry.text for entry in selectors.public_story(anew(case), now())]
    assert "卸车时被压" not in read
    assert "赔偿 128 元" in read
    assert len([entry for entry in selectors.public_story(anew(case), now()) if entry.data.get("progress")]) == 2


def test_a_refusal_needs_its_reason_and_brings_the_case_back_to_work(agent: User) -> None:
    by = Actor.staff(agent)
    case = complain(agent, owner=agent).case
    offer = services.propose(case=case, text="赠券一张", by=by)
    with pytest.raises(BadInput):
        services.record_answer(proposal=offer, accepted=False, by=CUSTOMER)
    assert anew(case).state == CaseState.PROPOSED
    services.record_answer(proposal=offer, accepted=False, words="太少了", by=CUSTOMER)
    assert anew(case).state == CaseState.IN_PROGRESS
    assert advised(case) == "propose-again"
    assert not Task.objects.filter(subject=case.key, kind="action_request").exists()


def test_a_proposal_is_answered_once(agent: User) -> None:
    case = complain(agent, owner=agent).case
    offer = services.propose(case=case, text="赠券一张", by=Actor.staff(agent))
    stale = Proposal.objects.select_related("case__branch").get(pk=offer.pk)
    services.record_answer(proposal=offer, accepted=True, by=CUSTOMER)
    services.record_answer(proposal=offer, accepted=True, by=CUSTOMER)
    with pytest.raises(Conflict):
        services.record_answer(proposal=stale, accepted=False, words="不", by=CUSTOMER)
    assert anew(case).state == CaseState.EXECUTING
    assert case.entries.filter(kind="answer").count() == 1


def test_one_proposal_at_a_time_and_none_left_open_at_closing(agent: User) -> None:
    by = Actor.staff(agent)
    case = complain(agent, owner=agent).case
    offer = services.propose(case=case, text="赠券一张", by=by)
    with pytest.raises(Refused):
        services.propose(case=anew(case), text="赠券两张", by=by)
    with pytest.raises(Refused):
        services.close(case=anew(case), outcome="solved", cause=Cause.objects.first(), by=by)
    services.withdraw(proposal=offer, by=by)
    assert anew(case).state == CaseState.IN_PROGRESS
    services.propose(case=anew(case), text="赠券两张", by=by)
    assert case.proposals.count() == 2


def test_a_request_given_back_warns_the_owner(
    agent: User, make_person: MakePerson, other_outlet: Branch, run_events: RunEvents
) -> None:
    from suhui.platform.notifications.models import Notification

    clerk = make_person("branch-clerk", branch=other_outlet)
    case = complain(agent, owner=agent).case
    asked = services.request_facts(case=case, question="请核实", by=Actor.staff(agent), branch=other_outlet)
    tasks.give_back(task=asked, reason="不是我们网点", by=Actor.staff(clerk))
    run_events()
    assert case.entries.filter(text="不是我们网点").exists()
    assert Notification.objects.filter(user=agent, key__startswith=f"{case.key}:returned").exists()


def test_a_late_clock_is_written_into_the_story_and_shown_first(agent: User, run_events: RunEvents) -> None:
    from suhui.engines.sla import services as sla

    case = complain(agent, channel="portal", owner=agent).case
    due = anew(case).next_due_at
    assert due is not None
    sla.tick(due + timedelta(minutes=1))
    run_events()
    assert case.entries.filter(kind="clock").exists()
    assert anew(case).next_due_at == due


def test_what_was_promised_is_told_in_the_story_when_kept(agent: User, run_events: RunEvents) -> None:
    case = complain(agent, owner=agent).case
    task = services.promise(case=case, text="回电", due_at=now() + timedelta(hours=1), by=Actor.staff(agent))
    tasks.keep_promise(task=task, by=Actor.staff(agent))
    run_events()
    assert [e.data["what"] for e in case.entries.filter(kind="promise")] == ["made", "kept"]
