"""Long reads on a copy of the database (SUHUI_REPLICA_URL), where there is one and it keeps up.

    with replica.reading():
        rows = ...          # what the ORM reads here may be some seconds old

Only for reports and exports: who acts on what they see must see the present. Writing inside goes to the primary as
always. Where there is no copy, or it cannot be reached, or it is too far behind, everything is read from the primary.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

log = logging.getLogger(__name__)

ALIAS = "replica"
MOST_BEHIND = 30.0
"""Seconds; a copy that is further behind is not asked."""
_HEARTBEAT = "SELECT max(last_heartbeat) FROM procrastinate_workers"
"""Workers write it every few seconds, so that its age on the copy says how far the copy is behind."""
_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Router:
    """Reads go to the copy inside `reading()`; all else to the primary."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return ALIAS if _reading.get() else None

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _label: str, **_hints: Any) -> bool | None:
        return False if db == ALIAS else None


@contextmanager
def reading() -> Iterator[bool]:
    """Inside, the ORM reads from the copy if it is fit; says whether it does."""
    fit = alias() == ALIAS
    token = _reading.set(fit)
    try:
        yield fit
    finally:
        _reading.reset(token)


def alias() -> str:
    """For `rows.using(alias())`, where lines are sent while they are read: the copy if it is fit, else the primary."""
    seconds = behind()
    return ALIAS if seconds is not None and seconds <= MOST_BEHIND else DEFAULT_DB_ALIAS


def behind() -> float | None:
    """How many seconds the copy is behind; None where there is none, it cannot be asked, or nothing tells."""
    if ALIAS not in settings.DATABASES:
        return None
    try:
        there, here = _heartbeat(ALIAS), _heartbeat("default")
    except DatabaseError:
        log.warning("the replica cannot be asked; reading from the primary", exc_info=True)
        connections[ALIAS].close()
        return None
    return max(0.0, (here - there).total_seconds()) if here and there else None


def _heartbeat(alias: str) -> datetime | None:
    """Of the copy first, so that a beat in between counts as being behind and never as being ahead."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_HEARTBEAT)
        found: datetime | None = cursor.fetchone()[0]
    return found
