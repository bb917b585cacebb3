"""A page of the work list is read by its ids from an index; it is the same page as the list's own rows."""

from datetime import timedelta

import pytest

from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, User
from suhui.service.cases.choices import CaseState
from suhui.service.cases.models import Case
from suhui.service.cases.selectors import lists
from suhui.service.cases.selectors.lists import Filter


@pytest.fixture
def cases(outlet: Branch, other_outlet: Branch) -> list[Case]:
    at = now()
    return [
        Case.objects.create(
            number=f"T{number:04d}",
            kind="enquiry",
            channel="phone",
            state=CaseState.CLOSED if number % 3 == 0 else CaseState.NEW,
            branch=other_outlet if number % 5 == 0 else outlet,
            subject="查件" if number % 2 else "催派送",
            next_due_at=None if number % 3 == 0 else at + timedelta(hours=number % 7),
            last_entry_at=at - timedelta(hours=number % 11),
            opened_at=at - timedelta(hours=number),
        )
        for number in range(40)
    ]


@pytest.mark.parametrize("sort", ["", "newest", "changed"])
@pytest.mark.parametrize("state", [(), ("open",), ("ended",)])
def test_pages_hold_the_rows_of_the_list_in_its_order(
    agent: User, cases: list[Case], sort: str, state: tuple[str, ...]
) -> None:
    wanted, at = Filter(sort=sort, state=state), now()
    whole = list(lists.listed(agent, wanted, at).values_list("pk", flat=True))
    read = [row.pk for start in range(0, 40, 9) for row in lists.page_of(agent, wanted, at, start, 9)]
    assert read == whole
    assert len(whole) == len([case for case in cases if case.branch_id == agent.branch_id and fits(case, state)])


def fits(case: Case, state: tuple[str, ...]) -> bool:
    return not state or (case.state == CaseState.NEW) == (state == ("open",))


def test_a_word_of_the_subject_is_found_before_and_after_it_is_indexed(agent: User, cases: list[Case]) -> None:
    at = now()
    fresh = lists.page_of(agent, Filter(q="催派"), at, 0, 50)
    assert {row.subject for row in fresh} == {"催派送"}
    later = lists.page_of(agent, Filter(q="t0007"), at, 0, 50)
    assert [row.number for row in later] == ["T0007"]
