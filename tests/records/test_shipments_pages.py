import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.core.models import StoredEvent
from suhui.platform.desk.models import UndoOffer
from suhui.platform.desk.timeline import timeline
from suhui.platform.desk.undo import take_back
from suhui.platform.desk.workday import my_day
from suhui.platform.people.models import Branch, User
from suhui.platform.search.selectors import search
from suhui.records.customers import merging
from suhui.records.customers import services as customers
from suhui.records.shipments import access, services
from suhui.records.shipments.choices import ExceptionState
from suhui.records.shipments.models import (
    Amendment,
    CarrierAccount,
    FollowUp,
    NumberPattern,
    UnknownCode,
    Waybill,
    WaybillException,
)
from suhui.records.shipments.services import Facts, Scan

BY = Actor.system("test")
Enter = Callable[[User], Client]


def make(outlet: Branch, number: str = "SF1234567890123", code: str = "exception/damaged") -> Waybill:
    facts = Facts(
        destination=outlet,
        recipient_name="欧阳娜娜",
        recipient_phone="13812345678",
        recipient_address="文三路478号3幢502室",
        goods="茶叶",
    )
    row = services.register_waybill(number=number, carrier="sf", facts=facts, by=BY)
    scans = [
        Scan(at=now() - timedelta(hours=30), code="collected", text="已揽收"),
        Scan(at=now() - timedelta(hours=2), code=code, text="外包装破损，联系收件人13812345678"),
    ]
    services.record_scans(waybill=row, scans=scans, source="manual", by=BY)
    services.find_exceptions(waybill=row, by=BY)
    return row


PAGES = ["/waybills/", "/waybills/new/", "/waybills/exceptions/", "/waybills/exceptions/?state=cleared"]
SETTINGS = [
    "/settings/carriers/",
    "/settings/carriers/accounts/kuaidi100/",
    "/settings/carriers/codes/",
    "/settings/carriers/numbers/?number=773123456789012",
    "/settings/carriers/pushes/",
]


@pytest.mark.parametrize("page", PAGES)
def test_an_agent_sees_the_pages_empty_and_full(enter: Enter, agent: User, outlet: Branch, page: str) -> None:
    client = enter(agent)
    assert client.get(page).status_code == 200
    make(outlet)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", SETTINGS)
def test_carriers_are_the_administrators(enter: Enter, agent: User, administrator: User, page: str) -> None:
    assert enter(agent).get(page).status_code == 403
    assert enter(administrator).get(page).status_code == 200


def test_the_waybill_page_masks_people_and_shows_track_and_rule(enter: Enter, agent: User, outlet: Branch) -> None:
    row = make(outlet)
    exception = WaybillException.objects.get()
    client = enter(agent)
    for path in ("", "body/", "print/", "parcel/", "parcel/?brief=1"):
        answer = client.get(f"/waybills/{row.pk}/{path}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "13812345678" not in page
        assert "欧阳娜娜" not in page
        assert "502室" not in page
        assert "破损" in page
    assert "破损" in client.get(f"/waybills/exceptions/{exception.pk}/why/").content.decode()


def test_the_label_is_corrected_from_what_stands_there_and_what_is_left_alone_stays(
    enter: Enter, agent: User, outlet: Branch
) -> None:
    row = make(outlet)
    promised = now().replace(second=35, microsecond=7)
    Waybill.objects.filter(pk=row.pk).update(weight_grams=11_096, declared_fen=260_000, promised_at=promised)
    client = enter(agent)
    page = client.get(f"/waybills/{row.pk}/facts/").content.decode()
    assert 'value="11.096"' in page
    assert 'value="2,600.00"' in page
    shown = local(promised).strftime("%Y-%m-%dT%H:%M")
    given = {"weight_kg": "11.096", "declared": "1,800.00", "promised_at": shown, "goods": row.goods}
    assert client.post(f"/waybills/{row.pk}/facts/", given).status_code == 302
    row.refresh_from_db()
    assert (row.weight_grams, row.declared_fen, row.promised_at) == (11_096, 180_000, promised)
    told = StoredEvent.objects.filter(kind="shipments.WaybillChanged").latest("id")
    assert told.payload["fields"] == ["declared_fen"]


def test_a_stranger_does_not_learn_that_a_waybill_exists(
    enter: Enter, outlet: Branch, other_outlet: Branch, make_person: Any
) -> None:
    row = make(outlet)
    client = enter(make_person("agent", branch=other_outlet))
    for path in ("", "body/", "print/", "facts/"):
        assert client.get(f"/waybills/{row.pk}/{path}").status_code == 404
    for path in ("note/", "scan/", "follow-up/", "amend/", "ask/"):
        assert client.post(f"/waybills/{row.pk}/{path}", {}).status_code == 404
    exception = WaybillException.objects.get()
    assert client.get(f"/waybills/exceptions/{exception.pk}/clear/").status_code == 404
    client.post("/waybills/exceptions/bulk/", {"picked": [exception.pk], "note": "x"})
    exception.refresh_from_db()
    assert exception.state == ExceptionState.OPEN


@pytest.mark.long
@pytest.mark.parametrize("page", ["/waybills/", "/waybills/exceptions/"])
def test_lists_cost_the_same_for_one_row_and_for_thirty(
    enter: Enter, agent: User, outlet: Branch, page: str, django_assert_max_num_queries: Any
) -> None:
    client = enter(agent)
    make(outlet)
    with django_assert_max_num_queries(20) as first:
        client.get(page)
    for number in range(30):
        make(outlet, f"SF99999999990{number:02d}")
    with django_assert_max_num_queries(len(first)):
        client.get(page)


def test_a_waybill_is_registered_by_hand_and_a_wrong_one_comes_back(enter: Enter, agent: User, outlet: Branch) -> None:
    client = enter(agent)
    fields = {"number": "sf1234567890123", "carrier": "sf", "recipient_phone": "13812345678", "weight_kg": "1.25"}
    answer = client.post("/waybills/new/", {**fields, "destination": outlet.pk, "insured": "1,200.50"})
    row = Waybill.objects.get()
    assert answer["Location"] == f"/waybills/{row.pk}/"
    assert (row.weight_grams, row.insured_fen) == (1250, 120_050)
    for wrong in ({"number": "1"}, {"recipient_phone": "12"}, {"fee": "gratis"}, {"carrier": "nobody"}):
        assert client.post("/waybills/new/", {**fields, **wrong}).status_code == 422
    assert Waybill.objects.count() == 1


def test_a_number_of_another_branch_is_not_registered_by_hand(
    enter: Enter, agent: User, outlet: Branch, other_outlet: Branch
) -> None:
    hidden = services.register_waybill(
        number="SF1234567890123", carrier="sf", facts=services.Facts(origin=other_outlet), by=Actor.system("test")
    )
    fields = {"number": "sf1234567890123", "carrier": "sf", "destination": outlet.pk, "goods": "茶叶"}
    answer = enter(agent).post("/waybills/new/", fields)
    assert (answer.status_code, "其他网点" in answer.content.decode()) == (409, True)
    row = Waybill.objects.get()
    assert (row.pk, row.destination, row.goods) == (hidden.pk, None, "")


def test_a_parcel_registered_without_its_branches_is_found_by_whoever_put_it_down_and_theirs(
    region: Branch, outlet: Branch, make_person: Any
) -> None:
    at_region, at_outlet = make_person("agent", branch=region), make_person("agent", branch=outlet)
    row = services.register_waybill(number="SF1234567890199", carrier="sf", by=Actor.staff(at_region))
    assert access.get_waybill(at_region, row.pk) == row
    with pytest.raises(Missing):
        access.get_waybill(at_outlet, row.pk)


def test_a_pasted_text_fills_the_form(enter: Enter, agent: User) -> None:
    text = "单号 7731 2345 6789 012，收件人王芳 13812341234 浙江省杭州市西湖区文三路478号"
    told = json.loads(enter(agent).post("/waybills/read/", {"text": text}).content)
    assert told["fields"]["number"] == "773123456789012"
    assert told["fields"]["carrier"] == "sto"
    assert told["fields"]["recipient_phone"] == "13812341234"
    assert "文三路478号" in told["fields"]["recipient_address"]


def test_the_filters_find_and_nonsense_does_no_harm(enter: Enter, agent: User, outlet: Branch) -> None:
    make(outlet)
    make(outlet, "SF7777777777777", "in_transit/trunk")
    client = enter(agent)

    def found(query: str) -> int:
        return client.get(f"/waybills/?{query}").content.decode().count('class="number-code"')

    assert found("status=in_transit") == 1
    assert found("status=under_way") == 2
    assert found("exception=damaged") == 1
    assert found("carrier=zto") == 0
    assert found("q=SF777") == 1
    assert found("q=13812345678") == 2
    assert found(f"branch={outlet.pk}&period=week&sort=-news") == 2
    assert found("follow=mine") == 0
    assert found("status=nonsense&branch=x&page=-3&sort=drop&period=9&exception=%00") == 2


def test_notes_scans_follow_ups_and_amendments_are_made_on_the_page(
    enter: Enter, agent: User, supervisor: User, outlet: Branch
) -> None:
    row = make(outlet, code="in_transit/trunk")
    client = enter(agent)
    at = f"/waybills/{row.pk}"
    assert client.post(f"{at}/note/", {"text": ""}).status_code == 422
    assert client.post(f"{at}/note/", {"text": "客户很着急"}).status_code == 302
    assert client.post(f"{at}/scan/", {"code": "out_for_delivery", "branch": outlet.pk}).status_code == 302
    row.refresh_from_db()
    assert row.status == "out_for_delivery"
    sent = client.post(f"{at}/follow-up/", {"requirement": "今天送到", "owner": agent.pk})
    assert sent.status_code == 302
    line = FollowUp.objects.get()
    client.post(f"/waybills/follow-ups/{line.pk}/", {"stage": "done", "result": "已送", "version": line.version})
    line.refresh_from_db()
    assert line.stage == "done"
    client.post(f"{at}/amend/", {"kind": "address", "after": "文一路1号", "asked_by": "收件人"})
    change = Amendment.objects.get()
    assert client.post(f"/waybills/amendments/{change.pk}/", {"state": "done"}).status_code == 403
    enter(supervisor).post(f"/waybills/amendments/{change.pk}/", {"state": "done", "answer": "已改"})
    change.refresh_from_db()
    assert change.state == "done"


def test_exceptions_are_cleared_many_at_once_and_taken_back(enter: Enter, agent: User, outlet: Branch) -> None:
    for number in range(3):
        make(outlet, f"SF000000000000{number}")
    ids = list(WaybillException.objects.values_list("pk", flat=True))
    client = enter(agent)
    assert client.post("/waybills/exceptions/bulk/", {"picked": ids, "note": ""}).status_code == 422
    assert WaybillException.objects.filter(state=ExceptionState.OPEN).count() == 3
    client.post("/waybills/exceptions/bulk/", {"picked": ids, "note": "已与客户协商"})
    assert WaybillException.objects.filter(state=ExceptionState.OPEN).count() == 0
    take_back(token=UndoOffer.objects.get().token, user=agent)
    assert WaybillException.objects.filter(state=ExceptionState.OPEN).count() == 3


def test_an_exception_stands_in_my_day_until_it_is_cleared(agent: User, outlet: Branch) -> None:
    row = make(outlet)
    services.add_follow_up(waybill=row, requirement="跟进", owner=agent, due_at=now(), by=BY)
    assert {item.subject.split(":")[0] for item in my_day(agent, now())} >= {"exception", "follow_up"}
    services.clear_exception(exception=WaybillException.objects.get(), note="好了", by=BY)
    assert "exception" not in {item.subject.split(":")[0] for item in my_day(agent, now())}


def test_an_account_is_entered_and_its_secrets_are_never_shown(enter: Enter, administrator: User) -> None:
    client = enter(administrator)
    at = "/settings/carriers/accounts/kuaidi100/"
    fields = {"name": "快递100", "customer": "C1", "key": "the-secret-key", "salt": "the-salt", "active": "on"}
    assert client.post(at, {**fields, "key": ""}).status_code == 422
    assert not CarrierAccount.objects.exists()
    assert client.post(at, fields).status_code == 302
    assert CarrierAccount.objects.get().secrets["key"] == "the-secret-key"
    page = client.get(at).content.decode() + client.get("/settings/carriers/").content.decode()
    assert "the-secret-key" not in page
    assert "the-salt" not in page


def test_an_administrator_teaches_codes_and_patterns(enter: Enter, administrator: User, outlet: Branch) -> None:
    row = make(outlet)
    services.record_scans(waybill=row, scans=[Scan(at=now(), code="777", text="?")], source="sf", by=BY)
    client = enter(administrator)
    assert "777" in client.get("/settings/carriers/codes/").content.decode()
    client.post("/settings/carriers/codes/", {"source": "sf", "code": "777", "status": "in_transit"})
    assert not UnknownCode.objects.exists()
    pattern = {"carrier": row.carrier_id, "pattern": r"SH\d{10}", "score": 95, "note": "本网"}
    assert client.post("/settings/carriers/numbers/", {**pattern, "pattern": "(a+)+"}).status_code == 422
    assert client.post("/settings/carriers/numbers/", pattern).status_code == 302
    kept = NumberPattern.objects.get()
    client.post(f"/settings/carriers/numbers/{kept.pk}/remove/")
    assert not NumberPattern.objects.exists()


def test_a_waybill_is_found_by_tail_name_and_phone(agent: User, outlet: Branch, run_events: Any) -> None:
    make(outlet)
    run_events()
    for words in ("890123", "欧阳", "5678"):
        found = [hit.kind.kind for hit in search(agent, words, 5)]
        assert "waybill" in found, words


def test_a_customers_parcels_follow_a_merge_and_come_back(supervisor: User, outlet: Branch) -> None:
    first = customers.add_customer(name="甲", branch=outlet, by=BY)
    second = customers.add_customer(name="乙", branch=outlet, by=BY)
    facts = Facts(recipient=second, destination=outlet)
    row = services.register_waybill(number="SF1111111111111", carrier="sf", facts=facts, by=BY)
    assert f"/waybills/{row.pk}/" in [entry.url for entry in timeline(supervisor, "customer", second.pk)]
    merging.merge(winner=first, loser=second, by=supervisor)
    row.refresh_from_db()
    assert row.recipient_id == first.pk
    done = merging.recent_merge(first, now())
    assert done is not None
    merging.part(merge=done, by=BY)
    row.refresh_from_db()
    assert row.recipient_id == second.pk


def follow(row: Waybill, owner: User, requirement: str, hours: float) -> FollowUp:
    due = now() + timedelta(hours=hours)
    return services.add_follow_up(
        waybill=row, requirement=requirement, next_action="打电话", owner=owner, due_at=due, by=BY
    )


def test_the_follow_up_table_shows_ones_own_first_and_moves_on_from_there(
    enter: Enter, agent: User, supervisor: User, outlet: Branch
) -> None:
    row = make(outlet)
    late, mine = follow(row, agent, "周末派送", -2), follow(row, agent, "送货上门", 5)
    follow(row, supervisor, "别人的", 1)
    client = enter(agent)
    page = client.get("/waybills/follow-ups/").content.decode()
    assert page.index("周末派送") < page.index("送货上门")
    assert "别人的" not in page
    assert "别人的" in client.get("/waybills/follow-ups/?whose=all").content.decode()
    assert "送货上门" not in client.get("/waybills/follow-ups/?stage=late").content.decode()
    given = {
        "stage": "done",
        "result": "已送到",
        "version": mine.version,
        "back": "follow-ups",
        "keep": "whose=all&x=1",
    }
    answer = client.post(f"/waybills/follow-ups/{mine.pk}/", given)
    assert answer["Location"] == "/waybills/follow-ups/?whose=all"
    page = client.get("/waybills/follow-ups/?stage=done").content.decode()
    assert "已送到" in page
    late.refresh_from_db()
    assert late.stage == "todo"


def test_the_tables_take_a_bounded_number_of_queries(
    enter: Enter, supervisor: User, outlet: Branch, django_assert_max_num_queries: Any
) -> None:
    row = make(outlet)
    for number in range(15):
        follow(row, supervisor, f"要求{number}", number)
        services.amend(waybill=row, kind="urgent", asked_by="收件人", by=BY)
    client = enter(supervisor)
    client.get("/waybills/follow-ups/")
    for path in ("follow-ups", "amendments"):
        with django_assert_max_num_queries(20):
            assert client.get(f"/waybills/{path}/").status_code == 200


def test_an_amendment_waits_on_the_day_of_who_may_carry_it_out_and_then_stands_on_the_label(
    enter: Enter, agent: User, supervisor: User, outlet: Branch
) -> None:
    row = make(outlet)
    change = services.amend(waybill=row, kind="phone", after="139 1111 2222", asked_by="收件人", by=BY)
    assert change.after == "+8613911112222"
    assert [item for item in my_day(supervisor, now()) if item.subject == f"amendment:{change.pk}"]
    assert not [item for item in my_day(agent, now()) if item.subject.startswith("amendment:")]
    page = enter(supervisor).get("/waybills/amendments/").content.decode()
    assert "13911112222" not in page
    assert f"settle-{change.pk}" in page
    assert f"settle-{change.pk}" not in enter(agent).get("/waybills/amendments/").content.decode()
    given = {"state": "done", "answer": "已改", "back": "amendments", "keep": "kind=phone"}
    answer = enter(supervisor).post(f"/waybills/amendments/{change.pk}/", given)
    assert answer["Location"] == "/waybills/amendments/?kind=phone"
    row.refresh_from_db()
    assert row.recipient_phone == "+8613911112222"
    assert "已改" in enter(supervisor).get("/waybills/amendments/?state=settled").content.decode()


def test_a_phone_that_is_none_is_refused_and_a_refused_change_leaves_the_label(outlet: Branch) -> None:
    row = make(outlet)
    with pytest.raises(BadInput) as error:
        services.amend(waybill=row, kind="phone", after="没有", by=BY)
    assert "after" in error.value.fields
    assert not Amendment.objects.exists()
    change = services.amend(waybill=row, kind="address", after="文一路1号", by=BY)
    services.settle_amendment(amendment=change, state="refused", answer="已派送", by=BY)
    row.refresh_from_db()
    assert row.recipient_address == "文三路478号3幢502室"


def test_trouble_of_a_past_that_was_read_in_has_its_own_tab_and_is_on_nobodys_day(
    enter: Callable[[User], Client], outlet: Branch, make_person: Any
) -> None:
    clerk = make_person("agent", branch=outlet)
    old = now() - timedelta(days=400)
    waybill = services.register_waybill(
        number="SF1234567890123", carrier="sf", facts=Facts(destination=outlet, promised_at=old), by=BY
    )
    services.record_scans_in_bulk(
        scans=[(waybill.pk, Scan(at=old, code="collected"))], source="manual", by=BY, history=True
    )
    client = enter(clerk)
    assert waybill.number not in client.get("/waybills/exceptions/").content.decode()
    assert waybill.number in client.get("/waybills/exceptions/?state=history").content.decode()
    assert waybill.number not in client.get("/").content.decode()


def test_a_late_delivery_says_so_and_a_cancelled_parcel_keeps_no_promise(
    enter: Callable[[User], Client], outlet: Branch, agent: User
) -> None:
    waybill = services.register_waybill(
        number="SF1234567890123",
        carrier="sf",
        facts=Facts(destination=outlet, promised_at=now() - timedelta(days=3)),
        by=BY,
    )
    client, page = enter(agent), f"/waybills/{waybill.pk}/"
    services.record_scans(
        waybill=waybill, scans=[Scan(at=now() - timedelta(days=1), code="delivered")], source="manual", by=BY
    )
    assert "逾期签收" in client.get(page).content.decode()
    services.record_scans(waybill=waybill, scans=[Scan(at=now(), code="cancelled")], source="manual", by=BY)
    text = client.get(page).content.decode()
    assert "逾期签收" not in text
    assert "承诺送达" not in text
