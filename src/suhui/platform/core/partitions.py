"""Tables that grow for ever, one part a month: what they are, parts made ahead, rows that found no part brought home.

Such a table is divided by the time of the row that its rows belong to (a case's opening, a waybill's registration), so
that all of one owner's rows lie in one part and whoever names the owner's time asks one part only. Nothing here ever
drops a part: that is a person's decision (docs/scaling.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from suhui.platform.core.clock import BEIJING

AHEAD = 3
"""Months for which parts are kept ready after the present one."""
WORTH = 10_000
"""Rows of a past month in the default part that are worth a part of their own."""
PATIENCE = "5s"
"""How long making a part waits for others' locks; what is not made today is made tomorrow."""
_NAME = re.compile(r"_(\d{4})_(\d{2})$")


@dataclass(frozen=True)
class Divided:
    """A table divided by month of `column`, the time of the row its rows belong to."""

    table: str
    column: str

    @property
    def default(self) -> str:
        return f"{self.table}_default"

    def part(self, month: datetime) -> str:
        return f"{self.table}_{month:%Y_%m}"


_known: dict[str, Divided] = {}


def divided_by_month(table: str, column: str) -> Divided:
    """Say that a migration has divided `table` (see `core.dividing`), so that its parts are looked after."""
    return _known.setdefault(table, Divided(table, column))


def tables() -> list[Divided]:
    return [_known[name] for name in sorted(_known)]


def first_of_month(at: datetime, later: int = 0) -> datetime:
    """The beginning of the month of `at` in Beijing, or of one `later`."""
    local = at.astimezone(BEIJING)
    months = local.year * 12 + local.month - 1 + later
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=BEIJING)


def months(since: datetime, until: datetime) -> Iterator[datetime]:
    """The beginnings of the months from that of `since` to that of `until`, both included."""
    month = first_of_month(since)
    while month <= until:
        yield month
        month = first_of_month(month, 1)


def parts(of: Divided) -> set[str]:
    """The names of the table's parts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [of.table])
        return {name for (name,) in cursor.fetchall()}


def prepare(of: Divided, *, since: datetime, until: datetime) -> list[str]:
    """Make the parts of these months that are missing, each with the rows of its month that lay in the default part.

    Whoever brings much history at once (an import, a bench) calls this first. Returns the names of the new parts.
    """
    there = parts(of)
    made = [month for month in months(since, until) if of.part(month) not in there]
    for month in made:
        _make(of, month)
    return [of.part(month) for month in made]


def keep(of: Divided, at: datetime) -> list[str]:
    """The daily care of a table: parts ahead, strays brought home, the planner's figures renewed. Repeating is
    harmless. Returns the names of the new parts."""
    made = prepare(of, since=at, until=first_of_month(at, AHEAD))
    for month in _crowded(of, at):
        made += prepare(of, since=month, until=month)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {of.table}")
    return made


def strays(of: Divided, at: datetime) -> int:
    """Rows in the default part whose month has a part or must have one: of this month and later."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {of.default} WHERE {of.column} >= %s", [first_of_month(at)])  # noqa: S608 - names of our own tables
        return int(cursor.fetchone()[0])


def lacking(of: Divided, at: datetime) -> list[str]:
    """The parts of this month and the next that are missing."""
    there = parts(of)
    return [name for name in (of.part(first_of_month(at, later)) for later in (0, 1)) if name not in there]


def _crowded(of: Divided, at: datetime) -> list[datetime]:
    """Months before this one of which the default part holds more than is worth leaving there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('month', {of.column}, 'Asia/Shanghai') AS month FROM {of.default} "  # noqa: S608 - names of our own tables
            f"WHERE {of.column} < %s GROUP BY month HAVING count(*) >= %s ORDER BY month",
            [first_of_month(at), WORTH],
        )
        return [month for (month,) in cursor.fetchall()]


def _make(of: Divided, month: datetime) -> None:
    """A part for `month` with the rows that wait for it in the default part.

    It is filled beside the table and then attached, which does not keep readers or writers out for longer than the
    move takes; nobody writes to the default part meanwhile.
    """
    name, after = of.part(month), first_of_month(month, 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {of.default} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {of.table} INCLUDING ALL EXCLUDING IDENTITY)")
        cursor.execute(
            f"WITH gone AS (DELETE FROM {of.default} WHERE {of.column} >= %s AND {of.column} < %s RETURNING *) "  # noqa: S608 - names of our own tables
            f"INSERT INTO {name} SELECT * FROM gone",
            [month, after],
        )
        cursor.execute(_attach(of, month))


def _attach(of: Divided, month: datetime) -> str:
    span = [f"'{moment.isoformat()}'" for moment in (month, first_of_month(month, 1))]
    return f"ALTER TABLE {of.table} ATTACH PARTITION {of.part(month)} FOR VALUES FROM ({span[0]}) TO ({span[1]})"
