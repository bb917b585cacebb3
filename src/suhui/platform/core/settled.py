"""What changes rarely and is asked often (rules, service levels, calendars), kept in each process and never stale.

A room puts the tables of such a matter under a *topic* by a migration (`watch`), and keeps what it reads from them:

    _hours = settled.Kept("calendars", _read_hours)
    ...
    hours = _hours.get()

Every statement that writes to such a table, in whatever process or by hand, gives its topic a new number in the same
transaction: a trigger does it. Who asks reads the numbers in one small statement, and what was kept is good while its
number is the one read. A number never comes again, so what a transaction saw of its own changes and then took back is
good for nobody. Inside `steady()` the numbers are read once: everything there is decided under one state of the house.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.migrations import RunSQL

T = TypeVar("T")

FEW = 4
"""States of one topic a process keeps: the present one, and some for transactions that began before it."""
_steady: ContextVar[dict[str, int] | None] = ContextVar("steady", default=None)


class Kept(Generic[T]):
    """What `load` reads from the tables of `topic`. Nobody may change what `get` gives."""

    def __init__(self, topic: str, load: Callable[[], T]) -> None:
        self._topic = topic
        self._load = load
        self._known: dict[int, T] = {}

    def get(self) -> T:
        number = _number(self._topic)
        known = self._known.get(number)
        return known if known is not None else self._read(number)

    def _read(self, number: int) -> T:
        while True:
            found = self._load()
            after = _numbers_now().get(self._topic, 0)
            if after == number:
                break
            # Somebody's change was committed between two statements of `load`.
            number = after
            anew()
        for old in list(self._known)[: 1 - FEW]:
            self._known.pop(old, None)
        self._known[number] = found
        return found


@contextmanager
def steady() -> Iterator[None]:
    """Inside, the state of the house is looked up once. Not around what changes it and then asks for it."""
    if _steady.get() is not None:
        yield
        return
    token = _steady.set({})
    try:
        yield
    finally:
        _steady.reset(token)


def anew() -> None:
    """Something was changed within `steady()` after all: look the state of the house up again."""
    held = _steady.get()
    if held is not None:
        held.clear()


def _number(topic: str) -> int:
    held = _steady.get()
    if held is None:
        return _numbers_now().get(topic, 0)
    if not held:
        held |= {"": 0, **_numbers_now()}
    return held.get(topic, 0)


def _numbers_now() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, number FROM core_revision")
        return dict(cursor.fetchall())


def watch(topic: str, *tables: str) -> RunSQL:
    """A migration's operation: writing to any of these tables is a change of `topic`.

    A table may name the columns that count ("people_user (is_active, branch_id)"): other updates are none.
    """
    made: list[Any] = []
    gone: list[Any] = []
    for table in tables:
        name, _space, columns = table.partition(" ")
        updated = f"UPDATE OF {columns.strip('()')}" if columns else "UPDATE"
        made.append(
            f"CREATE TRIGGER {name}_revised AFTER INSERT OR DELETE OR TRUNCATE OR {updated} ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION core_revise('{topic}')"
        )
        gone.append(f"DROP TRIGGER {name}_revised ON {name}")
    return RunSQL(made, gone)
