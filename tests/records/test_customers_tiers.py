from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from suhui.engines.rules import services as rules
from suhui.engines.rules.models import Decision
from suhui.platform.core import clock
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.customers import merging, services, tasks, tiers
from suhui.records.customers.models import Customer
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services import Facts, register_waybill
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_counts(**counts: int) -> None:
        for what, number in counts.items():

            def counter(ids: list[int], since: datetime, number: int = number) -> dict[int, int]:
                return dict.fromkeys(ids, number)

            monkeypatch.setitem(tiers._counters, what, counter)  # type: ignore[misc]

    return set_counts


@pytest.mark.parametrize(
    ("fields", "counts", "tier", "row"),
    [
        ({"vip": True}, {"complaints": 9}, "vip", 0),
        ({"contract_value_fen": 50_000_000}, {}, "vip", 1),
        ({"yearly_spend_fen": 20_000_000}, {}, "vip", 2),
        ({}, {"complaints": 3}, "care", 3),
        ({"contract_value_fen": 10_000_000}, {}, "key", 4),
        ({"yearly_spend_fen": 4_999_999}, {}, "standard", 7),
        ({}, {"parcels": 300}, "key", 6),
        ({}, {}, "standard", 7),
    ],
)
def test_the_shipped_rows_decide_and_the_row_is_kept(
    outlet: Branch,
    count: Callable[..., None],
    fields: dict[str, int],
    counts: dict[str, int],
    tier: str,
    row: int,
) -> None:
    customer = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    Customer.objects.update(**fields)
    customer.refresh_from_db()
    count(parcels=0, complaints=0)
    count(**counts)
    tiers.assess(customer=customer, by=SYSTEM)
    customer.refresh_from_db()
    assert customer.tier == tier
    decision = tiers.decision_of(customer)
    assert decision is not None
    assert decision.row == row
    assert decision.subject == f"customer:{customer.pk}"


def test_the_nightly_count_decides_only_what_changed(outlet: Branch, count: Callable[..., None]) -> None:
    for number in range(3):
        services.add_customer(name=f"客户{number}", branch=outlet, by=SYSTEM)
    count(parcels=0, complaints=0)
    assert tiers.assess_all(by=SYSTEM, at=clock.now()) == 0
    assert Decision.objects.count() == 3
    tiers.assess_all(by=SYSTEM, at=clock.now())
    assert Decision.objects.count() == 3
    count(complaints=5)
    assert tiers.assess_all(by=SYSTEM, at=clock.now()) == 3
    assert set(Customer.objects.values_list("tier", flat=True)) == {"care"}
    assert StoredEvent.objects.filter(kind="customers.CustomerTierChanged").count() == 3


def test_the_nightly_count_takes_few_queries_for_many(
    outlet: Branch, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        services.add_customer(name=f"客户{number}", branch=outlet, by=SYSTEM)
    tiers.assess_all(by=SYSTEM, at=clock.now())
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        tiers.assess_all(by=SYSTEM, at=clock.now())


def test_vip_by_hand_takes_effect_at_once(outlet: Branch, run_events: Callable[[], int]) -> None:
    customer = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    run_events()
    services.change_customer(customer=customer, version=1, vip=True, by=SYSTEM)
    run_events()
    customer.refresh_from_db()
    assert customer.tier == "vip"


def parcel(number: str, sender: Customer | None, recipient: Customer | None) -> Waybill:
    facts = Facts(sender=sender, recipient=recipient)
    return register_waybill(number=number, carrier="yto", facts=facts, by=SYSTEM)


def test_parcels_sent_and_received_count_each_once_and_only_for_ninety_days(outlet: Branch) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    li = services.add_customer(name="李雷", branch=outlet, by=SYSTEM)
    parcel("YT1000000000001", wang, li)
    parcel("YT1000000000002", wang, wang)
    old = parcel("YT1000000000003", wang, None)
    collected_long_ago = parcel("YT1000000000004", wang, None)
    since = clock.now() - tiers.WINDOW
    Waybill.objects.filter(pk=old.pk).update(created_at=since - timedelta(days=1))
    Waybill.objects.filter(pk=collected_long_ago.pk).update(collected_at=since - timedelta(days=1))
    assert parcels.counts_of([wang.pk, li.pk], since) == {wang.pk: 2, li.pk: 1}


def test_the_schedule_counts_the_parcels_of_the_register(outlet: Branch) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    parcel("YT1000000000001", wang, None)
    tasks.count_tiers.func(int(clock.now().timestamp()))
    wang.refresh_from_db()
    assert wang.parcels_90d == 1
    decision = tiers.decision_of(wang)
    assert decision is not None
    assert decision.inputs["parcels_90d"] == 1


def test_two_that_became_one_are_counted_as_one(
    outlet: Branch, supervisor: User, run_events: Callable[[], int]
) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    twin = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    parcel("YT1000000000001", twin, None)
    merging.merge(winner=wang, loser=twin, by=supervisor)
    run_events()
    wang.refresh_from_db()
    assert wang.parcels_90d == 1


def test_a_person_has_the_tier_decided_now_and_reads_which_row_did_it(
    outlet: Branch, make_person: MakePerson, enter: Callable[[User], Client], count: Callable[..., None]
) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    count(parcels=0, complaints=4)
    client = enter(make_person("crm-officer"))
    page = client.post(f"/customers/{wang.pk}/tier/decide/").content.decode()
    wang.refresh_from_db()
    assert wang.tier == "care"
    for words in ("第 1 版第 4 行", "近 90 天投诉", "不少于 3"):
        assert words in page
    assert client.get(f"/customers/{wang.pk}/tier/decide/").status_code == 405


def test_whoever_only_reads_customers_decides_nothing(
    outlet: Branch, make_person: MakePerson, enter: Callable[[User], Client], count: Callable[..., None]
) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    count(complaints=4)
    assert enter(make_person("contract-supervisor")).post(f"/customers/{wang.pk}/tier/decide/").status_code == 403
    wang.refresh_from_db()
    assert wang.tier == "standard"


def test_new_rules_decide_everybody_anew(
    outlet: Branch, count: Callable[..., None], run_events: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = services.add_customer(name="王芳", branch=outlet, by=SYSTEM)
    count(parcels=0, complaints=1)
    tiers.assess_all(by=SYSTEM, at=clock.now())
    run_events()
    draft = rules.start_draft(table=tiers.TABLE, by=SYSTEM)
    rows = list(draft.rows)
    rows[3]["when"]["complaints_90d"]["value"] = 1
    draft = rules.save_draft(draft=draft, revision=draft.revision, rows=rows, by=SYSTEM)
    draft = rules.try_out(draft=draft, by=SYSTEM, at=clock.now())
    rules.switch_on(draft=draft, by=SYSTEM, at=clock.now())
    asked: list[str] = []
    monkeypatch.setattr("suhui.platform.core.jobs.defer", lambda name, **_more: asked.append(name))
    run_events()
    assert asked == ["customers.assess_tiers"]
    tasks.assess_tiers.func()
    wang.refresh_from_db()
    assert wang.tier == "care"
