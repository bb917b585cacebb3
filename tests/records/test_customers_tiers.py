from collections.abc import Callable
from datetime import datetime

import pytest

from suhui.engines.rules.models import Decision
from suhui.platform.core import clock
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch
from suhui.records.customers import services, tiers
from suhui.records.customers.models import Customer
from tests.conftest import SYSTEM

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
