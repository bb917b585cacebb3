"""Webhooks by the programming interface: endpoints, their secrets, their log, sending again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.models import KeptAnswer
from suhui.platform.webhooks import services
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Attempt, Endpoint, Message
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db
BODY: dict[str, Any] = {"name": "数据平台", "url": "https://data.example.com/suhui", "kinds": ["case.opened"]}
KEY = "9f3c5a52-7a3e-4f0e-9a44-2b7c6d1c1f10"


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


@pytest.fixture
def there(db: None) -> Endpoint:
    return services.save_endpoint(endpoint=None, branch=None, by=SYSTEM, **BODY)


def message(endpoint: Endpoint, number: int, state: str = MessageState.FAILED) -> Message:
    at = now()
    return Message.objects.create(
        endpoint=endpoint,
        event_id=number,
        kind="case.opened",
        subject=f"case:{number}",
        body='{"type":"case.opened","data":{"number":"C1"}}',
        state=state,
        attempts_made=10,
        next_at=at,
        made_at=at,
    )


def test_an_endpoint_is_made_once_per_key_and_its_secret_told_by_one_call_only(one: Caller) -> None:
    answers = [one.post("/webhooks", BODY, idempotency_key=KEY) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    made = Endpoint.objects.get()
    here = f"/webhooks/{made.pk}"
    assert "whsec_" not in answers[0].content.decode() + one.get(here).content.decode()
    told = one.post(f"{here}/secret", idempotency_key="another").json()
    made.refresh_from_db()
    assert told["secret"] == made.secret
    assert "whsec_" not in one.get(here).content.decode() + one.get("/webhooks").content.decode()
    assert not [kept for kept in KeptAnswer.objects.all() if b"whsec_" in bytes(kept.body)]
    assert one.get(here).json()["old_secret_until"] == told["old_secret_until"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://data.example.com/"),
        ("url", "https://10.0.0.1/"),
        ("url", "https://[::1"),
        ("url", "https://a:b/"),
        ("kinds", ["case.nonsense"]),
        ("name", "  "),
        ("branch", 999_999),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(one: Caller, field: str, value: Any) -> None:
    refused = problem(one.post("/webhooks", BODY | {field: value}))
    assert (refused["status"], refused["errors"][0]["pointer"]) == (422, f"/{field}")
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_changed_in_the_state_one_saw(one: Caller, there: Endpoint, outlet: Branch) -> None:
    here = f"/webhooks/{there.pk}"
    tag = one.get(here)["ETag"]
    changed = one.patch(here, {"branch": outlet.pk, "kinds": ["case.closed"]}, if_match=tag)
    assert changed.status_code == 200, changed.content
    found = changed.json()
    assert (found["branch"]["id"], found["kinds"], found["name"]) == (outlet.pk, ["case.closed"], "数据平台")
    assert problem(one.patch(here, {"name": "别的"}, if_match=tag))["code"] == "changed"
    assert one.patch(here, {"branch": None}).json()["branch"] is None
    there.refresh_from_db()
    assert there.name == "数据平台"


def test_an_endpoint_is_paused_and_goes_on(one: Caller, there: Endpoint) -> None:
    here = f"/webhooks/{there.pk}"
    assert one.put(f"{here}/active", {"active": False}).json()["active"] is False
    assert one.put(f"{here}/active", {"active": False}).status_code == 200
    assert StoredEvent.objects.filter(kind="webhooks.EndpointChanged", payload__what="paused").count() == 1
    assert one.put(f"{here}/active", {"active": True}).json()["active"] is True
    told = StoredEvent.objects.filter(kind="webhooks.EndpointChanged").latest("id")
    assert told.actor_label.endswith("· 测试")


def test_a_trial_message_is_on_its_way(one: Caller, there: Endpoint) -> None:
    sent = one.post(f"/webhooks/{there.pk}/ping")
    assert (sent.status_code, sent.json()["kind"], sent.json()["state"]) == (201, "webhook.ping", "pending")
    assert Message.objects.get().uid == sent.json()["webhook_id"]


def test_the_log_is_read_page_by_page_with_few_questions(
    one: Caller, there: Endpoint, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(1, 8):
        message(there, number, MessageState.DELIVERED if number == 4 else MessageState.FAILED)
    with django_assert_max_num_queries(6):
        first = one.get(f"/webhooks/{there.pk}/messages", limit=4, state="failed").json()
    rest = one.get(f"/webhooks/{there.pk}/messages", limit=4, state="failed", cursor=first["next"]).json()
    assert [row["subject"] for row in first["rows"] + rest["rows"]] == [f"case:{n}" for n in (7, 6, 5, 3, 2, 1)]
    assert rest["next"] is None
    with django_assert_max_num_queries(6):
        listed = one.get("/webhooks").json()["rows"]
    assert (listed[0]["lost"], listed[0]["waiting"]) == (6, 0)


def test_a_message_is_seen_with_its_attempts_and_sent_again(one: Caller, there: Endpoint) -> None:
    lost = message(there, 7)
    Attempt.objects.create(message=lost, at=now(), millis=12, status=500, answer="oops")
    found = one.get(f"/webhooks/messages/{lost.pk}").json()
    assert (found["body"]["data"], found["attempts"][0]["answer"]) == ({"number": "C1"}, "oops")
    assert found["next_at"] is None
    again = one.post(f"/webhooks/messages/{lost.pk}/replay").json()
    assert (again["state"], again["attempts_made"]) == ("pending", 0)
    assert problem(one.post("/webhooks/messages/999999/replay"))["code"] == "missing"


def test_what_was_given_up_is_sent_again_from_a_moment_on(one: Caller, there: Endpoint) -> None:
    old, young = message(there, 1), message(there, 2)
    Message.objects.filter(pk=old.pk).update(made_at=now() - timedelta(days=3))
    since = (now() - timedelta(hours=1)).isoformat()
    assert one.post(f"/webhooks/{there.pk}/replay", {"since": since}).json() == {"messages": 1}
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {old.pk: "failed", young.pk: "pending"}


def test_webhooks_are_for_who_looks_after_the_system_as_a_whole(
    administrator: User, supervisor: User, outlet: Branch, there: Endpoint
) -> None:
    bound = caller(administrator, branch=outlet)
    narrow = caller(administrator, scopes=[Perm.CASE_VIEW])
    here = f"/webhooks/{there.pk}"
    paths = [("GET", "/webhooks"), ("GET", here), ("GET", f"{here}/messages"), ("POST", f"{here}/secret")]
    paths += [("POST", f"{here}/ping"), ("GET", "/webhooks/messages/1"), ("POST", "/webhooks/messages/1/replay")]
    for method, path in paths:
        assert problem(bound.call(method, path))["code"] == "person_needed", path
        assert problem(narrow.call(method, path))["code"] == "scope_missing", path
        assert problem(caller(supervisor).call(method, path))["status"] == 403, path
    assert not Message.objects.exists()
    secret = there.secret
    there.refresh_from_db()
    assert there.secret == secret
