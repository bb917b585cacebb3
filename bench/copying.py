"""Rows into tables by COPY: columns that vary are given, all others get their field's default."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import models
from django.db.models import NOT_PROVIDED

NULL = "\\N"


class Sheet:
    """The lines of one table to come. `add` takes the varying columns' values as COPY's text format has them."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {field.column: field for field in model._meta.concrete_fields}
        if unknown := set(names) - set(fields):
            raise KeyError(f"{model._meta.label} has no {', '.join(sorted(unknown))}")
        rest = [
            name
            for name, field in fields.items()
            if name not in names and not field.primary_key and field.db_default is NOT_PROVIDED
        ]
        columns = ", ".join(f'"{name}"' for name in (*names, *rest))
        self.statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        self.tail = "".join(f"\t{_default(fields[name])}" for name in rest) + "\n"
        self.lines: list[str] = []

    def add(self, *values: str) -> None:
        self.lines.append("\t".join(values) + self.tail)

    def write(self, line: "psycopg.Connection[Any]") -> int:
        """Send what was added; how many rows."""
        count = len(self.lines)
        if count:
            with line.cursor().copy(self.statement.encode()) as copy:
                copy.write("".join(self.lines))
        self.lines = []
        return count


def _default(field: "models.Field[Any, Any]") -> str:
    value = field.get_default()
    if value is None or (value == "" and field.null):
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    if isinstance(value, list):
        return "{}"
    return str(value)


def time(seconds: float) -> str:
    """A moment given in seconds since 1970."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def maybe(value: object) -> str:
    """A number or nothing."""
    return NULL if value is None else str(value)


def text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


@contextmanager
def without_indexes(line: "psycopg.Connection[Any]", tables: list[str]) -> Iterator[None]:
    """The plain indexes of these tables away while they are filled, made anew afterwards in one go each."""
    rows = line.execute(
        """
        SELECT i.indexrelid::regclass::text, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique AND NOT c.relispartition
        ORDER BY 1
        """,
        [tables],
    ).fetchall()
    for name, _definition in rows:
        line.execute(f"DROP INDEX {name}".encode())
    yield
    line.execute("SET maintenance_work_mem = '1GB'")
    for _name, definition in rows:
        line.execute(definition.encode())


def set_sequences(line: "psycopg.Connection[Any]") -> None:
    """Let the next id of every table follow the highest there is."""
    rows = line.execute(
        """
        SELECT c.oid::regclass::text, a.attname, pg_get_serial_sequence(c.oid::regclass::text, a.attname)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
          AND NOT a.attisdropped AND a.attidentity <> ''
        """
    ).fetchall()
    for table, column, sequence in rows:
        statement = f'SELECT setval(%s, greatest((SELECT max("{column}") FROM {table}), 1))'
        line.execute(statement.encode(), [sequence])
