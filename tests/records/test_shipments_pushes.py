import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch
from suhui.records.shipments import services
from suhui.records.shipments.adapters.kuaidi100 import md5
from suhui.records.shipments.choices import PushState, Status, SubscriptionState
from suhui.records.shipments.models import CarrierAccount, CarrierPush, ScanEvent, Subscription, Waybill
from suhui.records.shipments.services import Facts
from suhui.records.shipments.services.subscriptions import due_ids
from tests.records.test_shipments_adapters import KUAIDI100_TOLD, FakeServer

BY = Actor.system("test")
PUSH = "/hooks/carriers/kuaidi100/"


@pytest.fixture
def account(db: None) -> CarrierAccount:
    return services.save_account(
        provider="kuaidi100",
        name="快递100",
        customer="C1",
        secrets={"key": "the-key", "salt": "the-salt"},
        callback="http://127.0.0.1/hooks/carriers/kuaidi100/",
        by=BY,
    )


@pytest.fixture
def waybill(account: CarrierAccount, outlet: Branch, run_events: Any) -> Waybill:
    facts = Facts(destination=outlet, recipient_phone="13812345678")
    row = services.register_waybill(number="YT9693083639795", carrier="yto", facts=facts, by=BY)
    run_events()
    return row


def line(time: str, code: str, text: str) -> dict[str, str]:
    return {"time": time, "ftime": time, "context": text, "statusCode": code}


def fields(
    *lines: dict[str, str], salt: str = "the-salt", number: str = "YT9693083639795", **more: Any
) -> dict[str, str]:
    last = {"nu": number, "com": "yuantong", "state": "0", "data": list(lines)}
    text = json.dumps({"status": "polling", "lastResult": last, **more}, ensure_ascii=False)
    return {"sign": md5(text + salt), "param": text}


COLLECTED = line("2026-11-19 10:00:00", "103", "已揽收")
ON_THE_WAY = line("2026-11-19 20:00:00", "1002", "已发往杭州")
DELIVERED = line("2026-11-20 15:00:00", "301", "本人签收")


def test_a_push_is_answered_as_kuaidi100_wants_and_becomes_scans(
    client: Client, waybill: Waybill, run_events: Any
) -> None:
    answer = client.post(PUSH, fields(ON_THE_WAY, COLLECTED))
    assert json.loads(answer.content) == {"result": True, "returnCode": "200", "message": "成功"}
    assert CarrierPush.objects.get().state == PushState.RECEIVED
    run_events()
    waybill.refresh_from_db()
    assert (waybill.status, waybill.sub_status) == (Status.IN_TRANSIT, "trunk")
    assert CarrierPush.objects.get().state == PushState.PROCESSED


def test_a_forged_push_changes_nothing_but_is_kept_for_the_administrator(
    client: Client, waybill: Waybill, run_events: Any
) -> None:
    answer = client.post(PUSH, fields(DELIVERED, salt="guessed"))
    run_events()
    assert answer.status_code == 403
    assert json.loads(answer.content)["result"] is False
    assert not ScanEvent.objects.exists()
    assert CarrierPush.objects.get().state == PushState.REFUSED
    assert not StoredEvent.objects.filter(kind="shipments.PushReceived").exists()


def test_without_an_account_every_push_is_refused(client: Client, db: None) -> None:
    assert client.post(PUSH, fields(DELIVERED)).status_code == 403
    assert client.post("/hooks/carriers/unknown/", {}).status_code == 404


def test_the_same_push_again_is_taken_once(client: Client, waybill: Waybill, run_events: Any) -> None:
    for _time in range(3):
        assert client.post(PUSH, fields(ON_THE_WAY, COLLECTED)).status_code == 200
        run_events()
    assert CarrierPush.objects.get().times_received == 3
    assert ScanEvent.objects.count() == 2


def test_pushes_out_of_order_end_where_the_parcel_is(client: Client, waybill: Waybill, run_events: Any) -> None:
    client.post(PUSH, fields(DELIVERED, ON_THE_WAY, COLLECTED, status="shutdown"))
    client.post(PUSH, fields(ON_THE_WAY, COLLECTED))
    run_events()
    waybill.refresh_from_db()
    assert waybill.status == Status.DELIVERED
    assert Subscription.objects.get().state == SubscriptionState.ENDED


def test_a_push_that_makes_no_sense_waits_for_a_person_and_can_be_tried_again(
    client: Client, waybill: Waybill, run_events: Any
) -> None:
    text = '{"status":"polling","lastResult":{"nu":"X999999","com":"no-such"}}'
    client.post(PUSH, {"sign": md5(text + "the-salt"), "param": text})
    run_events()
    push = CarrierPush.objects.get()
    assert push.state == PushState.FAILED
    assert "no-such" in push.error
    services.process_again(push=push, by=BY)
    assert CarrierPush.objects.get().state == PushState.RECEIVED


def test_a_number_found_at_another_carrier_moves_there_and_is_subscribed_again(
    client: Client, waybill: Waybill, run_events: Any
) -> None:
    client.post(PUSH, fields(status="abort", message="3天查询无记录", autoCheck="1", comNew="shentong"))
    run_events()
    waybill.refresh_from_db()
    assert waybill.carrier.code == "sto"
    assert Subscription.objects.get().state == SubscriptionState.WANTED


def test_a_subscription_given_up_by_the_provider_is_asked_by_schedule(
    client: Client, waybill: Waybill, run_events: Any
) -> None:
    client.post(PUSH, fields(COLLECTED, status="abort", message="60天无变化"))
    run_events()
    assert Subscription.objects.get().state == SubscriptionState.POLLING


def test_registering_leads_to_a_subscription_and_the_job_makes_it(waybill: Waybill) -> None:
    (due,) = due_ids(at=now())
    server = FakeServer({"result": True, "returnCode": "200", "message": "提交成功"})
    done = services.subscribe_now(subscription_id=due, client=server.client)
    assert done is not None
    assert (done.state, done.next_at) == (SubscriptionState.ACTIVE, None)
    assert services.subscribe_now(subscription_id=due, client=server.client) is None
    assert len(server.asked) == 1


def test_trouble_is_tried_again_later_and_refusal_gives_up(waybill: Waybill) -> None:
    (due,) = due_ids(at=now())
    late = services.subscribe_now(subscription_id=due, client=FakeServer("busy", 503).client)
    assert late is not None
    assert late.state == SubscriptionState.WANTED
    assert late.next_at is not None
    assert late.next_at > now() + timedelta(minutes=4)
    Subscription.objects.update(next_at=now())
    refused = FakeServer({"result": False, "returnCode": "601", "message": "KEY 已过期"})
    gone = services.subscribe_now(subscription_id=due, client=refused.client)
    assert gone is not None
    assert (gone.state, gone.error) == (SubscriptionState.FAILED, "601 KEY 已过期")


def test_a_number_is_asked_at_most_every_thirty_minutes(waybill: Waybill) -> None:
    server = FakeServer(KUAIDI100_TOLD)
    Subscription.objects.update(state=SubscriptionState.POLLING)
    services.ask_provider(waybill=waybill, by=BY, client=server.client)
    waybill.refresh_from_db()
    assert waybill.status == Status.DELIVERED
    Subscription.objects.update(state=SubscriptionState.POLLING, next_at=now())
    Waybill.objects.update(status=Status.IN_TRANSIT)
    waybill.refresh_from_db()
    with pytest.raises(Refused):
        services.ask_provider(waybill=waybill, by=BY, client=server.client)
    assert services.subscribe_now(subscription_id=Subscription.objects.get().pk, client=server.client) is None
    assert len(server.asked) == 1


def test_secrets_are_kept_when_left_empty_and_are_in_no_event(account: CarrierAccount) -> None:
    services.save_account(provider="kuaidi100", name="新名字", customer="C2", secrets={"key": "", "salt": ""}, by=BY)
    account.refresh_from_db()
    assert account.secrets == {"key": "the-key", "salt": "the-salt"}
    told = json.dumps(list(StoredEvent.objects.values_list("payload", flat=True)))
    assert "the-key" not in told
    assert "the-salt" not in told
    assert "the-key" not in repr(account)


def test_an_account_is_not_switched_on_without_its_secrets(db: None) -> None:
    with pytest.raises(BadInput) as caught:
        services.save_account(provider="sf", name="", customer="", secrets={}, by=BY)
    assert set(caught.value.fields) == {"checkword", "customer"}
    assert not CarrierAccount.objects.exists()
