import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from suhui.platform.core import clock
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.people import services as people
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import tracking
from suhui.screens.portal.models import Meter
from tests.conftest import SYSTEM
from tests.screens.conftest import RECIPIENT, SENDER, MakeParcel

SECRETS = ["欧阳小明", "赵寄件", RECIPIENT, SENDER, "138 1234 5678", "3幢502", "13700001111", "张三丰", "李四光"]


def ask(client: Client, number: str, tail: str, address: str = "1.2.3.4") -> Any:
    return client.post("/p/track/", {"number": number, "tail": tail}, REMOTE_ADDR=address)


def covered(html: str) -> None:
    for secret in SECRETS:
        assert secret not in html, secret


@pytest.mark.django_db
@pytest.mark.parametrize("tail", ["5678", "4321", " 5678 ", "５６７８"])
def test_number_and_digits_of_recipient_or_sender_open_the_parcel_masked(
    client: Client, parcel: Waybill, tail: str
) -> None:
    texts = [
        "【杭州】快递员：张三丰 正在派件，电话13700001111",
        "【杭州】派件员李四光(13700001111)派送中",
        "签收人：欧阳小明，如有疑问请电 13700001111",
    ]
    for minutes, text in enumerate(texts):
        scan = shipments.Scan(at=clock.now() - timedelta(minutes=9 - minutes), text=text)
        shipments.record_scans(waybill=parcel, scans=[scan], source="manual", by=SYSTEM)
    answer = ask(client, parcel.number, tail)
    assert answer["Location"] == f"/p/parcels/{parcel.pk}/"
    page = client.get(answer["Location"]).content.decode()
    covered(page)
    assert "欧***" in page
    assert "浙江省杭州市西湖区文三路478号***" in page
    assert page.index("签收人") < page.index("派件员")
    covered(client.get("/p/").content.decode())


@pytest.mark.django_db
def test_without_the_pass_or_after_it_has_run_out_or_been_given_back_the_parcel_is_closed(
    client: Client, parcel: Waybill, time_machine: Any
) -> None:
    assert client.get(f"/p/parcels/{parcel.pk}/").status_code == 404
    ask(client, parcel.number, "5678")
    assert client.get(f"/p/parcels/{parcel.pk}/").status_code == 200
    assert Client().get(f"/p/parcels/{parcel.pk}/").status_code == 404
    client.post(f"/p/parcels/{parcel.pk}/leave/")
    assert client.get(f"/p/parcels/{parcel.pk}/").status_code == 404
    ask(client, parcel.number, "5678")
    session = client.session
    session["portal_passes"] = {str(parcel.pk): ["recipient", clock.now().timestamp() - 1]}
    session.save()
    assert client.get(f"/p/parcels/{parcel.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_wrong_digit_and_an_unknown_number_answer_alike(client: Client, parcel: Waybill) -> None:
    wrong = ask(client, parcel.number, "0000").content.decode()
    unknown = ask(client, "SF9999999999999", "5678").content.decode()

    def told(page: str) -> str:
        return page[page.index("portal-error") : page.index("</div>", page.index("portal-error"))]

    assert told(wrong) == told(unknown)


@pytest.mark.django_db
@pytest.mark.parametrize("tail", ["", "567", "56789", "abcd", "%%%%", "____", "5678' OR 1=1", "²²²²"])
def test_nonsense_instead_of_four_digits_never_opens_anything(client: Client, parcel: Waybill, tail: str) -> None:
    answer = ask(client, parcel.number, tail)
    assert answer.status_code == 422
    assert "portal_passes" not in client.session
    assert not Meter.objects.filter(key__startswith="number:").exists()


@pytest.mark.django_db
def test_guessing_closes_the_waybill_for_everybody_and_longer_each_time(parcel: Waybill) -> None:
    at = clock.now()
    for number in range(4):
        with pytest.raises(BadInput):
            tracking.check(number=parcel.number, tail=f"{number:04d}", address=f"9.9.9.{number}", at=at)
    with pytest.raises(Refused):
        tracking.check(number=parcel.number, tail="0004", address="9.9.9.4", at=at)
    for spelling in (parcel.number, parcel.number.lower(), f" {parcel.number[:6]} {parcel.number[6:]} "):
        with pytest.raises(Refused):
            tracking.check(number=spelling, tail="5678", address="8.8.8.8", at=at)
    later = at + timedelta(minutes=31)
    assert tracking.check(number=parcel.number, tail="5678", address="8.8.8.8", at=later) == parcel


@pytest.mark.long
@pytest.mark.django_db
def test_a_patient_guesser_with_many_addresses_gets_a_handful_of_tries_a_week(parcel: Waybill) -> None:
    at, tried = clock.now(), 0
    for hour in range(7 * 24):
        for again in range(10):
            try:
                tracking.check(
                    number=parcel.number, tail="0000", address=f"7.{hour}.{again}.1", at=at + timedelta(hours=hour)
                )
            except BadInput:
                tried += 1
            except Refused:
                pass
    assert tried + 3 <= 12


@pytest.mark.django_db
def test_one_address_cannot_try_many_waybills(make_parcel: MakeParcel) -> None:
    at = clock.now()
    refused = 0
    for _number in range(15):
        try:
            tracking.check(number=make_parcel().number, tail="0000", address="6.6.6.6", at=at)
        except BadInput:
            pass
        except Refused:
            refused += 1
    assert refused >= 5
    fine = make_parcel()
    with pytest.raises(Refused):
        tracking.check(number=fine.number, tail="5678", address="6.6.6.6", at=at)
    assert tracking.check(number=fine.number, tail="5678", address="6.6.6.7", at=at) == fine


@pytest.mark.django_db
def test_one_success_does_not_pay_for_guesses_elsewhere(make_parcel: MakeParcel) -> None:
    own, at, refused = make_parcel(), clock.now(), 0
    for _number in range(12):
        tail_wrong = make_parcel()
        try:
            tracking.check(number=tail_wrong.number, tail="0000", address="5.5.5.5", at=at)
        except BadInput:
            tracking.check(number=own.number, tail="5678", address="5.5.5.5", at=at)
        except Refused:
            refused += 1
    assert refused > 0


@pytest.mark.django_db
def test_the_same_ipv6_subscriber_is_one_address(make_parcel: MakeParcel) -> None:
    from suhui.screens.portal.limits import address_key

    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")


@pytest.mark.django_db
def test_addresses_are_not_kept_in_the_clear(client: Client, parcel: Waybill) -> None:
    ask(client, parcel.number, "0000", "203.0.113.77")
    assert not Meter.objects.filter(key__contains="203.0.113").exists()


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_not_more_guesses() -> None:
    people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
    facts = shipments.Facts(recipient_phone=RECIPIENT)
    waybill = shipments.register_waybill(number="SF1390000000001", carrier="sf", facts=facts, by=SYSTEM)
    at, tried, start = clock.now(), [], threading.Barrier(8)

    def guess(number: int) -> None:
        try:
            start.wait(10)
            for again in range(3):
                try:
                    tracking.check(number=waybill.number, tail=f"{number}{again}00", address=f"4.4.{number}.4", at=at)
                except BadInput:
                    tried.append(number)
                except Refused:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(tried) <= 4
    assert Meter.objects.get(key=f"number:{waybill.number}").count == 5


@pytest.mark.django_db
def test_the_pages_speak_chinese_and_english(client: Client) -> None:
    assert 'lang="zh-hans"' in client.get("/p/", headers={"Accept-Language": "zh-CN"}).content.decode()
    answer = client.post("/p/language/", {"to": "en", "back": "/p/"})
    assert answer["Location"] == "/p/"
    page = client.get("/p/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "Where is my parcel?" in page
    away = client.post("/p/language/", {"to": "en", "back": "https://evil.example/p/"})
    assert away["Location"] == "/p/"
