"""Customers and waybills by the programming interface, one by one and by the thousand."""

from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.customers.models import Customer, Phone
from suhui.records.shipments.models import FollowUp, ScanEvent, Waybill
from tests.api import Caller, caller, problem
from tests.conftest import MakePerson
from tests.service.cases import parcel

pytestmark = pytest.mark.django_db
WANG = {"name": "王小明", "phone": "13800138000", "address": {"city": "杭州市", "detail": "文三路478号3幢502室"}}


@pytest.fixture
def one(supervisor: User) -> Caller:
    return caller(supervisor)


def added(one: Caller, **more: Any) -> dict[str, Any]:
    answer = one.post("/customers", WANG | more)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_customer_is_added_found_and_changed_masked(one: Caller) -> None:
    made = added(one)
    assert (made["name"], made["phone"]) == ("王**", "138******00")
    assert [row["id"] for row in one.get("/customers", q="138 0013 8000").json()["rows"]] == [made["id"]]
    answer = one.patch(f"/customers/{made['id']}", {"note": "常客", "vip": True}, if_match='"1"')
    assert (answer.json()["note"], answer.json()["vip"]) == ("常客", True)
    assert problem(one.patch(f"/customers/{made['id']}", {"note": "x"}, if_match='"1"'))["code"] == "changed"
    assert Customer.objects.get().note == "常客"
    for secret in ("王小明", "13800138000", "3幢502室"):
        assert secret not in one.get(f"/customers/{made['id']}").content.decode()


def test_facts_come_go_and_are_corrected(one: Caller) -> None:
    base = f"/customers/{added(one)['id']}/facts"
    mail = one.post(f"{base}/email", {"email": "wang@example.com"})
    assert (mail.status_code, mail.json()["value"]) == (201, "w***@example.com")
    phone = one.post(f"{base}/phone", {"phone": "13900139000"}).json()
    assert one.post(f"{base}/phone/{phone['id']}/main").json()["main"] is True
    assert one.post(f"{base}/phone/{phone['id']}/verify").json()["verified_at"] is not None
    assert one.put(f"{base}/phone/{phone['id']}", {"phone": "13700137000"}).json()["undo"]
    gone = one.delete(f"{base}/email/{mail.json()['id']}").json()
    assert one.post("/undo", {"token": gone["undo"]}).status_code == 204
    assert problem(one.post(f"{base}/phone", {"phone": "abc"}))["code"] == "invalid"
    assert set(Phone.objects.filter(removed_at=None).values_list("number", flat=True)) == {
        "+8613800138000",
        "+8613700137000",
    }


def test_customers_are_merged_and_parted(one: Caller) -> None:
    first, second = added(one)["id"], added(one, phone="13900139000")["id"]
    assert {row["id"] for row in one.get(f"/customers/{first}/duplicates").json()["rows"]} == {second}
    assert one.post(f"/customers/{first}/merge", {"other": second}).status_code == 200
    assert one.get(f"/customers/{second}").json()["merged_into"] == first
    assert one.post(f"/customers/{first}/part").json()["id"] == second


@pytest.mark.long
def test_a_thousand_customers_in_one_call(one: Caller, django_assert_max_num_queries: Any) -> None:
    added(one)
    rows: list[dict[str, Any]] = [{"name": f"客户{n}", "phone": f"139{n:08d}"} for n in range(997)]
    rows += [{"name": "王小明", "phone": "138 0013 8000"}, {"name": "错", "phone": "12"}, {"name": " "}]
    with django_assert_max_num_queries(40):
        answer = one.post("/customers/bulk", {"rows": rows})
    done = answer.json()
    assert (answer.status_code, done["added"], done["failed"]) == (200, 997, 2)
    assert [row["state"] for row in done["rows"][-3:]] == ["known", "failed", "failed"]
    assert Customer.objects.count() == 998
    assert problem(one.post("/customers/bulk", {"rows": [{"name": "x"}] * 1001}))["code"] == "invalid"


def test_a_waybill_is_registered_scanned_and_read(one: Caller, outlet: Branch) -> None:
    sent = {"number": "YT8803912345678", "carrier": "yto", "destination": outlet.pk, "recipient_phone": "13800138000"}
    made = one.post("/waybills", sent)
    assert made.status_code == 201
    base = f"/waybills/{made.json()['id']}"
    scan = {"code": "delivered", "at": now().isoformat(), "text": "已签收"}
    assert one.post(f"{base}/scans", {"scans": [scan]}).json()["status"] == "delivered"
    assert one.post(f"{base}/scans", {"scans": [scan]}).json()["new"] == 0
    whole = one.get(base).json()
    assert (whole["recipient_phone"], whole["scans"][0]["text"]) == ("138******00", "已签收")
    assert one.patch(base, {"goods": "玻璃杯"}).json()["goods"] == "玻璃杯"
    assert one.post(f"{base}/notes", {"text": "放驿站"}).status_code == 204
    assert [row["id"] for row in one.get("/waybills", status="delivered").json()["rows"]] == [whole["id"]]


def test_follow_ups_and_amendments(one: Caller, outlet: Branch, supervisor: User) -> None:
    base = f"/waybills/{parcel('YT8803912345678', outlet).pk}"
    line = one.post(f"{base}/follow-ups", {"requirement": "今日派送", "owner": supervisor.pk}).json()
    assert [row["id"] for row in one.get("/follow-ups").json()["rows"]] == [line["id"]]
    moved = one.post(f"/follow-ups/{line['id']}/move", {"stage": "done", "version": line["version"]})
    assert (moved.status_code, FollowUp.objects.get().stage) == (200, "done")
    asked = one.post(f"{base}/amendments", {"kind": "address", "after": "文三路478号3幢502室"}).json()
    assert asked["after"] == "文三路478号***"
    assert one.post(f"/amendments/{asked['id']}/settle", {"state": "done"}).json()["state"] == "done"
    assert one.get("/amendments", state="settled").json()["rows"][0]["id"] == asked["id"]


def test_an_exception_is_listed_and_cleared(one: Caller, outlet: Branch) -> None:
    row = parcel("YT8803912345678", outlet)
    scan = {"number": row.number, "code": "exception/damaged", "at": now().isoformat(), "branch": outlet.pk}
    done = one.post("/scans/bulk", {"rows": [scan]}).json()
    assert (done["new"], done["raised"]) == (1, 1)
    [found] = one.get("/exceptions", kind="damaged").json()["rows"]
    assert one.post("/exceptions/clear", {"ids": [found["id"]], "note": "已换箱"}).json() == {"cleared": [found["id"]]}
    assert one.get("/exceptions").json()["rows"] == []


def test_a_thousand_scans_and_their_waybills(one: Caller, outlet: Branch, django_assert_max_num_queries: Any) -> None:
    rows = [{"number": f"YT88039{n:08d}", "carrier": "yto", "destination": outlet.pk} for n in range(20)]
    rows += [{"number": "?", "carrier": "yto"}]
    made = one.post("/waybills/bulk", {"rows": rows}).json()
    assert (made["registered"], made["failed"], made["rows"][-1]["state"]) == (20, 1, "failed")
    start = now() - timedelta(hours=20)
    scans = [
        {"number": rows[n % 20]["number"], "code": "in_transit", "at": (start + timedelta(minutes=n)).isoformat()}
        for n in range(999)
    ]
    with django_assert_max_num_queries(60):
        done = one.post("/scans/bulk", {"rows": [*scans, {"number": "YT0000000", "at": now().isoformat()}]}).json()
    assert (done["new"], [one["row"] for one in done["failed"]]) == (999, [999])
    assert ScanEvent.objects.count() == 999


@pytest.mark.long
def test_a_thousand_waybills_are_registered_as_one_by_one_in_few_statements(
    one: Caller, outlet: Branch, django_assert_max_num_queries: Any
) -> None:
    label = {"carrier": "yto", "destination": outlet.pk, "recipient_phone": "13800138000", "cod_fen": 12800}
    alone = one.post("/waybills", label | {"number": "YT8803900000000"}).json()["id"]
    rows = [label | {"number": f"YT88039{n:08d}"} for n in range(996)]
    rows += [
        label | {"number": "YT8803900000001", "goods": "茶叶"},
        label | {"number": "YT8803999999999", "carrier": "x"},
    ]
    rows += [label | {"number": "YT8803999999998", "recipient_phone": "12"}, label | {"number": "?"}]
    with django_assert_max_num_queries(30):
        made = one.post("/waybills/bulk", {"rows": rows}).json()
    assert (made["registered"], made["failed"], Waybill.objects.count()) == (997, 3, 996)
    assert [line["row"] for line in made["rows"] if line["state"] == "failed"] == [997, 998, 999]
    assert all(line["detail"] for line in made["rows"][997:])
    assert (made["rows"][0]["id"], made["rows"][996]["id"]) == (alone, made["rows"][1]["id"])
    own = {"id", "number", "status_since", "next_check_at"}
    first, other = (
        {name: value for name, value in model_to_dict(Waybill.objects.get(pk=pk)).items() if name not in own}
        for pk in (alone, made["rows"][7]["id"])
    )
    assert first == other
    assert Waybill.objects.get(number="YT8803900000001").goods == "茶叶"
    assert StoredEvent.objects.filter(kind="shipments.WaybillRegistered").count() == 996
    with django_assert_max_num_queries(30):
        again = one.post("/waybills/bulk", {"rows": rows}).json()
    assert again["rows"] == made["rows"]


def test_a_number_of_another_branch_is_neither_shown_nor_filled_in(
    supervisor: User, outlet: Branch, other_outlet: Branch
) -> None:
    hidden = Waybill.objects.get(pk=parcel("YT8803912345678", other_outlet).pk)
    bound = caller(supervisor, branch=outlet)
    told = {"number": "yt8803912345678", "carrier": "yto", "goods": "茶叶", "destination": outlet.pk}
    refused = problem(bound.post("/waybills", told))
    assert (refused["code"], str(hidden.pk) in refused["detail"]) == ("refused", False)
    other = {"number": "YT8803900000002", "carrier": "yto"}
    done = bound.post("/waybills/bulk", {"rows": [told, other]}).json()
    assert [(line["state"], line["id"] is None) for line in done["rows"]] == [("failed", True), ("registered", False)]
    assert model_to_dict(Waybill.objects.get(pk=hidden.pk)) == model_to_dict(hidden)
    for path, body in (("/waybills", other), ("/waybills/bulk", {"rows": [other]})):
        assert bound.post(path, body).status_code in {200, 201}, path
    assert bound.get(f"/waybills/{done['rows'][1]['id']}").status_code == 200
    assert caller(supervisor).post("/waybills", told).json()["id"] == hidden.pk


def test_a_branchs_token_sees_no_customer_nor_parcel_of_another(
    supervisor: User, outlet: Branch, other_outlet: Branch, make_person: MakePerson
) -> None:
    wide, bound = caller(supervisor), caller(supervisor, branch=outlet)
    foreign = added(wide, branch=other_outlet.pk, owner=supervisor.pk)["id"]
    waybill = parcel("YT8803912345678", other_outlet)
    wide.post(f"/waybills/{waybill.pk}/follow-ups", {"requirement": "今日派送", "owner": supervisor.pk})
    for path in ("/customers", "/waybills", "/follow-ups?whose=all", "/follow-ups", "/exceptions", "/amendments"):
        assert bound.call("GET", path).json()["rows"] == [], path
    assert problem(bound.get(f"/customers/{foreign}"))["code"] == "missing"
    assert problem(bound.patch(f"/customers/{foreign}", {"note": "x"}))["code"] == "missing"
    assert problem(bound.get(f"/waybills/{waybill.pk}"))["code"] == "missing"
    assert problem(bound.post("/customers", WANG | {"branch": other_outlet.pk}))["errors"][0]["pointer"] == "/branch"
    scan = {"number": waybill.number, "code": "delivered", "at": now().isoformat()}
    assert len(bound.post("/scans/bulk", {"rows": [scan]}).json()["failed"]) == 1
    known = bound.post("/customers/bulk", {"rows": [{"name": "王小明", "phone": WANG["phone"]}]}).json()
    assert known["rows"][0]["id"] != foreign
    assert Waybill.objects.get(pk=waybill.pk).status == "created"
