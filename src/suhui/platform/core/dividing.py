"""Migrations that divide a table by month and put it together again, with every row and all that is said of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.migrations import RunPython

from suhui.platform.core.clock import now
from suhui.platform.core.partitions import AHEAD, Divided, first_of_month, months

OLDEST = 120
"""Months back for which parts are made."""


@dataclass(frozen=True)
class Division:
    """How a table is divided. `owner` is the table its rows belong to by `key`, and `time` the owner's time that
    `column` repeats; the owner needs a unique constraint on (id, `time`). `unique` are the table's own unique rules:
    name, columns, condition; they hold in the whole table because the owner's time follows from the owner.
    """

    table: str
    column: str
    owner: str
    key: str
    time: str
    unique: Sequence[tuple[str, str, str]]

    @property
    def divided(self) -> Divided:
        return Divided(self.table, self.column)

    @property
    def whole(self) -> str:
        return f"{self.table}_whole"

    @property
    def belonging(self) -> str:
        """The name of the foreign key to the owner."""
        return f"{self.table}_belongs"


def divide(division: Division) -> RunPython:
    """A migration's operation: `division.table` becomes a table of monthly parts. Every row is counted before and
    after, in one transaction; it needs the room of the table once more on the disk until it is done."""
    return RunPython(_run(_divide, division), _run(_unite, division))


def _run(step: Callable[[Any, Division], None], division: Division) -> Callable[[Any, Any], None]:
    def run(_apps: Any, editor: Any) -> None:
        with editor.connection.cursor() as cursor:
            # What deferred constraints still have to look at would forbid changing the table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"LOCK TABLE {division.table} IN ACCESS EXCLUSIVE MODE")
            step(cursor, division)

    return run


def _divide(cursor: Any, division: Division) -> None:
    table, whole, column = division.table, division.whole, division.column
    columns, said = _columns(cursor, table), _said(cursor, division)
    _put_aside(cursor, table, whole)
    cursor.execute(
        f"CREATE TABLE {table} (LIKE {whole} INCLUDING ALL EXCLUDING INDEXES, {column} timestamptz NOT NULL) "
        f"PARTITION BY RANGE ({column})"
    )
    moment = now()
    for month in months(_oldest(cursor, division, moment), first_of_month(moment, AHEAD)):
        span = f"FROM ('{month.isoformat()}') TO ('{first_of_month(month, 1).isoformat()}')"
        cursor.execute(f"CREATE TABLE {division.divided.part(month)} PARTITION OF {table} FOR VALUES {span}")
    cursor.execute(f"CREATE TABLE {division.divided.default} PARTITION OF {table} DEFAULT")
    cursor.execute(
        f"INSERT INTO {table} ({columns}, {column}) OVERRIDING SYSTEM VALUE "  # noqa: S608 - names of our own tables
        f"SELECT {_of('w', columns)}, o.{division.time} FROM {whole} w "
        f"JOIN {division.owner} o ON o.id = w.{division.key}"
    )
    _settle(cursor, division)
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id, {column})")
    _make_unique(cursor, division, f", {column}")
    _say(cursor, said)
    cursor.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {division.belonging} FOREIGN KEY ({division.key}, {column}) "
        f"REFERENCES {division.owner} (id, {division.time}) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )
    cursor.execute(f"ANALYZE {table}")


def _unite(cursor: Any, division: Division) -> None:
    table, whole, column = division.table, division.whole, division.column
    said = _said(cursor, division)
    _put_aside(cursor, table, whole)
    cursor.execute(f"CREATE TABLE {table} (LIKE {whole} INCLUDING ALL EXCLUDING INDEXES)")
    cursor.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    columns = _columns(cursor, table)
    cursor.execute(f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {whole}")  # noqa: S608 - names of our own tables
    _settle(cursor, division)
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)")
    _make_unique(cursor, division, "")
    _say(cursor, said)
    cursor.execute(f"ANALYZE {table}")


def _oldest(cursor: Any, division: Division, moment: datetime) -> datetime:
    """Where the parts begin; what is older than ten years lies in the default part."""
    cursor.execute(
        f"SELECT min(o.{division.time}) FROM {division.owner} o "  # noqa: S608 - names of our own tables
        f"WHERE EXISTS (SELECT 1 FROM {division.whole} w WHERE w.{division.key} = o.id)"
    )
    (oldest,) = cursor.fetchone()
    return max(min(oldest or moment, moment), first_of_month(moment, -OLDEST))


def _make_unique(cursor: Any, division: Division, more: str) -> None:
    for name, fields, condition in division.unique:
        if condition:
            cursor.execute(f"CREATE UNIQUE INDEX {name} ON {division.table} ({fields}{more}) WHERE {condition}")
        else:
            cursor.execute(f"ALTER TABLE {division.table} ADD CONSTRAINT {name} UNIQUE ({fields}{more})")


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return str(cursor.fetchone()[0])


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns.split(", "))


def _said(cursor: Any, division: Division) -> list[str]:
    """The statements that make the table's other indexes and foreign keys again."""
    own = [name for name, _fields, _condition in division.unique]
    cursor.execute(
        "SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT i.indisprimary AND c.relname <> ALL(%s)",
        [division.table, own],
    )
    indexes = [text for (text,) in cursor.fetchall()]
    cursor.execute(
        "SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', "
        "conrelid::regclass, conname, pg_get_constraintdef(oid)) "
        "FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND conparentid = 0 AND conname <> %s",
        [division.table, division.belonging],
    )
    return indexes + [text for (text,) in cursor.fetchall()]


def _say(cursor: Any, said: list[str]) -> None:
    for statement in said:
        cursor.execute(statement)


def _put_aside(cursor: Any, table: str, whole: str) -> None:
    """Give the old table another name, and its sequence too, so that the new one can have theirs."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    sequence = str(cursor.fetchone()[0])
    cursor.execute(f"ALTER SEQUENCE {sequence} RENAME TO {whole}_id_seq")
    cursor.execute(f"ALTER TABLE {table} RENAME TO {whole}")


def _settle(cursor: Any, division: Division) -> None:
    """Count that nothing is lost, number on where the old table stopped, and let the old one go."""
    table, whole = division.table, division.whole
    cursor.execute(f"SELECT (SELECT count(*) FROM {whole}), (SELECT count(*) FROM {table})")  # noqa: S608 - names of our own tables
    before, after = cursor.fetchone()
    if before != after:
        raise RuntimeError(f"{table}: {before} rows before, {after} after; nothing was changed")
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), last_value, is_called) FROM {whole}_id_seq"  # noqa: S608 - names of our own tables
    )
    cursor.execute(f"DROP TABLE {whole}")
