import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
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
from suhui.records.shipments.services import Facts, taking
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


def test_the_door_asks_for_the_account_and_writes_the_push_down_and_nothing_more(
    client: Client, waybill: Waybill, django_assert_max_num_queries: Any
) -> None:
    client.post(PUSH, fields(COLLECTED))
    with django_assert_max_num_queries(2):
        assert client.post(PUSH, fields(COLLECTED, ON_THE_WAY)).status_code == 200
    with django_assert_max_num_queries(2):
        assert client.post(PUSH, fields(COLLECTED, ON_THE_WAY)).status_code == 200
    assert CarrierPush.objects.count() == 2


def numbered(count: int, *lines: dict[str, str], first: int = 1) -> list[dict[str, str]]:
    return [fields(*lines, number=f"YT96930836{place:05d}") for place in range(first, first + count)]


def test_a_lot_of_pushes_takes_as_many_statements_as_a_few(
    client: Client, account: CarrierAccount, outlet: Branch, django_assert_max_num_queries: Any
) -> None:
    def told(pushes: list[dict[str, str]], most: int) -> None:
        for push in pushes:
            client.post(PUSH, push)
        with django_assert_max_num_queries(most):
            assert services.take_pushes() == len(pushes)

    services.register_waybill(number="YT999999999999", carrier="yto", by=BY)
    told(numbered(2, COLLECTED), 45)
    told(numbered(60, COLLECTED, first=100), 45)
    told(numbered(60, COLLECTED, ON_THE_WAY, first=100), 30)
    assert not CarrierPush.objects.exclude(state=PushState.PROCESSED).exists()
    assert (Waybill.objects.count(), ScanEvent.objects.count()) == (63, 122)
    assert services.take_pushes() == 0


def test_unknown_parcels_are_registered_once_and_one_bad_push_spoils_no_other(
    client: Client, account: CarrierAccount, run_events: Any
) -> None:
    services.register_waybill(number="YT999999999999", carrier="yto", by=BY)
    good = [fields(COLLECTED, number="YT1111111111111"), fields(ON_THE_WAY, number="YT1111111111111")]
    for push in [good[0], fields(COLLECTED, number="!?"), fields(number=""), good[1]]:
        assert client.post(PUSH, push).status_code == 200
    run_events()
    states = CarrierPush.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [PushState.PROCESSED, PushState.FAILED, PushState.FAILED, PushState.PROCESSED]
    row = Waybill.objects.get(number="YT1111111111111")
    assert (row.status, row.scans.count(), row.source) == (Status.IN_TRANSIT, 2, "kuaidi100")
    assert not Waybill.objects.filter(number="!?").exists()


def test_a_push_nobody_thought_of_holds_up_no_other(
    client: Client, waybill: Waybill, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = services.record_scans_in_bulk

    def stumble(*, scans: Any, **more: Any) -> Any:
        if any(scan.text == "unheard of" for _pk, scan in scans):
            raise ValueError("unheard of")
        return record(scans=scans, **more)

    monkeypatch.setattr(taking, "record_scans_in_bulk", stumble)
    for told in (COLLECTED, line("2026-11-19 11:00:00", "103", "unheard of"), ON_THE_WAY):
        client.post(PUSH, fields(told))
    assert services.take_pushes() == 3
    states = CarrierPush.objects.order_by("id").values_list("state", "error")
    assert list(states) == [
        (PushState.PROCESSED, ""),
        (PushState.FAILED, "unheard of"),
        (PushState.PROCESSED, ""),
    ]
    assert ScanEvent.objects.count() == 2


def test_signs_the_database_cannot_hold_do_not_lose_a_push(client: Client, waybill: Waybill, run_events: Any) -> None:
    odd = line("2026-11-19 10:00:00", "103", "已揽收\0")
    assert client.post(PUSH, fields(odd)).status_code == 200
    raw = {**fields(COLLECTED), "extra": "a\0b"}
    assert client.post(PUSH, raw).status_code == 200
    run_events()
    assert set(CarrierPush.objects.values_list("state", flat=True)) == {PushState.PROCESSED}
    assert set(ScanEvent.objects.values_list("raw_text", flat=True)) == {"已揽收"}


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_the_same_moment_are_one_push_and_one_scan(waybill: Waybill) -> None:
    both = Barrier(2)

    def tell() -> None:
        both.wait()
        assert Client().post(PUSH, fields(COLLECTED)).status_code == 200
        connection.close()

    in_threads(tell, tell)
    assert CarrierPush.objects.get().times_received == 2
    in_threads(take, take)
    assert CarrierPush.objects.get().state == PushState.PROCESSED
    assert ScanEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_push_that_was_answered_is_handled_though_the_process_at_it_dies(
    waybill: Waybill, monkeypatch: pytest.MonkeyPatch
) -> None:
    for told in (COLLECTED, ON_THE_WAY):
        assert Client().post(PUSH, fields(told)).status_code == 200
    record = services.record_scans_in_bulk

    def die(**given: Any) -> None:
        record(**given)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def killed() -> None:
        with pytest.raises(OperationalError):
            services.take_pushes()
        connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(taking, "record_scans_in_bulk", die)
        in_threads(killed)
    assert list(CarrierPush.objects.values_list("state", flat=True)) == [PushState.RECEIVED] * 2
    assert not ScanEvent.objects.exists()
    assert services.take_pushes() == 2
    waybill.refresh_from_db()
    assert (waybill.status, ScanEvent.objects.count()) == (Status.IN_TRANSIT, 2)


def take() -> None:
    services.take_pushes()
    connection.close()


def in_threads(*works: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()
