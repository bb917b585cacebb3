"""What an installation ships with (posts, calendars, rules, categories) outlives transactional tests.

Django empties every table after such a test. Here each worker keeps a copy of the shipped rows beside the tables, and
after a transactional test the tables are emptied and the copies put back, so that tests run in any order.
"""

from django.db import connection
from django.test import TransactionTestCase

_TABLES = """
    SELECT quote_ident(c.relname),
           (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'django_migrations'
"""


def keep() -> None:
    """Copy what the migrations have shipped; once per worker's database."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS shipped CASCADE")
        cursor.execute("CREATE SCHEMA shipped")
        cursor.execute(_TABLES)
        for table, columns in cursor.fetchall():
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE shipped.{table} AS SELECT {columns} FROM {table}")


def put_back(_case: TransactionTestCase) -> None:
    """Empty all tables and bring the shipped rows back, with constraints and triggers asleep meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = dict(cursor.fetchall())
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'shipped'")
        kept = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        # A test writes a few rows into a few tables: taking those away is a tenth of the work of truncating all.
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
        for table in kept:
            cursor.execute(f"INSERT INTO {table} ({tables[table]}) SELECT {tables[table]} FROM shipped.{table}")
        cursor.execute("SET session_replication_role = DEFAULT")


TransactionTestCase._fixture_teardown = put_back  # type: ignore[attr-defined]
