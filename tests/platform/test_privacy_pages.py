from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User
from suhui.platform.privacy import registry, services
from suhui.platform.privacy.models import Reveal
from tests.conftest import MakePerson

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def somebodys_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(user: User, key: str, field: str) -> str:
        if key != "7":
            raise Missing("not yours")
        return "138 1234 <b>1234</b>"

    monkeypatch.setitem(registry._kinds, "someone", registry.FieldKind("someone", "someone", reader))


def test_the_lock_asks_why_and_then_shows_the_value_safely(agent: User, enter: Enter) -> None:
    client = enter(agent)
    asked = client.get("/privacy/reveal/", {"key": "someone:7", "field": "phone:1"})
    assert 'value="contact"' in asked.content.decode()
    assert not Reveal.objects.exists()
    shown = client.post("/privacy/reveal/", {"key": "someone:7", "field": "phone:1", "reason": "contact"})
    assert shown.status_code == 200
    assert "138 1234 &lt;b&gt;1234" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Reveal.objects.count() == 1


def test_no_reason_no_value(agent: User, enter: Enter) -> None:
    answer = enter(agent).post(
        "/privacy/reveal/", {"key": "someone:7", "field": "phone:1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "1234" not in answer.content.decode()
    assert not Reveal.objects.exists()


def test_what_is_hidden_stays_hidden(agent: User, enter: Enter, make_person: MakePerson) -> None:
    client = enter(agent)
    answer = client.post("/privacy/reveal/", {"key": "someone:8", "field": "phone:1", "reason": "contact"})
    assert answer.status_code == 404
    client = enter(make_person("courier"))
    answer = client.post("/privacy/reveal/", {"key": "someone:7", "field": "phone:1", "reason": "contact"})
    assert answer.status_code == 403
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_reveals_takes_a_bounded_number_of_queries(
    supervisor: User, agent: User, enter: Enter, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _row in range(rows):
        services.reveal(user=agent, key="someone:7", field="phone:1", reason="contact")
    client = enter(supervisor)
    with django_assert_max_num_queries(14):
        page = client.get("/privacy/reveals/").content.decode()
    assert page.count("<tr>") == rows + 1
    assert "1234" not in page
    filtered = client.get("/privacy/reveals/", {"person": str(agent.pk), "reason": "verify"}).content.decode()
    assert "<td" not in filtered


def test_agents_do_not_read_the_list(agent: User, enter: Enter) -> None:
    assert enter(agent).get("/privacy/reveals/").status_code == 403
