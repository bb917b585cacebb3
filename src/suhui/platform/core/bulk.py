"""Thousands of rows in a few statements: ids taken ahead, rows by COPY."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, Q, TextField, Value
from psycopg import Cursor
from psycopg.pq import Format

_IN_COPY = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})
_TO_ESCAPE = re.compile("[\\\\\t\n\r\0]")


def table_of(model: type[Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - Django's documented interface


def among(name: str, values: Collection[int] | Collection[str]) -> Q:
    """`filter(among("pk", ids))` is `filter(pk__in=ids)` with one list instead of a thousand parameters.

    In a transaction that began with `plan_anew`.
    """
    given = list(values)
    if not given:
        return Q(pk__in=[])
    base = TextField() if isinstance(given[0], str) else BigIntegerField()
    listed = Value(given, output_field=ArrayField(base))
    return Q(Func(F(name), listed, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))


def plan_anew() -> None:
    """Let every statement of this transaction be planned for its own lists and for the tables as large as they are now.

    A plan that was kept from the first lot was made for empty tables: with it the hundredth lot goes through all that
    the ninety-nine before have written, for each of its rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")


def take_ids(model: type[Model], count: int) -> list[int]:
    """So many new ids of this table, so that rows which name each other can be written at once."""
    table = table_of(model)
    with connection.cursor() as cursor:
        cursor.execute(
            # OFFSET keeps the name of the sequence from being looked up for each id anew.
            "SELECT nextval(one.name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) one, "
            "generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by COPY: `columns` are the database's, values are as psycopg takes them. A broken constraint is an
    IntegrityError for the whole lot."""
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table_of(model)}" ({names}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as line:
        for row in rows:
            line.write_row(row)


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Give each row, named by its id which comes first, these values, in one statement. No lists, no JSON."""
    lists = list(zip(*rows, strict=True))
    if not lists:
        return
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's interface
    types = ["bigint", *(str(fields[name].db_type(connection)).split("(")[0] for name in columns)]
    names = ", ".join(f'"{name}"' for name in ("id", *columns))
    given = ", ".join(f"%s::{kind}[]" for kind in types)
    wanted = ", ".join(f'"{name}" = told."{name}"' for name in columns)
    source = f"FROM unnest({given}) AS told ({names})"
    statement = f'UPDATE "{table_of(model)}" AS kept SET {wanted} {source} WHERE kept.id = told.id'  # noqa: S608 - own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values) for values in lists])


def binary_rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a question in the line's binary form: times are read several times quicker than from text."""
    connection.ensure_connection()
    line: Any = Cursor(connection.connection)
    line.format = Format.BINARY
    # Django's own cursor takes text only; its wrapper counts the statement with the others.
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(line) as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def as_copied(text: str) -> str:
    """A value of a line in COPY's text form. A NUL, which no text of the database can hold, goes."""
    return text.translate(_IN_COPY) if _TO_ESCAPE.search(text) else text
