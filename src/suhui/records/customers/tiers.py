"""The tier of a customer (CUS-4): counted facts in, the rule table "customer.tier" decides, its row is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from suhui.engines.rules import selectors as rules
from suhui.engines.rules import services as deciding
from suhui.engines.rules.models import Decision
from suhui.engines.rules.registry import Column, Row, TableSpec, at_least
from suhui.platform.core import bulk
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.records.customers import events
from suhui.records.customers.choices import Tier
from suhui.records.customers.models import Customer

TABLE = "customer.tier"
WINDOW = timedelta(days=90)
BATCH = 500

Counted = Literal["parcels", "complaints"]
Counter = Callable[[list[int], datetime], Mapping[int, int]]
_counters: dict[Counted, Counter] = {}


def register_count(what: Counted, counter: Counter) -> None:
    """`counter(customer_ids, since)` gives how many parcels or complaints each had since then; one query for all."""
    _counters[what] = counter


SPEC = TableSpec(
    code=TABLE,
    title=_("Tier of a customer"),
    inputs=[
        Column("vip", _("VIP by hand"), "flag"),
        Column("yearly_spend", _("Spend in a year"), "number", unit=_("yuan")),
        Column("contract_value", _("Contract value"), "number", unit=_("yuan")),
        Column("parcels_90d", _("Parcels in 90 days"), "number"),
        Column("complaints_90d", _("Complaints in 90 days"), "number"),
    ],
    outputs=[Column("tier", _("Tier"), "enum", choices=Tier.choices)],
    rows=[
        Row({"vip": True}, {"tier": Tier.VIP.value}, basis="公司内部规定"),
        Row({"contract_value": at_least(500_000)}, {"tier": Tier.VIP.value}, basis="公司内部规定"),
        Row({"yearly_spend": at_least(200_000)}, {"tier": Tier.VIP.value}, basis="公司内部规定"),
        Row({"complaints_90d": at_least(3)}, {"tier": Tier.CARE.value}, basis="公司内部规定"),
        Row({"contract_value": at_least(100_000)}, {"tier": Tier.KEY.value}, basis="公司内部规定"),
        Row({"yearly_spend": at_least(50_000)}, {"tier": Tier.KEY.value}, basis="公司内部规定"),
        Row({"parcels_90d": at_least(300)}, {"tier": Tier.KEY.value}, basis="公司内部规定"),
        Row({}, {"tier": Tier.STANDARD.value}, basis="公司内部规定"),
    ],
    basis="公司内部规定",
    help=_("Counted anew every night. The first row that fits decides."),
    order=40,
)


def assess(*, customer: Customer, by: Actor, at: datetime | None = None) -> Customer:
    """Decide this customer's tier now, from what is on record and what other rooms count."""
    at = at or now()
    _assess([customer], by=by, at=at)
    return customer


def assess_these(customers: list[Customer], *, by: Actor, at: datetime) -> int:
    """Decide the tiers of these now; how many changed."""
    return _assess(customers, by=by, at=at)


def assess_all(*, by: Actor, at: datetime) -> int:
    """Decide every living customer's tier anew, in batches; how many changed. Running it twice changes nothing."""
    changed, last = 0, 0
    while rows := list(Customer.objects.living().filter(pk__gt=last).order_by("pk")[:BATCH]):
        changed += _assess(rows, by=by, at=at)
        last = rows[-1].pk
    return changed


@transaction.atomic
def _assess(customers: list[Customer], *, by: Actor, at: datetime) -> int:
    ids = [customer.pk for customer in customers]
    counts = {what: counter(ids, at - WINDOW) for what, counter in _counters.items()}
    version = rules.version_in_force(TABLE)
    known = Decision.objects.in_bulk([c.tier_decision_id for c in customers if c.tier_decision_id is not None])
    asked: list[tuple[Customer, dict[str, Any]]] = []
    for customer in customers:
        customer.parcels_90d = counts.get("parcels", {}).get(customer.pk, 0)
        customer.complaints_90d = counts.get("complaints", {}).get(customer.pk, 0)
        last = known.get(customer.tier_decision_id) if customer.tier_decision_id else None
        given = inputs_of(customer)
        stands = last is not None and last.inputs == given and last.outputs.get("tier") == customer.tier
        if last is None or not stands or last.version_id != version.pk:
            asked.append((customer, given))
        customer.tier_at = at
    changed = _decide(asked, by, at)
    fields = ("parcels_90d", "complaints_90d", "tier", "tier_decision_id", "tier_at")
    bulk.update_rows(Customer, fields, ((c.pk, *(getattr(c, name) for name in fields)) for c in customers))
    return changed


def _decide(asked: list[tuple[Customer, dict[str, Any]]], by: Actor, at: datetime) -> int:
    """Ask the table for each of these customers; how many changed."""
    about = [(f"customer:{customer.pk}", given) for customer, given in asked]
    changed = 0
    for (customer, _given), decision in zip(
        asked, deciding.decide_many(table=TABLE, about=about, by=by, at=at), strict=True
    ):
        before, customer.tier = customer.tier, decision.outputs.get("tier") or Tier.STANDARD.value
        customer.tier_decision_id = decision.pk
        if before != customer.tier:
            event = events.CustomerTierChanged(customer_id=customer.pk, before=before, after=customer.tier)
            stored.store(event, by=by)
            changed += 1
    return changed


def first_tiers(asked: Sequence[tuple[int, dict[str, Any]]], *, by: Actor, at: datetime) -> list[tuple[str, int]]:
    """(tier, id of the decision) of customers that are being added: (id, `inputs`) each. They have sent nothing yet."""
    about = [(f"customer:{pk}", given) for pk, given in asked]
    found = deciding.decide_thousands(table=TABLE, about=about, by=by, at=at)
    return [(outputs.get("tier") or Tier.STANDARD.value, pk) for pk, outputs in found]


def tell(found: Sequence[tuple[int, str]], *, by: Actor) -> None:
    """Of (id, tier) of new customers: those whose tier is not everybody's first one changed it."""
    first = Tier.STANDARD.value
    changed = [
        events.CustomerTierChanged(customer_id=pk, before=first, after=tier) for pk, tier in found if tier != first
    ]
    stored.store_many(changed, by=by)


def inputs_of(customer: Customer) -> dict[str, Any]:
    """What the rule table is asked with."""
    return inputs(
        vip=customer.vip,
        yearly_spend_fen=customer.yearly_spend_fen,
        contract_value_fen=customer.contract_value_fen,
        parcels_90d=customer.parcels_90d,
        complaints_90d=customer.complaints_90d,
    )


def inputs(
    *, vip: bool, yearly_spend_fen: int, contract_value_fen: int, parcels_90d: int = 0, complaints_90d: int = 0
) -> dict[str, Any]:
    """The same before there is a customer; the table knows amounts in whole yuan."""
    return {
        "vip": vip,
        "yearly_spend": yearly_spend_fen // 100,
        "contract_value": contract_value_fen // 100,
        "parcels_90d": parcels_90d,
        "complaints_90d": complaints_90d,
    }


def decision_of(customer: Customer) -> Decision | None:
    """The decision that gave the tier, with its version: which row, and what it was asked with."""
    if customer.tier_decision_id is None:
        return None
    return Decision.objects.select_related("version").filter(pk=customer.tier_decision_id).first()
