"""Makes a company of many cases in a database of its own: python -m bench.load --cases 1000000 --seed 7

Every row a screen would read is there (clocks, search index, requests, promises, troubles), as the services would have
left them; by COPY, two processes, reproducible from the seed but for the moment the company is alive at (--at).
"""

import argparse
import multiprocessing
import os
import sys
import time as clock
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import home

STRETCH = 2000
TABLES = (
    *("cases_case", "cases_casewaybill", "cases_caseentry", "cases_casetask", "cases_proposal"),
    *("sla_clock", "tasks_task", "tasks_tasklog", "conversations_contact"),
    *("shipments_waybill", "shipments_scanevent", "shipments_waybillexception"),
    *("customers_customer", "customers_phone", "customers_address", "customers_contactperson"),
    *("search_searchentry", "search_searchkey"),
)
Job = tuple[str, int, int]


@dataclass
class Hands:
    """What a worker process holds; forked with the customers in memory."""

    plan: Any
    parcels: Any
    cases: Any
    line: "psycopg.Connection[Any] | None" = None


_hands: Hands | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--at", default="", help="the moment the company is alive at; now")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--nice", type=int, default=10)
    parser.add_argument("--drop", action="store_true", help="take this size's database away and stop")
    arguments = parser.parse_args()
    if arguments.drop:
        home.drop(arguments.cases)
        return 0
    os.nice(arguments.nice)
    at = datetime.fromisoformat(arguments.at) if arguments.at else datetime.now(UTC).replace(microsecond=0)
    load(arguments.cases, arguments.seed, at, processes=arguments.processes)
    # Whoever measures starts the server anew: this one gives way to everything, as the loader does.
    home.stop()
    return 0


def load(cases: int, seed: int, at: datetime, *, processes: int = 2) -> None:
    """Make it anew, whatever was there of this size."""
    began = clock.monotonic()
    home.drop(cases)
    home.create(cases)
    home.mark(cases, None)
    home.use(cases)
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, disable=not sys.stderr.isatty()) as bar:
        _fill(cases, seed, at, processes, Tell(bar))
    seconds = clock.monotonic() - began
    home.mark(cases, home.Load(cases, seed, at.isoformat(), round(seconds, 1)))
    print(f"{cases:,} cases in {seconds:.0f} s")


class Tell:
    """A bar for every stage; where nobody sees bars, a line when a stage begins."""

    def __init__(self, bar: Progress) -> None:
        self.bar = bar

    def stage(self, words: str, total: int | None) -> Any:
        if self.bar.disable:
            print(words, flush=True)
        return self.bar.add_task(words, total=total)

    def done(self, task: Any, count: int) -> None:
        self.bar.update(task, completed=count)


def _fill(cases: int, seed: int, at: datetime, processes: int, tell: Tell) -> None:
    from django.core.management import call_command
    from django.db import connection

    from bench import case_rows, parcel_rows, people_rows, world
    from bench.scale import Plan
    from suhui.engines.rules import services as rules
    from suhui.platform.core import partitions

    stage = tell.stage("tables", None)
    call_command("migrate", verbosity=0, interactive=False)
    rules.ship()
    tell.done(stage, 1)
    tell.stage("branches and people", None)
    plan = Plan(cases, seed, at)
    made = world.build(at, seed)
    _name_desks(made)
    for table in partitions.tables():
        partitions.prepare(table, since=datetime.fromtimestamp(plan.start, UTC), until=at)
    carriers = parcel_rows.carriers()
    setup = case_rows.Setup.read()
    connection.close()
    with _line() as line, _bare(line):
        stage = tell.stage("customers", plan.people)
        sheets = people_rows.Sheets()
        for count in people_rows.write(plan, made, sheets):
            for sheet in sheets.all():
                sheet.write(line)
            tell.done(stage, count)
        hands = Hands(plan, parcel_rows.Maker(plan, made, carriers), case_rows.Maker(plan, made, setup))
        stage = tell.stage("parcels and cases", 2 * plan.cases)
        done = 0
        for count in _work(hands, processes):
            done += count
            tell.done(stage, done)
        tell.stage("indexes", None)
    tell.stage("counts and statistics", None)
    _finish(plan, hands.cases)


def _name_desks(made: Any) -> None:
    from suhui.platform.people.models import Branch

    made.names |= dict(Branch.objects.values_list("pk", "name"))


def _line() -> "psycopg.Connection[Any]":
    line = psycopg.connect(os.environ["SUHUI_DATABASE_URL"], autocommit=True)
    # Rows come with their references right; checking each of thirty million takes longer than writing it.
    line.execute("SET session_replication_role = replica")
    line.execute("SET synchronous_commit = off")
    return line


def _bare(line: "psycopg.Connection[Any]") -> Any:
    from bench.copying import without_indexes

    return without_indexes(line, list(TABLES))


def _work(hands: Hands, processes: int) -> Iterator[int]:
    """All stretches of parcels and cases, by forked processes that write for themselves."""
    global _hands
    _hands = hands
    jobs = [
        (what, first, min(first + STRETCH, hands.plan.cases))
        for first in range(0, hands.plan.cases, STRETCH)
        for what in ("parcels", "cases")
    ]
    with multiprocessing.get_context("fork").Pool(processes, initializer=_start) as pool:
        yield from pool.imap_unordered(_do, jobs)


def _start() -> None:
    from bench import finding

    finding.patient()
    if _hands is not None:
        _hands.line = _line()


def _do(job: Job) -> int:
    from bench import case_rows, parcel_rows

    what, first, last = job
    if _hands is None or _hands.line is None:
        raise RuntimeError("a worker was not started")
    with _hands.line.transaction():
        if what == "parcels":
            sheets: Any = parcel_rows.Sheets()
            _hands.parcels.write(sheets, first, last)
        else:
            sheets = case_rows.Sheets()
            _hands.cases.write(sheets, first, last)
        for sheet in sheets.all():
            sheet.write(_hands.line)
    return last - first


def _finish(plan: Any, maker: Any) -> None:
    """What follows from all rows: sequences, the day's running numbers, counts of customers, statistics."""
    from bench.copying import set_sequences

    with _line() as line:
        set_sequences(line)
        days = range((plan.start + 8 * 3600) // 86400, (plan.end + 8 * 3600) // 86400 + 1)
        firsts = [maker.first_of(day) for day in days]
        counts = [after - before for before, after in zip(firsts, [*firsts[1:], plan.cases], strict=True)]
        line.cursor().executemany(
            "INSERT INTO core_daycount (prefix, day, count) VALUES ('T', %s, %s) ON CONFLICT DO NOTHING",
            [
                (datetime.fromtimestamp(day * 86400, UTC).strftime("%y%m%d"), max(count, 0))
                for day, count in zip(days, counts, strict=True)
            ],
        )
        line.execute(_COUNTS, {"since": datetime.fromtimestamp(plan.end - 90 * 86400, UTC)})
        line.execute("VACUUM (ANALYZE, PARALLEL 2)")


_COUNTS = """
    UPDATE customers_customer c SET parcels_90d = coalesce(p.n, 0), complaints_90d = coalesce(k.n, 0)
    FROM customers_customer o
    LEFT JOIN (
        SELECT customer, count(*) AS n FROM (
            SELECT recipient_id AS customer FROM shipments_waybill WHERE created_at >= %(since)s
            UNION ALL SELECT sender_id FROM shipments_waybill WHERE created_at >= %(since)s
        ) sent GROUP BY 1
    ) p ON p.customer = o.id
    LEFT JOIN (
        SELECT customer_id, count(*) AS n FROM cases_case WHERE kind = 'complaint' AND opened_at >= %(since)s GROUP BY 1
    ) k ON k.customer_id = o.id
    WHERE c.id = o.id AND (p.n IS NOT NULL OR k.n IS NOT NULL)
"""

if __name__ == "__main__":
    sys.exit(main())
