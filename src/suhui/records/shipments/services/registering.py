"""Waybills by the hundred: a shop's orders, the programming interface. The same as one by one, in a few statements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection, transaction

from suhui.platform.core import events as stored
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch
from suhui.records.shipments import events
from suhui.records.shipments.choices import Product, Source, Status
from suhui.records.shipments.models import Carrier, CarrierAccount, Waybill
from suhui.records.shipments.services.waybills import Facts, clean_number, fill_in

NEWS_WANTED = frozenset({Source.MANUAL, Source.FILE, Source.API})
"""Who tells us of a parcel and does not tell us how it fares: carriers are asked then."""
INDEXED_AT_ONCE = 500
_COLUMNS = {
    "order_number": "varchar",
    "origin_id": "bigint",
    "destination_id": "bigint",
    "registered_branch_id": "bigint",
    "sender_id": "bigint",
    "sender_name": "varchar",
    "sender_phone": "varchar",
    "sender_address": "varchar",
    "recipient_id": "bigint",
    "recipient_name": "varchar",
    "recipient_phone": "varchar",
    "recipient_address": "varchar",
    "product": "varchar",
    "goods": "varchar",
    "pieces": "smallint",
    "weight_grams": "integer",
    "declared_fen": "bigint",
    "insured_fen": "bigint",
    "fee_fen": "bigint",
    "cod_fen": "bigint",
    "promised_at": "timestamptz",
}
_EMPTY: dict[str, Any] = {name: "" for name, kind in _COLUMNS.items() if kind == "varchar"} | {
    "product": Product.STANDARD.value,
    "pieces": 1,
    "declared_fen": 0,
    "insured_fen": 0,
    "fee_fen": 0,
    "cod_fen": 0,
}
_INSERT = """
    INSERT INTO shipments_waybill (number, carrier_id, source, status, sub_status, fault, status_since, failed_attempts,
        last_text, current_branch_id, next_check_at, created_at, updated_at, {names})
    SELECT number, carrier_id, %s, %s, '', '', %s, 0, '', origin_id, %s, %s, %s, {names}
    FROM jsonb_to_recordset(%s::jsonb) AS told (place integer, number varchar, carrier_id bigint, {types})
    ORDER BY place
    ON CONFLICT (carrier_id, number) DO NOTHING RETURNING id, carrier_id, number
""".format(  # noqa: S608 - names of our own columns
    names=", ".join(_COLUMNS), types=", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
)


@dataclass(frozen=True, kw_only=True)
class NewWaybill:
    """A parcel for the register. `branch` is who put it there, where its branches are not known."""

    number: str
    carrier: Carrier
    facts: Facts = field(default_factory=Facts)
    branch: Branch | None = None

    @cached_property
    def key(self) -> tuple[int, str]:
        """Carrier and number, which are on the register once. Raises BadInput for what cannot be a number."""
        return self.carrier.pk, clean_number(self.number)

    @cached_property
    def known(self) -> dict[str, Any]:
        """What is known of it, ready for the row. Raises BadInput for a phone or product that cannot be."""
        return self.facts.known()

    def demand_usable(self) -> None:
        """Raises BadInput for what would refuse a whole lot."""
        _ready = self.key, self.known


@dataclass(frozen=True)
class Registered:
    """Ids in the order asked for; `new` are those that were not there."""

    ids: list[int]
    new: set[int]


@transaction.atomic
def register_many(
    *, waybills: Sequence[NewWaybill], by: Actor, source: str = Source.API, at: datetime | None = None
) -> Registered:
    """Put these parcels on the register. A number that is there already, or named twice, gets what it did not know
    filled in. Raises BadInput, nothing kept, for what cannot be a number or a phone."""
    moment = at or now()
    known = _by_key(waybills)
    told = [
        {"place": place, "number": number, "carrier_id": carrier_id, **_values(row, facts)}
        for place, ((carrier_id, number), (row, facts)) in enumerate(known.items())
    ]
    fixed: list[Any] = [source, Status.CREATED.value, moment, moment, moment, moment]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*fixed, json.dumps(told, default=str)])
        added = {(carrier_id, number): pk for pk, carrier_id, number in cursor.fetchall()}
    happened = [
        events.WaybillRegistered(waybill_id=pk, number=key[1], carrier=known[key][0].carrier.code, source=source)
        for key, pk in added.items()
    ]
    asked = source in NEWS_WANTED and CarrierAccount.objects.filter(active=True).exists()
    besides = ["shipments.index_new", *([] if asked else ["shipments.want_news"])]
    stored.store_many(happened, by=by, besides=besides)
    index_later(list(added.values()))
    there = added | _fill_those_there({key: facts for key, (_row, facts) in known.items() if key not in added}, by)
    return Registered([there[row.key] for row in waybills], set(added.values()))


def _by_key(waybills: Sequence[NewWaybill]) -> dict[tuple[int, str], tuple[NewWaybill, dict[str, Any]]]:
    """Each parcel once, with the facts of all that name it: the first to know one tells it."""
    found: dict[tuple[int, str], tuple[NewWaybill, dict[str, Any]]] = {}
    for row in waybills:
        first, known = found.get(row.key, (row, {}))
        told = {name: value for name, value in known.items() if value}
        found[row.key] = first, {**known, **row.known, **told}
    return found


def _values(row: NewWaybill, facts: dict[str, Any]) -> dict[str, Any]:
    branch_id = row.branch.pk if row.branch and not facts.get("origin_id") else None
    return {**dict.fromkeys(_COLUMNS), **_EMPTY, **facts, "registered_branch_id": branch_id}


def _fill_those_there(known: dict[tuple[int, str], dict[str, Any]], by: Actor) -> dict[tuple[int, str], int]:
    rows = Waybill.objects.filter(number__in=[number for _carrier, number in known]) if known else []
    there: dict[tuple[int, str], int] = {}
    for row in rows:
        if (row.carrier_id, row.number) in known:
            there[row.carrier_id, row.number] = row.pk
            fill_in(row, known[row.carrier_id, row.number], by)
    return there


def index_later(ids: Sequence[int]) -> None:
    """Search, in jobs of the current transaction."""
    for start in range(0, len(ids), INDEXED_AT_ONCE):
        jobs.defer("shipments.index", ids=list(ids[start : start + INDEXED_AT_ONCE]))
