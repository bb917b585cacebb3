from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from suhui.platform.core.clock import now
from suhui.platform.people import selectors, services
from suhui.platform.people.models import Branch, Role, User
from suhui.platform.people.permissions import Perm
from tests.conftest import SYSTEM, MakePerson


def test_holders_climb_the_tree_nearest_first(
    make_person: MakePerson, headquarters: Branch, region: Branch, outlet: Branch, other_outlet: Branch
) -> None:
    top = make_person("service-manager", name="甲经理", branch=headquarters)
    middle = make_person("service-supervisor", name="乙主管", branch=region)
    here = make_person("branch-manager", name="丙经理", branch=outlet)
    make_person("branch-manager", name="丁经理", branch=other_outlet)
    assert list(selectors.holders(Perm.SUPERVISE, outlet)) == [here, middle, top]
    assert list(selectors.holders(Perm.SUPERVISE, region)) == [middle, top]


def test_a_post_of_one_branch_does_not_reach_the_branches_below(
    make_person: MakePerson, region: Branch, outlet: Branch
) -> None:
    above = make_person("branch-clerk", branch=region)
    here = make_person("branch-clerk", branch=outlet)
    assert list(selectors.holders(Perm.CASE_EDIT, outlet)) == [here]
    assert list(selectors.holders(Perm.CASE_EDIT, region)) == [above]


def test_posts_for_own_work_are_not_asked_for_a_branch(make_person: MakePerson, outlet: Branch) -> None:
    make_person("courier", branch=outlet)
    assert not selectors.holders(Perm.WAYBILL_VIEW, outlet).exists()


def test_a_post_over_everything_stands_last(make_person: MakePerson, outlet: Branch, other_outlet: Branch) -> None:
    elsewhere = make_person("administrator", branch=other_outlet)
    here = make_person("branch-manager", branch=outlet)
    assert list(selectors.holders(Perm.SUPERVISE, outlet)) == [here, elsewhere]


def test_the_departed_and_the_absent_do_not_hold(make_person: MakePerson, region: Branch, outlet: Branch) -> None:
    gone, ill, there = (make_person("branch-manager", branch=outlet) for _number in range(3))
    make_person("administrator", branch=region)
    services.deactivate(user=gone, by=SYSTEM)
    at = now()
    services.begin_absence(user=ill, starts_at=at, ends_at=at + timedelta(hours=1), stand_in=None, by=SYSTEM)
    assert gone not in selectors.holders(Perm.SUPERVISE, outlet)
    assert ill in selectors.holders(Perm.SUPERVISE, outlet)
    present = list(selectors.holders(Perm.SUPERVISE, outlet, present_at=at))
    assert there in present
    assert ill not in present
    assert ill in selectors.holders(Perm.SUPERVISE, outlet, present_at=at + timedelta(hours=2))


def test_two_posts_of_one_person_count_once_and_by_the_nearer(
    make_person: MakePerson, region: Branch, outlet: Branch
) -> None:
    both = make_person("branch-manager", branch=outlet)
    role = Role.objects.get(code="service-supervisor")
    services.set_posts(
        user=make_person("administrator"), posts=[(Role.objects.get(code="administrator"), region)], by=SYSTEM
    )
    own = Role.objects.get(code="branch-manager")
    services.set_posts(user=both, posts=[(own, outlet), (role, region)], by=SYSTEM)
    found = [person for person in selectors.holders(Perm.SUPERVISE, outlet) if person == both]
    assert len(found) == 1
    assert selectors.holders(Perm.SUPERVISE, outlet).first() == both


def test_holders_take_one_query(
    make_person: MakePerson, outlet: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(10):
        make_person("branch-manager", branch=outlet)
    with django_assert_max_num_queries(1):
        assert len(selectors.holders(Perm.SUPERVISE, outlet)) == 10


@pytest.mark.parametrize("text", ["王小明", "小明", "wangxiao", "wang xiaoming", "wxm", "A00", "agent"])
def test_a_colleague_is_found_by_name_pinyin_initials_or_number(make_person: MakePerson, text: str) -> None:
    person = make_person("agent", name="王小明", staff_number="A001")
    make_person("warehouse", name="李四")
    assert selectors.colleagues(text) == [person]


def test_colleagues_of_the_branch_come_first(make_person: MakePerson, outlet: Branch, other_outlet: Branch) -> None:
    far = make_person("agent", name="安娜", branch=other_outlet)
    near = make_person("agent", name="周到", branch=outlet)
    assert selectors.colleagues("", branch=outlet) == [near, far]


def test_the_stand_in_of_the_moment(agent: User, supervisor: User) -> None:
    at = now()
    end = at + timedelta(days=1)
    services.begin_absence(user=agent, starts_at=at, ends_at=end, stand_in=supervisor, by=SYSTEM)
    assert selectors.stand_in_for(agent, at) == supervisor
    assert selectors.stand_in_for(agent, end) is None
    assert selectors.stand_in_for(supervisor, at) is None
