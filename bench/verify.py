"""Is what the loader wrote what the services would have written? python -m bench.verify --cases 10000

Compares samples of every derived row with the product's own functions, and every reference with what it names.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bench import home

SAMPLE = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    cases = parser.parse_args().cases
    home.use(cases)
    wrong = 0
    for check in (references, searched, tracked, due, goes_on):
        found = list(check())
        wrong += len(found)
        print(f"{check.__name__:12} {'ok' if not found else 'WRONG'}")
        print("".join(f"    {line}\n" for line in found[:5]), end="")
    return 1 if wrong else 0


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def references() -> Iterator[str]:
    """Every foreign key names a row: they were not checked while loading."""
    keys = _rows(
        """
        SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text, b.attname
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
        JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1]
        WHERE contype = 'f' AND conparentid = 0 AND cardinality(conkey) = 1
        """
    )
    for table, column, other, key in keys:
        without = f"NOT EXISTS (SELECT FROM {other} o WHERE o.{key} = t.{column})"
        sql = f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL AND {without}"
        if count := _rows(sql)[0][0]:
            yield f"{table}.{column}: {count} rows name no {other}"


def searched() -> Iterator[str]:
    """Entries of the index are those the room writes for the object as it is."""
    from suhui.platform.search import registry, services

    columns = "title, title_mask, details::text, text, hidden, url, branch_ids, owner_ids, everyone, at"
    for kind in registry.all_kinds():
        rows = _rows(
            f"SELECT object_id, id, tsvector_to_array(vector), {columns} FROM search_searchentry "
            "WHERE kind = %s ORDER BY md5(object_id::text) LIMIT %s",
            kind.kind,
            SAMPLE,
        )
        for object_id, entry_id, vector, *row in rows:
            doc = kind.build(object_id)
            if doc is None:
                yield f"{kind.kind}:{object_id} is not to be found"
                continue
            wanted = services.values_of(kind.kind, object_id, doc)
            wanted["details"] = _rows("SELECT %s::jsonb::text", wanted["details"])[0][0]
            names = ("title", "title_mask", "details", "text", "hidden", "url", "branch_ids", "owner_ids")
            if sorted(vector) != wanted["vector"]:
                yield f"{kind.kind}:{object_id} tokens: {set(vector) ^ set(wanted['vector'])}"
            for name, value in zip((*names, "everyone", "at"), row, strict=True):
                if value != wanted[name]:
                    yield f"{kind.kind}:{object_id} {name}: {value!r}, not {wanted[name]!r}"
            keys = _rows("SELECT forward, is_phone FROM search_searchkey WHERE entry_id = %s", entry_id)
            if {tuple(key) for key in keys} != services.keys_of(doc):
                yield f"{kind.kind}:{object_id} keys: {keys}"


def tracked() -> Iterator[str]:
    """Waybills say what their scans add up to."""
    from suhui.records.shipments import track
    from suhui.records.shipments.models import Waybill

    for waybill in Waybill.objects.order_by("number").prefetch_related("scans")[: SAMPLE * 3]:
        said = track.summarise(waybill.scans.all())
        for name in ("status", "sub_status", "fault", "collected_at", "out_at", "delivered_at", "failed_attempts"):
            if getattr(waybill, name) != getattr(said, name):
                yield f"{waybill.number} {name}: {getattr(waybill, name)}, not {getattr(said, name)}"


def due() -> Iterator[str]:
    """Open cases carry their nearest running clock; ended ones have none that runs."""
    from suhui.engines.sla import selectors
    from suhui.service.cases.models import Case

    for case in Case.objects.order_by("-id")[: SAMPLE * 10]:
        nearest = selectors.next_due(case.key) or (None, None, "")
        if (case.next_due_at, case.next_warn_at, case.next_due_kind) != nearest:
            yield f"{case.number} is due {case.next_due_at}, its clocks say {nearest[0]}"


def goes_on() -> Iterator[str]:
    """Work goes on where the loader stopped: a case opens by the ordinary service, is answered, and found."""
    from django.db import transaction

    from suhui.platform.core import dispatch
    from suhui.platform.core.actors import Actor
    from suhui.platform.people.models import User
    from suhui.platform.search import selectors
    from suhui.records.customers.models import Phone
    from suhui.service.cases import services as cases

    agent = User.objects.select_related("branch").filter(username__startswith="agent-").order_by("id")[0]
    by = Actor.staff(agent)
    with transaction.atomic():
        phone = Phone.objects.order_by("id")[7].number
        text = "包裹一直没有更新，麻烦查一下。"
        made: Any = cases.intake(
            channel="phone", kind="complaint", text=text, phone=phone, by=by, owner=agent, join=False
        )
        cases.reply(case=made.case, text="您好，我们正在核实。", by=by)
        dispatch.run_all()
        hits = selectors.search(agent, made.case.number)
        if made.case.number not in " ".join(hit.title for hit in hits):
            yield f"{made.case.number} is not found"
        transaction.set_rollback(True)


Check = Callable[[], Iterator[str]]

if __name__ == "__main__":
    sys.exit(main())
