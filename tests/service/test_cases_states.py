"""The life of a case as a machine: whatever people do, in whatever order, it keeps its laws."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from suhui.engines.sla.models import Clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import SuhuiError
from suhui.platform.people import services as people
from suhui.platform.people.models import Role, User
from suhui.service.cases import services, states
from suhui.service.cases.choices import CaseKind, CaseState, ProposalState
from suhui.service.cases.models import Case, CaseEntry, Cause
from tests.service.cases import anew, complain

SYSTEM = Actor.system("test")


def test_every_state_has_its_ways_and_every_way_leads_to_a_state() -> None:
    assert set(states.NEXT) == set(CaseState)
    assert all(set(ways) <= set(CaseState) for ways in states.NEXT.values())


@pytest.mark.parametrize("kind", CaseKind.values)
@pytest.mark.parametrize("state", CaseState.values)
def test_the_menu_offers_only_what_the_table_allows(state: str, kind: str) -> None:
    offered = states.choices_from(state, kind)
    assert state not in offered
    assert all(states.may_move(state, to) for to in offered)


def test_from_every_open_state_a_case_can_be_ended() -> None:
    for state in states.OPEN:
        assert states.NEXT[state] & states.ENDED


class CaseMachine(RuleBasedStateMachine):
    """One complaint and its agent; every rule may be refused, but never half done."""

    agent: User

    def __init__(self) -> None:
        super().__init__()
        self.at = now()
        self.pk = complain(self.agent, channel="portal", owner=self.agent).case.pk
        self.seen = self.case.state

    @property
    def case(self) -> Case:
        return anew(Case(pk=self.pk))

    def attempt(self, service: Any, **values: Any) -> None:
        before, lines = self.case, CaseEntry.objects.filter(case=self.pk).count()
        try:
            service(by=Actor.staff(self.agent), at=self.at, **values)
        except SuhuiError:
            after = self.case
            assert (after.state, after.version) == (before.state, before.version)
            assert CaseEntry.objects.filter(case=self.pk).count() == lines

    @rule(to=st.sampled_from([s.value for s in CaseState]))
    def set_state(self, to: str) -> None:
        self.attempt(services.change_state, case=self.case, to=to)

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        services.publish_due(self.at)

    @rule()
    def reply(self) -> None:
        self.attempt(services.reply, case=self.case, text="您好")

    @rule()
    def customer_writes(self) -> None:
        services.hear(case=self.case, text="在吗", by=Actor.customer(), channel="portal", at=self.at)

    @rule()
    def propose(self) -> None:
        self.attempt(services.propose, case=self.case, text="赠券")

    @rule(accepted=st.booleans())
    def answer(self, accepted: bool) -> None:
        offer = self.case.proposals.select_related("case__branch").filter(state=ProposalState.OFFERED).first()
        if offer is not None:
            offer.case = self.case
            self.attempt(services.record_answer, proposal=offer, accepted=accepted, words="好的")

    @rule()
    def resolve(self) -> None:
        self.attempt(services.resolve, case=self.case)

    @rule()
    def close(self) -> None:
        values = {"outcome": "solved", "cause": Cause.objects.first(), "anyway": True}
        self.attempt(services.close, case=self.case, **values)

    @rule()
    def reopen(self) -> None:
        self.attempt(services.reopen, case=self.case, reason="又来了")

    @invariant()
    def moves_only_along_the_table(self) -> None:
        told = CaseEntry.objects.filter(case=self.pk, kind="state").order_by("id")
        steps = [(entry.data["before"], entry.data["state"]) for entry in told]
        assert all(states.may_move(before, after) for before, after in steps)
        assert all(one[1] == other[0] for one, other in pairwise(steps))
        assert self.case.state == (steps[-1][1] if steps else CaseState.NEW)

    @invariant()
    def clocks_go_with_the_state(self) -> None:
        case = self.case
        running = Clock.objects.filter(subject=case.key, state__in=["running", "breached_open"])
        if case.state in states.ENDED | states.PAUSING:
            assert not running.exists()
            assert case.next_due_at is None
        else:
            assert case.next_due_at == min(_due(clock) for clock in running)

    @invariant()
    def ended_and_open_cases_look_so(self) -> None:
        case = self.case
        assert (case.closed_at is not None) == (case.state == CaseState.CLOSED)
        assert case.proposals.filter(state=ProposalState.OFFERED).count() == (case.state == CaseState.PROPOSED)


def _due(clock: Clock) -> datetime:
    return clock.due_at


class TestLife(TestCase):
    @pytest.mark.long
    def test_whatever_people_do_a_case_keeps_its_laws(self) -> None:
        root = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
        role = Role.objects.get(code="agent")
        CaseMachine.agent = people.add_person(username="a", name="王芳", branch=root, roles=[role], by=SYSTEM)
        run_state_machine_as_test(
            CaseMachine,
            settings=settings(
                max_examples=6,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
