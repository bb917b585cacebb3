from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.shipments import access, selectors, services, track
from suhui.records.shipments.choices import Status, SubStatus
from suhui.records.shipments.mapping import SHIPPED
from suhui.records.shipments.models import ScanEvent, UnknownCode, Waybill
from suhui.records.shipments.services import Facts, Scan

BY = Actor.system("test")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def hours(number: float) -> datetime:
    return NOON + timedelta(hours=number)


@pytest.fixture
def waybill(outlet: Branch) -> Waybill:
    facts = Facts(destination=outlet, recipient_name="张三", recipient_phone="138 1234 5678")
    return services.register_waybill(number="sf 1234567890123", carrier="sf", facts=facts, by=BY)


WAY = [
    Scan(at=hours(0), code="collected", text="已揽收"),
    Scan(at=hours(5), code="in_transit/trunk", text="已发往杭州"),
    Scan(at=hours(20), code="out_for_delivery", text="派送中", place="杭州西湖网点"),
    Scan(at=hours(22), code="delivered/self", text="本人签收"),
]


def test_a_number_is_kept_as_carriers_write_it_and_a_phone_as_e164(waybill: Waybill) -> None:
    assert waybill.number == "SF1234567890123"
    assert waybill.recipient_phone == "+8613812345678"


def test_registering_again_fills_gaps_and_overwrites_nothing(waybill: Waybill) -> None:
    facts = Facts(recipient_name="李四", goods="茶叶", weight_grams=1200)
    again = services.register_waybill(number="SF1234567890123", carrier="sf", facts=facts, by=BY)
    assert again.pk == waybill.pk
    assert (again.recipient_name, again.goods, again.weight_grams) == ("张三", "茶叶", 1200)
    assert StoredEvent.objects.filter(kind="shipments.WaybillRegistered").count() == 1


@pytest.mark.parametrize(("number", "carrier"), [("12", "sf"), ("!!!!!!", "sf"), ("SF1234567890123", "nobody")])
def test_what_cannot_be_a_waybill_is_refused_and_leaves_nothing(db: None, number: str, carrier: str) -> None:
    with pytest.raises(BadInput):
        services.register_waybill(number=number, carrier=carrier, by=BY)
    assert not Waybill.objects.exists()


def test_the_newest_scan_decides_in_whatever_order_scans_come(waybill: Waybill, outlet: Branch) -> None:
    for order in list(permutations(WAY))[::5]:
        ScanEvent.objects.all().delete()
        for scan in order:
            services.record_scans(waybill=waybill, scans=[scan], source="manual", by=BY)
        waybill.refresh_from_db()
        assert (waybill.status, waybill.sub_status) == (Status.DELIVERED, SubStatus.BY_SELF)
        assert (waybill.collected_at, waybill.out_at, waybill.delivered_at) == (hours(0), hours(20), hours(22))
        assert waybill.current_branch_id == outlet.pk


def test_scans_told_twice_are_one_row_and_one_event(waybill: Waybill) -> None:
    first = services.record_scans(waybill=waybill, scans=WAY, source="manual", by=BY)
    again = services.record_scans(waybill=waybill, scans=[*WAY, *WAY], source="manual", by=BY)
    assert (first.new, again.new, again.changed) == (4, 0, False)
    assert StoredEvent.objects.filter(kind="shipments.WaybillStatusChanged").count() == 1


def test_a_delivered_parcel_reopens_when_the_recipient_has_not_got_it(waybill: Waybill) -> None:
    services.record_scans(waybill=waybill, scans=WAY, source="manual", by=BY)
    lost = Scan(at=hours(30), code="exception/lost_suspected", text="收件人称未收到")
    services.record_scans(waybill=waybill, scans=[lost], source="manual", by=BY)
    waybill.refresh_from_db()
    assert (waybill.status, waybill.fault, waybill.delivered_at) == (Status.EXCEPTION, "carrier", None)


def test_an_unknown_code_is_kept_counted_and_changes_nothing_until_it_is_learnt(
    waybill: Waybill, run_events: object
) -> None:
    services.record_scans(waybill=waybill, scans=WAY[:1], source="kuaidi100", by=BY)
    odd = Scan(at=hours(3), code="9999", text="神秘扫描")
    services.record_scans(waybill=waybill, scans=[odd], source="kuaidi100", by=BY)
    waybill.refresh_from_db()
    assert waybill.status == Status.CREATED  # "collected" is none of kuaidi100's codes either
    assert UnknownCode.objects.get(code="9999").text == "神秘扫描"
    services.set_meaning(source="kuaidi100", code="9999", status="in_transit", sub_status="at_hub", by=BY)
    run_events()  # type: ignore[operator]
    waybill.refresh_from_db()
    assert (waybill.status, waybill.sub_status) == (Status.IN_TRANSIT, SubStatus.AT_HUB)
    assert not UnknownCode.objects.filter(code="9999").exists()


def test_a_scan_from_the_far_future_is_left_out(waybill: Waybill) -> None:
    wrong = Scan(at=now() + timedelta(days=400), code="delivered", text="时钟错误")
    assert services.record_scans(waybill=waybill, scans=[wrong], source="manual", by=BY).new == 0


def test_every_shipped_code_has_a_meaning_of_the_house() -> None:
    for table in SHIPPED.values():
        assert all(meaning.status in Status.values and meaning.sub in SubStatus.values for meaning in table.values())


SCANS = st.builds(
    ScanEvent,
    id=st.integers(1, 10_000),
    at=st.integers(0, 500).map(hours),
    status=st.sampled_from(Status.values),
    raw_text=st.just(""),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SCANS, max_size=12, unique_by=lambda scan: scan.id), st.randoms())
def test_what_the_scans_add_up_to_does_not_depend_on_their_order(scans: list[ScanEvent], chance: object) -> None:
    shuffled = list(scans)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert track.summarise(shuffled) == track.summarise(scans)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(
    st.lists(SCANS, min_size=1, max_size=8, unique_by=lambda scan: scan.id),
    st.lists(SCANS, min_size=1, max_size=5, unique_by=lambda scan: scan.id),
)
def test_carrying_on_from_a_waybill_comes_to_the_same_as_its_whole_track(
    old: list[ScanEvent], new: list[ScanEvent]
) -> None:
    for scan in new:
        scan.at += timedelta(hours=501)
    before = track.summarise(old)
    known = Waybill(
        status=before.status,
        sub_status=before.sub_status,
        fault=before.fault,
        status_since=before.status_since or NOON,
        collected_at=before.collected_at,
        out_at=before.out_at,
        delivered_at=before.delivered_at,
        failed_attempts=before.failed_attempts,
    )
    new.sort(key=lambda scan: (scan.at, scan.id))
    said, whole = track.carry_on(known, new), track.summarise([*old, *new])
    if said is not None:
        if whole.status_since is None:
            said = replace(said, status_since=None)
        assert replace(said, newest_id=0, branch_id=None) == replace(whole, newest_id=0, branch_id=None)


def test_only_branches_on_its_way_see_a_parcel(
    waybill: Waybill, agent: User, other_outlet: Branch, make_person: object
) -> None:
    stranger = make_person("agent", branch=other_outlet)  # type: ignore[operator]
    assert access.get_waybill(agent, waybill.pk) == waybill
    assert not access.visible_to(stranger).exists()
    arrived = Scan(at=hours(1), code="in_transit/missorted", text="到达", branch=other_outlet)
    services.record_scans(waybill=waybill, scans=[arrived], source="manual", by=BY)
    assert access.visible_to(stranger).exists()


def test_a_text_is_linked_to_the_waybills_it_speaks_of(waybill: Waybill) -> None:
    assert selectors.link_text("单号ＳＦ1234 5678 9012 3还有JT0001234567890，电话13812345678") == [waybill]
    named = selectors.mentioned_in("单号SF1234567890123还有JT0001234567890")
    assert [(item.number, item.waybill is not None) for item in named] == [
        ("SF1234567890123", True),
        ("JT0001234567890", False),
    ]


def test_a_customer_comes_in_with_the_right_phone_tail_only(waybill: Waybill) -> None:
    assert selectors.for_phone_tail("sf1234567890123", "5678") == waybill
    for tail in ("5679", "", "678", "x678", "５６７８"):
        assert selectors.for_phone_tail("SF1234567890123", tail) is None
