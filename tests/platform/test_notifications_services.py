from datetime import timedelta

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from suhui.platform.core import live
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.notifications import access, selectors, services
from suhui.platform.notifications.models import Notification
from suhui.platform.people import services as people
from suhui.platform.people.models import User
from tests.conftest import SYSTEM

TEXT = "%(count)s minutes ago, from %(name)s"


def test_the_same_key_rings_once_for_a_person(agent: User, supervisor: User) -> None:
    first = services.notify(to=[agent], text=TEXT, key="case:1:late", level="urgent", url="/cases/1/")
    again = services.notify(to=[agent, supervisor, agent], text=TEXT, key="case:1:late")
    assert first == [agent.pk]
    assert again == [supervisor.pk]
    assert Notification.objects.get(user=agent).level == "urgent"
    assert selectors.unread_count(agent) == 1


def test_the_departed_are_not_told(agent: User, administrator: User) -> None:
    people.deactivate(user=agent, by=SYSTEM)
    assert services.notify(to=[agent], text=TEXT, key="x") == []
    assert Notification.objects.count() == 0


def test_an_unknown_level_is_refused_and_nobody_told(agent: User) -> None:
    with pytest.raises(ValueError, match="loud"):
        services.notify(to=[agent], text=TEXT, key="x", level="loud")
    assert Notification.objects.count() == 0


def test_the_text_is_translated_when_it_is_read(agent: User) -> None:
    services.notify(to=[agent], text="Conflict %(name)s", params={"name": "T1"}, key="x")
    with translation.override("en"):
        assert Notification.objects.get().sentence == "Conflict T1"


@pytest.mark.parametrize("params", [{}, {"other": 1}])
def test_missing_values_never_break_the_bell(agent: User, params: dict[str, object]) -> None:
    services.notify(to=[agent], text=TEXT, params=params, key="x")
    assert Notification.objects.get().sentence


def test_marking_read_touches_ones_own_lines_only(agent: User, supervisor: User) -> None:
    services.notify(to=[agent, supervisor], text=TEXT, key="a")
    services.notify(to=[agent], text=TEXT, key="b")
    theirs = Notification.objects.get(user=supervisor)
    assert services.mark_read(user=agent, ids=[theirs.pk]) == 0
    assert services.mark_read(user=agent) == 2
    assert services.mark_read(user=agent) == 0
    assert selectors.unread_count(supervisor) == 1
    with pytest.raises(Missing):
        access.get_notification(agent, theirs.pk)


def test_what_is_no_longer_so_leaves_the_bell_unless_it_was_read(agent: User, supervisor: User) -> None:
    services.notify(to=[agent, supervisor], text=TEXT, key="a")
    services.mark_read(user=agent)
    assert services.take_away(keys=["a", "b"]) == 1
    assert list(Notification.objects.values_list("user", flat=True)) == [agent.pk]


def test_old_lines_go(agent: User) -> None:
    at = now()
    services.notify(to=[agent], text=TEXT, key="old", at=at - timedelta(days=100))
    services.notify(to=[agent], text=TEXT, key="new", at=at)
    assert services.forget_old(before=at - timedelta(days=90)) == 1
    assert Notification.objects.get().key == "new"


def test_a_bell_is_its_persons_alone(agent: User, supervisor: User) -> None:
    assert live.may_watch(agent, f"user:{agent.pk}")
    assert not live.may_watch(supervisor, f"user:{agent.pk}")


def test_telling_many_takes_few_queries(
    agent: User, supervisor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        services.notify(to=[agent, supervisor], text=TEXT, key="x")
