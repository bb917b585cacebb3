"""One-click entry: only where the demo company is served, and only from this machine."""

from typing import Any

import pytest
from django.test import Client

from suhui.platform.people.models import User


@pytest.mark.parametrize(
    ("demo", "address", "enters"), [(True, "127.0.0.1", True), (True, "10.0.0.9", False), (False, "127.0.0.1", False)]
)
def test_entry(client: Client, agent: User, settings: Any, demo: bool, address: str, enters: bool) -> None:
    settings.DEMO = demo
    page = client.get("/sign-in/", REMOTE_ADDR=address).content.decode()
    assert (agent.name in page) is enters
    answer = client.post("/enter-as/", {"user": agent.pk}, REMOTE_ADDR=address)
    assert answer.status_code == (302 if enters else 404)
    assert ("_auth_user_id" in client.session) is enters


def test_nobody_is_entered_as_who_is_not_there(client: Client, agent: User, settings: Any) -> None:
    settings.DEMO = True
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.post("/enter-as/", {"user": agent.pk}).status_code == 404
    assert client.post("/enter-as/", {"user": "nonsense"}).status_code == 404
    assert "_auth_user_id" not in client.session
