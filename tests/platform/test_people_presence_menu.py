from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from suhui.platform.people.models import Presence, User
from tests.conftest import MakePerson

Enter = Callable[[User], Client]


def test_the_menu_says_and_changes_how_one_can_be_reached(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert "会议" in client.get(reverse("people:presence")).content.decode()
    sent = client.post(reverse("people:presence"), {"state": "busy", "reason": "会议"}, headers={"X-Suhui-Page": "1"})
    assert sent.status_code == 204
    assert Presence.objects.get(user=agent).reason == "会议"
    refused = client.post(reverse("people:presence"), {"state": "busy"})
    assert refused.status_code == 422
    assert Presence.objects.get(user=agent).reason == "会议"


def test_signing_in_makes_available_and_signing_out_offline(client: Client, make_person: MakePerson) -> None:
    person = make_person("agent", password="a-long-enough-word")
    client.post(reverse("people:sign-in"), {"username": person.username, "password": "a-long-enough-word"})
    assert Presence.objects.get(user=person).state == "idle"
    client.post(reverse("people:sign-out"))
    assert Presence.objects.get(user=person).state == "offline"
