from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from suhui.platform.notifications import services
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import User

Enter = Callable[[User], Client]


def ring(user: User, number: int, url: str = "/cases/1/") -> None:
    services.notify(to=[user], text="Conflict %(name)s", params={"name": f"T{number}"}, key=f"k{number}", url=url)


def test_the_bell_counts_and_shows_the_newest(enter: Enter, agent: User) -> None:
    for number in range(12):
        ring(agent, number)
    body = enter(agent).get(reverse("notifications:bell")).content.decode()
    assert ">12</span>" in body
    assert "T11" in body
    assert "T1<" not in body


def test_opening_a_line_marks_it_and_goes_there(enter: Enter, agent: User, supervisor: User) -> None:
    ring(agent, 1)
    line = Notification.objects.get()
    assert enter(supervisor).post(reverse("notifications:open", args=[line.pk])).status_code == 404
    response = enter(agent).post(reverse("notifications:open", args=[line.pk]))
    assert (response.status_code, response["Location"]) == (302, "/cases/1/")
    line.refresh_from_db()
    assert line.read_at is not None


def test_a_line_never_leads_out_of_the_house(enter: Enter, agent: User) -> None:
    ring(agent, 1, url="https://elsewhere.example/")
    response = enter(agent).post(reverse("notifications:open", args=[Notification.objects.get().pk]))
    assert response["Location"] == reverse("notifications:list")


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_takes_few_queries(
    enter: Enter, agent: User, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        ring(agent, number)
    client = enter(agent)
    with django_assert_max_num_queries(7):
        assert client.get(reverse("notifications:list")).status_code == 200
    client.post(reverse("notifications:read-all"))
    assert client.get(reverse("notifications:list"), {"unread": "1"}).status_code == 200
    assert not Notification.objects.filter(read_at=None).exists()
