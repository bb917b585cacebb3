"""Scans in bulk: the same as one by one, in few statements."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suhui.engines.rules import selectors as rules
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import Delivery, StoredEvent
from suhui.platform.people.models import Branch
from suhui.platform.search.models import SearchEntry
from suhui.records.shipments import services
from suhui.records.shipments.choices import LASTING_DETAILS, ExceptionState
from suhui.records.shipments.models import ScanEvent, UnknownCode, Waybill, WaybillException
from suhui.records.shipments.services import Facts, NewWaybill, Scan
from suhui.records.shipments.signs import LASTING

BY = Actor.system("test")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CODES = [
    "collected",
    "in_transit/trunk",
    "out_for_delivery",
    "attempt_failed/absent",
    "exception/damaged",
    "delivered/self",
    "returning",
    "9999",
    "",
]
COMPUTED = [
    "status",
    "sub_status",
    "fault",
    "status_since",
    "failed_attempts",
    "current_branch",
    "collected_at",
    "out_at",
    "delivered_at",
    "last_event_at",
    "last_text",
]


def register(number: int, outlet: Branch, **facts: object) -> Waybill:
    label = Facts(destination=outlet, **facts)  # type: ignore[arg-type]
    return services.register_waybill(number=f"SF{number:013d}", carrier="sf", facts=label, by=BY, at=NOON)


def state(waybill: Waybill) -> dict[str, Any]:
    return model_to_dict(Waybill.objects.get(pk=waybill.pk), fields=COMPUTED) | {
        "scans": sorted(ScanEvent.objects.filter(waybill=waybill).values_list("key", "at", "status", "branch_id")),
        "troubles": sorted(
            WaybillException.objects.filter(waybill=waybill).values_list("kind", "state", "severity", "sign")
        ),
        "told": [
            (event.payload["status"], event.payload["before"])
            for event in StoredEvent.objects.filter(
                kind="shipments.WaybillStatusChanged", subject=f"waybill:{waybill.pk}"
            )
        ],
    }


scans = st.lists(
    st.builds(
        lambda hour, code, text, here: Scan(
            at=NOON + timedelta(hours=hour), code=code, text=text, place="杭州西湖网点" if here else ""
        ),
        st.integers(-90, 0),
        st.sampled_from(CODES),
        st.sampled_from(["", "到件", "派送中"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=scans, then=scans, promised=st.sampled_from([None, NOON - timedelta(hours=40)]))
def test_many_at_once_come_to_the_same_as_one_by_one(
    outlet: Branch, first: list[Scan], then: list[Scan], promised: datetime | None
) -> None:
    Waybill.objects.all().delete()
    alone = register(1, outlet, promised_at=promised)
    together = register(2, outlet, promised_at=promised)
    for lot in (first, then):
        services.record_scans(waybill=alone, scans=lot, source="manual", by=BY)
        services.find_exceptions(waybill=alone, by=BY)
        services.record_scans_in_bulk(scans=[(together.pk, scan) for scan in lot], source="manual", by=BY)
    assert state(together) == state(alone)


def test_told_twice_in_bulk_is_told_once(outlet: Branch) -> None:
    waybills = [register(number, outlet) for number in range(1, 6)]
    lot = [(row.pk, Scan(at=NOON, code="collected", text="已揽收")) for row in waybills]
    first = services.record_scans_in_bulk(scans=[*lot, *lot], source="manual", by=BY)
    again = services.record_scans_in_bulk(scans=lot, source="manual", by=BY)
    assert (first.new, first.changed, again.new, again.changed) == (5, 5, 0, 0)
    assert ScanEvent.objects.count() == 5
    assert StoredEvent.objects.filter(kind="shipments.WaybillStatusChanged").count() == 5


def test_what_belongs_to_no_waybill_and_what_lies_in_the_future_is_left_out(outlet: Branch) -> None:
    waybill = register(1, outlet)
    lot = [
        (waybill.pk, Scan(at=NOON, code="collected")),
        (waybill.pk + 99, Scan(at=NOON, code="collected")),
        (waybill.pk, Scan(at=now() + timedelta(days=2), code="delivered")),
    ]
    told = services.record_scans_in_bulk(scans=lot, source="manual", by=BY)
    assert (told.new, told.left_out) == (1, 1)
    waybill.refresh_from_db()
    assert waybill.status == "collected"


def test_unknown_codes_are_counted_once_for_the_lot(outlet: Branch) -> None:
    waybills = [register(number, outlet) for number in range(1, 4)]
    services.record_scans_in_bulk(
        scans=[(row.pk, Scan(at=NOON, code="9999", text="神秘")) for row in waybills], source="kuaidi100", by=BY
    )
    row = UnknownCode.objects.get()
    assert (row.code, row.count, row.text) == ("9999", 3, "神秘")


@pytest.mark.long
def test_statements_do_not_grow_with_the_lot(outlet: Branch, django_assert_max_num_queries: Any) -> None:
    late = now() - timedelta(days=3)
    waybills = [register(number, outlet, promised_at=late) for number in range(1, 61)]
    services.record_scans_in_bulk(scans=[(waybills[0].pk, Scan(at=NOON, code="collected"))], source="manual", by=BY)
    lot = [
        (row.pk, Scan(at=NOON + timedelta(hours=hour), code="in_transit/trunk")) for row in waybills for hour in (1, 2)
    ]
    with django_assert_max_num_queries(22):
        told = services.record_scans_in_bulk(scans=lot, source="manual", by=BY)
    assert (told.new, told.changed, told.raised) == (120, 60, 59)
    again = [(pk, Scan(at=scan.at + timedelta(hours=1), code="in_transit/trunk")) for pk, scan in lot[1::2]]
    with django_assert_max_num_queries(15):
        assert services.record_scans_in_bulk(scans=again, source="manual", by=BY).new == 60


def test_only_handlers_whose_work_was_not_done_for_the_lot_are_told(outlet: Branch, run_events: Any) -> None:
    waybill = register(1, outlet)
    run_events()
    long_ago = NOON - timedelta(days=30)
    services.record_scans_in_bulk(scans=[(waybill.pk, Scan(at=long_ago, code="collected"))], source="manual", by=BY)
    assert not Delivery.objects.filter(handler__in=["shipments.find_exceptions", "shipments.index_moved"]).exists()
    assert SearchEntry.objects.get(kind="waybill", object_id=waybill.pk).at == long_ago


def test_search_follows_a_parcel_to_a_branch_at_once_and_to_a_day_when_it_is_days_off(
    outlet: Branch, other_outlet: Branch, run_events: Any
) -> None:
    waybill = register(1, outlet)
    run_events()
    entry = SearchEntry.objects.get(kind="waybill", object_id=waybill.pk)
    soon = entry.at + timedelta(hours=5)
    services.record_scans_in_bulk(scans=[(waybill.pk, Scan(at=soon, code="in_transit"))], source="manual", by=BY)
    assert SearchEntry.objects.get(pk=entry.pk).at == entry.at
    here = Scan(at=soon + timedelta(hours=1), code="in_transit", text="到件", branch=other_outlet)
    services.record_scans_in_bulk(scans=[(waybill.pk, here)], source="manual", by=BY)
    there = SearchEntry.objects.get(pk=entry.pk)
    assert (there.at, there.branch_ids) == (here.at, sorted([outlet.pk, other_outlet.pk]))


def test_odd_signs_in_what_a_source_says_are_kept_as_they_are(outlet: Branch) -> None:
    waybill = register(1, outlet)
    odd = Scan(at=NOON, code="\\N", text="一\t二\\三\n四\0", place="\\.", operator_name="\r", operator_phone="\\t")
    services.record_scans_in_bulk(scans=[(waybill.pk, odd)], source="manual", by=BY)
    row = ScanEvent.objects.get()
    kept = (row.raw_code, row.raw_text, row.place, row.operator_name, row.operator_phone)
    assert kept == ("\\N", "一\t二\\三\n四", "\\.", "\r", "\\t")


def test_a_damage_told_late_is_found_though_the_parcel_has_gone_on(outlet: Branch) -> None:
    waybill = register(1, outlet)
    on = Scan(at=now() - timedelta(hours=1), code="in_transit")
    services.record_scans_in_bulk(scans=[(waybill.pk, on)], source="manual", by=BY)
    broken = Scan(at=on.at - timedelta(hours=2), code="exception/damaged")
    told = services.record_scans_in_bulk(scans=[(waybill.pk, broken)], source="manual", by=BY)
    assert (told.new, told.changed, told.raised) == (1, 0, 1)
    assert set(LASTING_DETAILS) == {detail.value for detail in LASTING}


def test_history_is_written_down_and_alarms_nobody(outlet: Branch, run_events: Any) -> None:
    waybill = register(1, outlet, promised_at=NOON - timedelta(days=400))
    services.record_scans_in_bulk(
        scans=[(waybill.pk, Scan(at=NOON - timedelta(days=420), code="in_transit"))],
        source="manual",
        by=BY,
        history=True,
    )
    rows = WaybillException.objects.filter(waybill=waybill)
    assert sorted((row.kind, row.state, row.history, row.tell_customer) for row in rows) == [
        ("late", ExceptionState.OPEN, True, False),
        ("stale", ExceptionState.OPEN, True, False),
    ]
    told = StoredEvent.objects.filter(kind="shipments.ExceptionRaised")
    assert [(event.payload["open_case"], event.payload["notify_customer"]) for event in told] == [(False, False)] * 2


def test_a_parcel_that_came_late_unseen_was_late_all_the_same(outlet: Branch) -> None:
    promised = NOON - timedelta(hours=3)
    late, punctual = register(1, outlet, promised_at=promised), register(2, outlet, promised_at=promised)
    services.record_scans_in_bulk(
        scans=[
            (late.pk, Scan(at=NOON, code="delivered/self")),
            (punctual.pk, Scan(at=promised, code="delivered/self")),
        ],
        source="manual",
        by=BY,
    )
    row = WaybillException.objects.get()
    assert (row.waybill_id, row.kind, row.state, row.sign) == (late.pk, "late", ExceptionState.CLEARED, "came_late")
    assert row.began_at == promised


@pytest.mark.django_db(transaction=True)
def test_two_lots_at_the_same_moment_add_each_scan_once(outlet: Branch) -> None:
    waybills = [register(number, outlet) for number in range(1, 21)]
    lot = [(row.pk, Scan(at=NOON, code="collected", text="已揽收")) for row in waybills]

    def tell(pairs: list[tuple[int, Scan]]) -> None:
        services.record_scans_in_bulk(scans=pairs, source="manual", by=BY)
        connection.close()

    threads = [Thread(target=tell, args=(pairs,)) for pairs in (lot, lot[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ScanEvent.objects.count() == 20
    assert StoredEvent.objects.filter(kind="shipments.WaybillStatusChanged").count() == 20


@pytest.mark.parametrize("hours", [1.99, 2, 2.01, 23.99, 24, 24.01, 35.99, 36, 119.99, 120, 1000])
def test_answers_kept_for_a_stretch_of_numbers_are_those_of_the_engine(db: None, hours: float) -> None:
    machine = rules.compiled(rules.version_in_force("shipment.exceptions"))
    for sign in ("over_promise", "no_update", "no_sign_off", "at_station", "failed"):
        for product in ("standard", "priority"):
            asked = {"sign": sign, "hours": hours, "product": product, "attempts": 1}
            given = {column.name: asked.get(column.name) for column in machine.spec.inputs}
            assert machine.decide(asked) == machine._ask(given)


def newcomers(outlet: Branch, count: int, **facts: object) -> list[NewWaybill]:
    carrier = services.ensure_carrier("sf")
    label = Facts(recipient_phone="138 1234 5678", **facts)  # type: ignore[arg-type]
    return [
        NewWaybill(number=f"sf {number:013d}", carrier=carrier, facts=label, branch=outlet)
        for number in range(1, count + 1)
    ]


def test_many_waybills_are_registered_as_one_by_one_in_few_statements(
    outlet: Branch, django_assert_max_num_queries: Any
) -> None:
    services.register_many(waybills=newcomers(outlet, 1), by=BY)
    with django_assert_max_num_queries(16):
        told = services.register_many(waybills=newcomers(outlet, 200, goods="茶叶"), by=BY)
    assert (len(told.ids), len(told.new)) == (200, 199)
    alone = services.register_waybill(
        number="YT1234567890123", carrier="yto", facts=Facts(recipient_phone="13812345678", goods="茶叶"), by=BY
    )
    together = Waybill.objects.get(pk=told.ids[-1])
    own = {"id", "number", "carrier", "source", "registered_branch", "status_since", "next_check_at"}
    assert {k: v for k, v in model_to_dict(together).items() if k not in own} == {
        k: v for k, v in model_to_dict(alone).items() if k not in own
    }
    assert together.registered_branch == outlet
    assert StoredEvent.objects.filter(kind="shipments.WaybillRegistered").count() == 201


def test_registering_many_again_fills_gaps_and_overwrites_nothing(outlet: Branch) -> None:
    first = services.register_many(waybills=newcomers(outlet, 2, recipient_name="张三"), by=BY)
    again = services.register_many(waybills=newcomers(outlet, 2, recipient_name="李四", goods="茶叶"), by=BY)
    assert (again.ids, again.new) == (first.ids, set())
    assert set(Waybill.objects.values_list("recipient_name", "goods")) == {("张三", "茶叶")}
    assert StoredEvent.objects.filter(kind="shipments.WaybillRegistered").count() == 2


def test_one_number_that_cannot_be_refuses_the_lot(outlet: Branch) -> None:
    wrong = NewWaybill(number="!!", carrier=services.ensure_carrier("sf"))
    with pytest.raises(BadInput):
        services.register_many(waybills=[*newcomers(outlet, 3), wrong], by=BY)
    assert not Waybill.objects.exists()


def test_a_number_named_twice_in_a_lot_is_one_parcel_of_which_the_first_word_counts(outlet: Branch) -> None:
    (first,) = newcomers(outlet, 1, recipient_name="张三")
    (second,) = newcomers(outlet, 1, recipient_name="李四", goods="茶叶")
    told = services.register_many(waybills=[first, second], by=BY)
    row = Waybill.objects.get()
    assert (told.ids, told.new) == ([row.pk, row.pk], {row.pk})
    assert (row.recipient_name, row.goods) == ("张三", "茶叶")
