"""Save as you go, take back, and say so: drafts, toasts, preferences."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import drafts, undo
from suhui.platform.desk.models import Draft
from suhui.platform.people.models import User

Enter = Callable[[User], Client]


def put(client: Client, key: str, fields: dict[str, str]) -> Any:
    return client.put("/draft/", json.dumps({"key": key, "fields": fields}), content_type="application/json")


def test_a_draft_is_saved_and_comes_back_after_signing_in_again(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert put(client, "case:17:note", {"text": "客户要求"}).json()["saved"]
    put(client, "case:17:note", {"text": "客户要求今天送到"})
    client.logout()
    assert enter(agent).get("/draft/?key=case:17:note").json()["fields"] == {"text": "客户要求今天送到"}


def test_a_draft_is_its_writers_own(enter: Enter, agent: User, supervisor: User) -> None:
    put(enter(agent), "case:17:note", {"text": "客户要求"})
    assert enter(supervisor).get("/draft/?key=case:17:note").status_code == 204


def test_a_draft_that_is_too_long_is_refused_and_the_earlier_one_stays(agent: User) -> None:
    drafts.save(user=agent, key="note", fields={"text": "短"})
    with pytest.raises(BadInput):
        drafts.save(user=agent, key="note", fields={"text": "长" * 50_000})
    assert Draft.objects.get(user=agent).fields == {"text": "短"}


def test_nonsense_is_no_draft(enter: Enter, agent: User) -> None:
    answer = enter(agent).put("/draft/", "[1, 2", content_type="application/json", headers={"X-Suhui-Page": "1"})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_the_draft_goes_when_its_form_is_accepted_and_stays_when_it_is_not(enter: Enter, agent: User) -> None:
    client = enter(agent)
    drafts.save(user=agent, key="look", fields={"theme": "dark"})
    client.post("/preferences/", {"theme": "pink", "_draft": "look"})
    assert drafts.find(user=agent, key="look")
    client.post("/preferences/", {"theme": "dark", "_draft": "look"})
    assert drafts.find(user=agent, key="look") is None


def test_preferences_are_kept_and_what_does_not_exist_is_refused(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert client.post("/preferences/", {"theme": "dark", "density": "comfortable"}).status_code == 302
    assert client.post("/preferences/", {"theme": "light", "language": "xx"}).status_code == 422
    agent.refresh_from_db()
    assert (agent.theme, agent.density, agent.language) == ("dark", "comfortable", "zh-hans")


@undo.undoes("test.rename")
def _rename_back(payload: dict[str, Any], by: object) -> None:
    User.objects.filter(pk=payload["user"]).update(name=payload["was"])


def test_undo_takes_back_says_so_and_lets_the_page_stay(enter: Enter, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(name="新名")
    offer = undo.offer(kind="test.rename", payload={"user": agent.pk, "was": "王芳"}, text="改名", user=agent)
    answer = enter(agent).post(f"/undo/{offer.token}/", headers={"X-Suhui-Page": "1"})
    assert answer.status_code == 204
    assert "改名" in json.loads(answer.headers["X-Suhui-Toasts"])[0]["text"]
    agent.refresh_from_db()
    assert agent.name == "王芳"


def test_undo_after_its_time_is_refused_and_nothing_moves(enter: Enter, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(name="新名")
    offer = undo.offer(kind="test.rename", payload={"user": agent.pk, "was": "王芳"}, text="改名", user=agent)
    with time_machine.travel(now() + timedelta(seconds=11)):
        assert enter(agent).post(f"/undo/{offer.token}/").status_code == 409
    agent.refresh_from_db()
    assert agent.name == "新名"


def test_undo_is_offered_to_one_person_only(enter: Enter, agent: User, supervisor: User) -> None:
    offer = undo.offer(kind="test.rename", payload={"user": agent.pk, "was": "王芳"}, text="改名", user=agent)
    assert enter(supervisor).post(f"/undo/{offer.token}/").status_code == 404


def test_a_toast_survives_a_redirect_and_is_shown_once(enter: Enter, administrator: User) -> None:
    client = enter(administrator)
    offer = undo.offer(
        kind="test.rename", payload={"user": administrator.pk, "was": "管理员"}, text="改名", user=administrator
    )
    assert client.post(f"/undo/{offer.token}/", headers={"Referer": "/settings/"}).status_code == 302
    assert "data-toasts>" in client.get("/settings/").content.decode()
    assert "data-toasts>" not in client.get("/settings/").content.decode()
