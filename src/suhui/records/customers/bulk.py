"""Customers by the thousand: files, the programming interface. The same truth as `services`, in a few statements.

Each customer gets its own CustomerAdded (timelines and other rooms are told as ever); what this room's handlers do for
one is done for the lot, at once (the first tier) or by a job (`index`, `settle`), so that a hundred thousand deliveries
are not worked off one by one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, connection, transaction

from suhui.platform.core import bulk, jobs
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.numbers import next_numbers
from suhui.platform.people.services import pinyin_of
from suhui.platform.search import services as search
from suhui.records.customers import events, tiers
from suhui.records.customers.addresses import Parts
from suhui.records.customers.choices import CustomerKind, Source
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Phone
from suhui.records.customers.phones import Number, attribution
from suhui.records.customers.services import NUMBER_PREFIX, told

OWN_HANDLERS = (
    "customers.first_tier",
    "customers.tier_after_change",
    "customers.index_added",
    "customers.index_changed",
)
"""What is done for the lot instead of them."""
_TIERS = Actor.system("customers")
SETTLED_AT_ONCE = 500
_ADDRESS = ("customer_id", "province", "city", "district", "detail", "is_main", "added_at", "label")
_AMOUNTS = ("yearly_spend_fen", "contract_value_fen")


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """Everything a line of a file may say about a customer; checked already."""

    name: str
    branch_id: int
    kind: str = CustomerKind.PERSON
    numbers: Sequence[Number] = ()
    owner_id: int | None = None
    source: str = Source.IMPORT
    industry: str = ""
    wechat: str = ""
    note: str = ""
    email: str = ""
    address: Parts | None = None
    contact: str = ""
    vip: bool = False
    yearly_spend_fen: int = 0
    contract_value_fen: int = 0


@transaction.atomic
def add_many(*, rows: Sequence[NewCustomer], by: Actor, at: datetime | None = None) -> list[int]:
    """Add these customers, each with an archive number and an event; their ids in the same order.

    A number that already identifies another customer, in the database or further up in `rows`, is kept as a shared
    one. Each gets its first tier at once; search follows in a job of this transaction.
    """
    if not rows:
        return []
    at = at or now()
    bulk.plan_anew()
    ids = bulk.take_ids(Customer, len(rows))
    numbers = next_numbers(NUMBER_PREFIX, at, len(rows))
    asked = [
        (pk, tiers.inputs(vip=row.vip, **{name: getattr(row, name) for name in _AMOUNTS}))
        for pk, row in zip(ids, rows, strict=True)
    ]
    decided = tiers.first_tiers(asked, by=_TIERS, at=at)
    _copy_customers(rows, ids, numbers, decided, at)
    _insert_phones(
        [(pk, number, place == 0) for pk, row in zip(ids, rows, strict=True) for place, number in _once(row)], at
    )
    _copy_facts(rows, ids, at)
    happened = [
        events.CustomerAdded(customer_id=pk, number=number, source=row.source)
        for pk, number, row in zip(ids, numbers, rows, strict=True)
    ]
    stored.store_many(happened, by=by, besides=OWN_HANDLERS)
    tiers.tell([(pk, tier) for pk, (tier, _decision) in zip(ids, decided, strict=True)], by=_TIERS)
    _later("customers.index", ids)
    return ids


def settle_later(ids: Sequence[int]) -> None:
    """Tier and search for these, in jobs of the current transaction."""
    _later("customers.settle", ids)


def _later(job: str, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), SETTLED_AT_ONCE):
        jobs.defer(job, ids=list(ids[start : start + SETTLED_AT_ONCE]))


def index(ids: Collection[int]) -> None:
    """Let these be found. Twice is harmless."""
    with transaction.atomic():
        search.index_many("customer", ids)


def settle(ids: Collection[int], by: Actor) -> None:
    """Index these customers and decide their tiers. Twice is harmless."""
    index(ids)
    with transaction.atomic():
        rows = list(Customer.objects.living().filter(pk__in=list(ids)).order_by("pk").select_for_update())
        tiers.assess_these(rows, by=by, at=now())


def _copy_customers(
    rows: Sequence[NewCustomer], ids: list[int], numbers: list[str], decided: list[tuple[str, int]], at: datetime
) -> None:
    fields = ("kind", "name", "branch_id", "owner_id", "source", "industry", "note", "vip", *_AMOUNTS)
    same = {"parcels_90d": 0, "complaints_90d": 0, "version": 1, "tier_at": at, "created_at": at, "updated_at": at}
    columns = ("id", "number", "tier", "tier_decision_id", "pinyin", "wechat", *fields, *same)
    given, rest = attrgetter(*fields), tuple(same.values())
    bulk.copy_rows(
        Customer,
        columns,
        (
            (pk, number, tier, decision, pinyin_of(row.name)[:240], row.wechat[:60], *given(row), *rest)
            for pk, number, (tier, decision), row in zip(ids, numbers, decided, rows, strict=True)
        ),
    )


def _once(row: NewCustomer) -> Iterable[tuple[int, Number]]:
    return enumerate({number.e164: number for number in row.numbers}.values())


_PHONES = """
    INSERT INTO customers_phone (customer_id, number, backwards, extension, kind, region, carrier, identifies, is_main,
        added_at)
    SELECT customer_id, number, backwards, extension, kind, region, carrier, %s, is_main, %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])
        AS told (customer_id, number, backwards, extension, kind, region, carrier, is_main)
    ON CONFLICT DO NOTHING RETURNING customer_id, number
"""


def _insert_phones(given: list[tuple[int, Number, bool]], at: datetime) -> None:
    """The first to claim a number is identified by it; whoever comes second, even at the same moment, shares it."""
    if not given:
        return
    # In one order everywhere, so that two lots with the same numbers never wait for each other.
    given = sorted(given, key=lambda one: (one[1].e164, one[0]))
    try:
        with transaction.atomic():
            _copy_phones(given, at)
    except IntegrityError:
        # Somebody claimed one of them just now.
        _insert_singly(given, at)


def _copy_phones(given: list[tuple[int, Number, bool]], at: datetime) -> None:
    claims = Phone.objects.filter(bulk.among("number", {n.e164 for _pk, n, _main in given}), identifies=True)
    claimed = set(claims.filter(removed_at=None).values_list("number", flat=True))
    columns = ("customer_id", "is_main", "number", "backwards", "extension", "kind", "region", "carrier", "identifies")

    def values(pk: int, n: Number, is_main: bool) -> tuple[Any, ...]:
        first = n.e164 not in claimed
        claimed.add(n.e164)
        region, carrier = attribution(n.e164)
        return (pk, is_main, n.e164, n.backwards, n.extension, str(n.kind), region[:60], carrier[:30], first, at)

    bulk.copy_rows(Phone, (*columns, "added_at"), (values(*one) for one in given))


def _insert_singly(given: list[tuple[int, Number, bool]], at: datetime) -> None:
    claimed = _insert_some(given, at, identifies=True)
    _insert_some([one for one in given if (one[0], one[1].e164) not in claimed], at, identifies=False)


def _insert_some(given: list[tuple[int, Number, bool]], at: datetime, *, identifies: bool) -> set[tuple[int, str]]:
    if not given:
        return set()
    lists = list(
        zip(
            *(
                (pk, n.e164, n.backwards, n.extension, str(n.kind), n.region[:60], n.carrier[:30], is_main)
                for pk, n, is_main in given
            ),
            strict=True,
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(_PHONES, [identifies, at, *(list(values) for values in lists)])
        return set(cursor.fetchall())


def _copy_facts(rows: Sequence[NewCustomer], ids: list[int], at: datetime) -> None:
    paired = list(zip(ids, rows, strict=True))
    homes = [(pk, *_parts(row.address), True, at, "") for pk, row in paired if row.address is not None]
    bulk.copy_rows(Address, _ADDRESS, homes)
    bulk.copy_rows(
        Email,
        ("customer_id", "address", "is_main", "added_at"),
        [(pk, r.email, True, at) for pk, r in paired if r.email],
    )
    people = [(pk, r.contact[:60], pinyin_of(r.contact), "", True, at) for pk, r in paired if r.contact]
    bulk.copy_rows(ContactPerson, ("customer_id", "name", "pinyin", "title", "is_main", "added_at"), people)


def _parts(parts: Parts) -> tuple[str, str, str, str]:
    return parts.province[:30], parts.city[:30], parts.district[:30], parts.detail[:200]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one customer gets: `fields` of its row with their new values, and facts it does not have yet."""

    customer_id: int
    fields: dict[str, Any] = field(default_factory=dict)
    numbers: Sequence[Number] = ()
    email: str = ""
    address: Parts | None = None


CHANGEABLE = ("name", "kind", "wechat", "owner_id", "source", "industry", "note", "vip", *_AMOUNTS)


@transaction.atomic
def change_many(*, changes: Sequence[Change], by: Actor) -> dict[int, dict[str, Any]]:
    """Change these customers; for each that really changed what was before: {"fields": {…}, "phones": [ids], …}.

    A customer that was merged away meanwhile is left alone and is not in the answer.
    """
    at = now()
    wanted = {change.customer_id: change for change in changes}
    rows = Customer.objects.living().filter(pk__in=list(wanted)).order_by("pk").select_for_update()
    before: dict[int, dict[str, Any]] = {}
    happened: list[events.CustomerChanged] = []
    changed: list[Customer] = []
    for row in rows:
        new = {name: value for name, value in wanted[row.pk].fields.items() if getattr(row, name) != value}
        before[row.pk] = {"fields": {name: getattr(row, name) for name in new}, "added": {}}
        if not new:
            continue
        words = {name: [told(name, getattr(row, name)), told(name, value)] for name, value in new.items()}
        happened.append(events.CustomerChanged(customer_id=row.pk, changes=words))
        for name, value in new.items():
            setattr(row, name, value)
        row.pinyin = pinyin_of(row.name)[:240] if "name" in new else row.pinyin
        row.version, row.updated_at = row.version + 1, at
        changed.append(row)
    keep(changed)
    happened += _add_facts([wanted[pk] for pk in before], before, at)
    stored.store_many(happened, by=by, besides=OWN_HANDLERS)
    settle_later(sorted({event.customer_id for event in happened}))
    return before


def keep(rows: Iterable[Customer]) -> None:
    """Write what may change in bulk as it is now in these rows."""
    columns = (*CHANGEABLE, "pinyin", "version", "updated_at")
    bulk.update_rows(Customer, columns, ((row.pk, *(getattr(row, name) for name in columns)) for row in rows))


def _add_facts(changes: list[Change], before: dict[int, dict[str, Any]], at: datetime) -> list[events.CustomerChanged]:
    """Phones, e-mails and addresses these customers do not have yet; what was added goes into `before`."""
    added: dict[str, Sequence[tuple[int, Any]]] = {
        "phone": [(pk, number.e164) for pk, number in _add_phones(changes, at)],
        "email": _add_emails(changes, at),
        "address": [(pk, list(parts)) for pk, parts in _add_addresses(changes, at)],
    }
    happened: list[events.CustomerChanged] = []
    for kind, values in added.items():
        for pk, value in values:
            before[pk]["added"].setdefault(kind, []).append(value)
            happened.append(events.CustomerChanged(customer_id=pk, what="fact_added", fact_kind=kind))
    return happened


def _add_phones(changes: list[Change], at: datetime) -> list[tuple[int, Number]]:
    rows = Phone.objects.filter(customer__in=[change.customer_id for change in changes], removed_at=None)
    known = set(rows.values_list("customer_id", "number"))
    having = {pk for pk, _number in known}
    new = [
        (c.customer_id, number) for c in changes for number in c.numbers if (c.customer_id, number.e164) not in known
    ]
    firsts = {pk: number for pk, number in reversed(new) if pk not in having}
    _insert_phones([(pk, number, firsts.get(pk) is number) for pk, number in new], at)
    return new


def _add_emails(changes: list[Change], at: datetime) -> list[tuple[int, str]]:
    rows = Email.objects.filter(customer__in=[change.customer_id for change in changes], removed_at=None)
    known = set(rows.values_list("customer_id", "address"))
    having = {pk for pk, _address in known}
    new = [(c.customer_id, c.email) for c in changes if c.email and (c.customer_id, c.email) not in known]
    columns = ("customer_id", "address", "is_main", "added_at")
    bulk.copy_rows(Email, columns, [(pk, address, pk not in having, at) for pk, address in new])
    return new


def _add_addresses(changes: list[Change], at: datetime) -> list[tuple[int, tuple[str, str, str, str]]]:
    rows = Address.objects.filter(customer__in=[change.customer_id for change in changes], removed_at=None)
    known = set(rows.values_list("customer_id", "province", "city", "district", "detail"))
    having = {pk for pk, *_parts_known in known}
    given = [(c.customer_id, _parts(c.address)) for c in changes if c.address is not None]
    new = [(pk, parts) for pk, parts in given if (pk, *parts) not in known]
    bulk.copy_rows(Address, _ADDRESS, [(pk, *parts, pk not in having, at, "") for pk, parts in new])
    return new
