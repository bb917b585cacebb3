"""Webhooks against a real receiver: signed, at least once, in order, retried, replayed, never into our own network."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_socket import enable_socket
from standardwebhooks import Webhook, WebhookVerificationError

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import Delivery, StoredEvent
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch, User
from suhui.platform.webhooks import guard, registry, selectors, services
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Attempt, Endpoint, Message
from suhui.platform.webhooks.services import sending
from suhui.service.cases import services as cases
from tests.conftest import SYSTEM
from tests.platform.receiver import Receiver, listening
from tests.service.cases import complain

RunEvents = Callable[[], int]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    enable_socket()
    settings.WEBHOOK_HOSTS = {"127.0.0.1"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening(Receiver()) as there:
        yield there


def add(receiver: Receiver, *kinds: str, branch: Branch | None = None) -> Endpoint:
    wanted = kinds or ("case.opened", "case.state_changed", "case.closed")
    return services.save_endpoint(
        endpoint=None, name="数据平台", url=receiver.url, kinds=wanted, branch=branch, by=SYSTEM
    )


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    with time_machine.travel(now() + by, tick=True):
        yield


def states(endpoint: Endpoint) -> list[str]:
    return [row.state for row in endpoint.messages.order_by("event_id")]


def test_what_is_sent_passes_the_published_verification(agent: User, receiver: Receiver, run_events: RunEvents) -> None:
    endpoint = add(receiver)
    case = complain(agent, name="张晓梅", phone="13812345678").case
    run_events()
    assert selectors.due_endpoints() == [endpoint.pk]
    services.send_due(endpoint_id=endpoint.pk)
    headers, body = receiver.got[0]
    said = Webhook(endpoint.secret).verify(body, headers)
    assert said["type"] == "case.opened"
    assert said["version"] == 1
    assert said["subject"] == case.key
    assert said["sequence"] == StoredEvent.objects.get(kind="cases.CaseOpened").pk
    assert said["data"]["number"] == case.number
    assert "张晓梅" not in body
    assert "13812345678" not in body
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body.replace(case.number, "T0000"), headers)
    assert states(endpoint)[0] == MessageState.DELIVERED
    assert Attempt.objects.get(message__kind="case.opened").answer == "收到"


def test_nothing_is_queued_that_nobody_wants(agent: User, receiver: Receiver, run_events: RunEvents) -> None:
    complain(agent)
    assert not Delivery.objects.filter(handler__startswith="webhooks.").exists()
    endpoint = add(receiver, "case.closed")
    complain(agent)
    run_events()
    assert not Message.objects.exists()
    services.pause(endpoint=endpoint, by=SYSTEM)
    assert not Delivery.objects.filter(handler__startswith="webhooks.").exists()


def test_opening_a_case_costs_no_statement_more_for_it(agent: User, receiver: Receiver) -> None:
    complain(agent)
    with CaptureQueriesContext(connection) as without:
        complain(agent)
    add(receiver)
    with CaptureQueriesContext(connection) as wanted:
        complain(agent)
    assert len(wanted) <= len(without)


def test_an_endpoint_of_a_branch_hears_of_that_branch_and_those_below(
    agent: User, region: Branch, other_outlet: Branch, receiver: Receiver, run_events: RunEvents
) -> None:
    above, beside = add(receiver, branch=region), add(receiver, branch=other_outlet)
    complain(agent)
    run_events()
    assert above.messages.filter(kind="case.opened").count() == 1
    assert not beside.messages.exists()


def test_an_event_handled_twice_is_one_message(agent: User, receiver: Receiver, run_events: RunEvents) -> None:
    endpoint = add(receiver, "case.opened")
    complain(agent)
    (delivery,) = Delivery.objects.filter(handler="webhooks.case.opened")
    run_events()
    Delivery.objects.create(
        event_id=delivery.event_id, handler=delivery.handler, subject=delivery.subject, next_at=now()
    )
    run_events()
    assert endpoint.messages.count() == 1


@pytest.mark.long
def test_fails_is_slow_is_killed_and_recovers_and_everything_arrives(
    agent: User, run_events: RunEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve messages to a receiver that refuses, breaks off, is too slow, dies and comes back."""
    monkeypatch.setattr(sending, "TIMEOUT", httpx.Timeout(0.3))
    receiver = Receiver()
    with listening(receiver):
        endpoint = add(receiver, "case.opened")
        for _number in range(12):
            complain(agent)
        run_events()
        receiver.answers = [500, 0, 503]
        assert services.send_due(endpoint_id=endpoint.pk) == 12
        assert endpoint.messages.filter(state=MessageState.DELIVERED).count() == 9
        receiver.gate.clear()
        with later(timedelta(seconds=6)):
            services.send_due(endpoint_id=endpoint.pk)
        receiver.gate.set()
        assert "Timeout" in Attempt.objects.order_by("-pk")[0].error
    with later(timedelta(minutes=10)):
        services.send_due(endpoint_id=endpoint.pk)
    assert "ConnectError" in Attempt.objects.order_by("-pk")[0].error
    with listening(receiver), later(timedelta(hours=1)):
        services.send_due(endpoint_id=endpoint.pk)
    sent = {row.uid for row in endpoint.messages.all()}
    assert len(sent) == 12
    assert set(receiver.ids()) == sent
    assert states(endpoint) == [MessageState.DELIVERED] * 12
    # Sent: the twelve, three again too slowly, three to a closed port, three at last.
    assert Attempt.objects.count() == 12 + 3 + 3 + 3
    assert len(receiver.got) == 12 + 3 + 3
    assert max(map(len, Attempt.objects.values_list("answer", flat=True))) <= sending.ANSWER
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


@pytest.mark.long
def test_later_news_of_a_subject_waits_for_the_earlier_but_not_for_ever(
    agent: User, receiver: Receiver, run_events: RunEvents
) -> None:
    endpoint = add(receiver, "case.opened", "case.state_changed")
    case = complain(agent).case
    cases.change_state(case=case, to="in_progress", by=SYSTEM)
    other = complain(agent).case
    run_events()
    receiver.answers = [500]
    services.send_due(endpoint_id=endpoint.pk)
    kinds = [(json.loads(body)["type"], json.loads(body)["subject"]) for _headers, body in receiver.got]
    assert kinds == [("case.opened", case.key), ("case.opened", other.key)]
    for passed in (timedelta(minutes=1), timedelta(hours=1)):
        receiver.answers = [500]
        with later(passed):
            services.send_due(endpoint_id=endpoint.pk)
    assert json.loads(receiver.got[-1][1])["type"] == "case.state_changed"
    with later(timedelta(hours=3)):
        services.send_due(endpoint_id=endpoint.pk)
    assert states(endpoint) == [MessageState.DELIVERED] * 3


@pytest.mark.long
def test_a_message_is_given_up_after_three_days_and_can_be_sent_again(
    agent: User, receiver: Receiver, run_events: RunEvents
) -> None:
    endpoint = add(receiver, "case.opened")
    complain(agent)
    run_events()
    began, passed = now(), timedelta()
    for wait in [timedelta(), *sending.WAITS]:
        passed += wait + timedelta(seconds=1)
        receiver.answers = [500]
        with time_machine.travel(began + passed, tick=True):
            assert services.send_due(endpoint_id=endpoint.pk) == 1
    assert timedelta(days=3) < passed < timedelta(days=4)
    assert states(endpoint) == [MessageState.FAILED]
    assert services.send_due(endpoint_id=endpoint.pk) == 0
    assert services.replay_failed(endpoint=endpoint, since=now() + DAY, by=SYSTEM) == 0
    assert services.replay_failed(endpoint=endpoint, since=began - DAY, by=SYSTEM) == 1
    services.send_due(endpoint_id=endpoint.pk)
    assert states(endpoint) == [MessageState.DELIVERED]
    assert len(set(receiver.ids())) == 1


def test_an_endpoint_that_fails_for_days_is_switched_off_and_administrators_are_told(
    agent: User, administrator: User, receiver: Receiver, run_events: RunEvents
) -> None:
    endpoint = add(receiver, "case.opened")
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=now() - timedelta(days=6))
    complain(agent)
    run_events()
    receiver.answers = [500]
    services.send_due(endpoint_id=endpoint.pk)
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.switched_off_at is not None) == (False, True)
    notice = Notification.objects.get(user=administrator)
    assert notice.params == {"name": "数据平台"}
    assert selectors.due_endpoints() == []
    services.resume(endpoint=endpoint, by=SYSTEM)
    assert services.send_due(endpoint_id=endpoint.pk) == 1
    assert states(endpoint) == [MessageState.DELIVERED]


def test_an_endpoint_that_is_gone_is_switched_off_at_once(receiver: Receiver, administrator: User) -> None:
    endpoint = add(receiver)
    services.ping(endpoint=endpoint, by=SYSTEM)
    receiver.answers = [410]
    services.send_due(endpoint_id=endpoint.pk)
    endpoint.refresh_from_db()
    assert not endpoint.active


def test_both_secrets_sign_for_a_day_after_a_change(receiver: Receiver, db: None) -> None:
    endpoint = add(receiver)
    old = endpoint.secret
    services.rotate_secret(endpoint=endpoint, by=SYSTEM)
    services.ping(endpoint=endpoint, by=SYSTEM)
    services.send_due(endpoint_id=endpoint.pk)
    headers, body = receiver.got[-1]
    assert Webhook(old).verify(body, headers) == Webhook(endpoint.secret).verify(body, headers)
    with later(DAY + timedelta(minutes=1)):
        services.ping(endpoint=endpoint, by=SYSTEM)
        services.send_due(endpoint_id=endpoint.pk)
        headers, body = receiver.got[-1]
        assert Webhook(endpoint.secret).verify(body, headers)["type"] == "webhook.ping"
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(body, headers)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.cn/hook",
        "https://10.0.0.5/hook",
        "https://169.254.169.254/latest",
        "https://[::1]/hook",
        "https://[::ffff:192.168.1.1]/",
        "https://100.64.1.1/",
        "ftp://shop.example.cn/",
        "https://user:word@shop.example.cn/",
        "https:///hook",
    ],
)
def test_addresses_of_our_own_network_are_refused(url: str, settings: Any, db: None) -> None:
    settings.WEBHOOK_HOSTS = set()
    with pytest.raises(BadInput):
        services.save_endpoint(endpoint=None, name="x", url=url, kinds=["case.opened"], branch=None, by=SYSTEM)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "fd00::1", "224.0.0.1", "0.0.0.0"])
def test_a_name_that_leads_into_our_network_is_not_called(
    address: str, settings: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    endpoint = add(receiver)
    settings.WEBHOOK_HOSTS = set()
    Endpoint.objects.update(url=f"https://shop.example.cn:{receiver.port}/hook")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_m: [(0, 0, 0, "", (address, 443))])
    services.ping(endpoint=endpoint, by=SYSTEM)
    services.send_due(endpoint_id=endpoint.pk)
    assert receiver.got == []
    assert Attempt.objects.get().error == "the name leads into a private network"


def test_the_very_address_that_was_checked_is_called(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = set()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_m: [(0, 0, 0, "", ("8.8.8.8", 443))])
    target = guard.aim("https://shop.example.cn/hook?a=1")
    assert (target.url, target.header) == ("https://8.8.8.8:443/hook?a=1", "shop.example.cn")


def test_old_messages_go_and_young_ones_stay(agent: User, receiver: Receiver, run_events: RunEvents) -> None:
    endpoint = add(receiver, "case.opened")
    for _number in range(3):
        complain(agent)
    run_events()
    old, lost, young = endpoint.messages.order_by("event_id")
    Message.objects.filter(pk=old.pk).update(state=MessageState.DELIVERED, done_at=now() - 31 * DAY)
    Message.objects.filter(pk=lost.pk).update(state=MessageState.FAILED, done_at=now() - 31 * DAY)
    assert services.forget_old(delivered_before=now() - 30 * DAY, failed_before=now() - 90 * DAY) == 1
    assert set(endpoint.messages.values_list("pk", flat=True)) == {lost.pk, young.pk}


def test_pages_show_the_secret_once_and_the_log_and_send_again(
    administrator: User, enter: Callable[[User], Client], receiver: Receiver
) -> None:
    client = enter(administrator)
    assert client.get(reverse("webhooks:list")).status_code == 200
    form = {"name": "店铺", "url": receiver.url, "kinds": ["case.opened"], "branch": ""}
    assert client.post(reverse("webhooks:new"), {**form, "kinds": []}).status_code == 422
    client.post(reverse("webhooks:new"), form)
    endpoint = Endpoint.objects.get()
    page = reverse("webhooks:endpoint", args=[endpoint.pk])
    assert endpoint.secret in client.get(page).content.decode()
    assert endpoint.secret not in client.get(page).content.decode()
    client.post(reverse("webhooks:secret", args=[endpoint.pk]))
    endpoint.refresh_from_db()
    assert endpoint.secret in client.get(page).content.decode()
    client.post(reverse("webhooks:ping", args=[endpoint.pk]))
    receiver.answers = [500]
    services.send_due(endpoint_id=endpoint.pk)
    message = Message.objects.get()
    shown = client.get(reverse("webhooks:message", args=[message.pk])).content.decode()
    assert "webhook.ping" in shown
    assert "500" in shown
    Message.objects.update(state=MessageState.FAILED, done_at=now())
    client.post(reverse("webhooks:replay-failed", args=[endpoint.pk]), {"since": "2026-01-01T00:00"})
    assert states(endpoint) == [MessageState.PENDING]
    assert message.uid in client.get(reverse("webhooks:log", args=[endpoint.pk])).content.decode()
    client.post(reverse("webhooks:switch", args=[endpoint.pk]))
    endpoint.refresh_from_db()
    assert not endpoint.active
    client.post(reverse("webhooks:change", args=[endpoint.pk]), {**form, "name": "仓库"})
    endpoint.refresh_from_db()
    assert endpoint.name == "仓库"
    told = json.dumps(list(StoredEvent.objects.values_list("payload", flat=True)))
    assert "whsec_" not in told


def test_only_administrators_open_the_pages(agent: User, enter: Callable[[User], Client], receiver: Receiver) -> None:
    endpoint = add(receiver)
    client = enter(agent)
    for name, args in (("list", []), ("new", []), ("endpoint", [endpoint.pk]), ("change", [endpoint.pk])):
        assert client.get(reverse(f"webhooks:{name}", args=args)).status_code == 403
    assert client.post(reverse("webhooks:secret", args=[endpoint.pk])).status_code == 403
    assert Endpoint.objects.get().secret == endpoint.secret


@pytest.mark.parametrize("name", [kind.name for kind in registry.kinds()])
def test_every_kind_has_a_name_an_administrator_reads(name: str) -> None:
    assert registry.label(name) != name
