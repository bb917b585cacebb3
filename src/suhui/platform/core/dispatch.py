"""Brings stored events to their handlers: what is due about one subject at a time, in order per handler."""

import json
import logging
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from suhui.platform.core import events, gathering
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery, StoredEvent

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
"""After this many tries a delivery waits on the page of failed events for a person."""
AT_ONCE = 25
"""Deliveries about one subject that one transaction handles at most."""

_NEXT = """
    SELECT d.id, d.subject FROM core_delivery d
    WHERE d.failed_at IS NULL AND d.next_at <= %s AND d.handler <> ALL(%s)
      AND NOT EXISTS (
        SELECT 1 FROM core_delivery earlier
        WHERE earlier.handler = d.handler AND earlier.subject = d.subject AND earlier.event_id < d.event_id)
    ORDER BY d.next_at, d.event_id
    LIMIT 1
    FOR UPDATE OF d SKIP LOCKED
"""
_OF_ITS_SUBJECT = """
    WITH due AS (
        SELECT d.id, d.handler, d.event_id FROM core_delivery d
        WHERE d.subject = %(subject)s AND d.failed_at IS NULL AND d.next_at <= %(at)s AND d.handler <> ALL(%(later)s)
          AND NOT EXISTS (
            SELECT 1 FROM core_delivery held
            WHERE held.handler = d.handler AND held.subject = d.subject AND held.event_id < d.event_id
              AND (held.failed_at IS NOT NULL OR held.next_at > %(at)s))
        ORDER BY d.id <> %(first)s, d.event_id, d.id LIMIT %(most)s),
    mine AS (
        SELECT d.id, d.attempts FROM core_delivery d
        WHERE d.id IN (SELECT id FROM due) AND d.failed_at IS NULL AND d.next_at <= %(at)s
        FOR UPDATE OF d SKIP LOCKED)
    SELECT due.id, due.handler, due.event_id, mine.attempts, e.kind, e.payload, e.actor_kind, e.actor_label, e.actor_id,
        e.at
    FROM due JOIN core_storedevent e ON e.id = due.event_id LEFT JOIN mine ON mine.id = due.id
    ORDER BY due.event_id, due.id
"""
"""`attempts` is NULL where another process holds the delivery: its handler's later ones wait for it."""


@dataclass
class _Due:
    """A delivery in hand. `handler` is None when nobody is called so any more."""

    id: int
    name: str
    attempts: int
    stored: StoredEvent
    handler: events.Handler | None


def run_some(*, later: Collection[str] = ()) -> int:
    """Handle what is due about the subject that waits longest; how many deliveries, 0 when nothing is due. The
    handlers named in `later` are left to another time.

    The rows stay locked while their handlers run, so a process that dies gives them back at once. A handler that
    raises leaves nothing behind but the error; the delivery is tried again after 1, 2, 4 … seconds, then marked
    failed, and its handler's later events about the subject wait for it.
    """
    with transaction.atomic():
        at = now()
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [at, list(later)])
            row = cursor.fetchone()
            if row is None:
                return 0
            chosen = {"subject": row[1], "first": row[0], "at": at, "most": AT_ONCE, "later": list(later)}
            cursor.execute(_OF_ITS_SUBJECT, chosen)
            batch = _in_order(cursor.fetchall(), row[1])
        done = _handle(batch)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_delivery WHERE id = ANY(%s)", [done])
    return len(batch)


def _in_order(rows: list[Any], subject: str) -> list[_Due]:
    found: list[_Due] = []
    elsewhere: set[str] = set()
    for pk, name, event_id, attempts, kind, payload, *rest in rows:
        if attempts is None or name in elsewhere:
            elsewhere.add(name)
            continue
        actor_kind, actor_label, actor_id, at = rest
        stored = StoredEvent(
            id=event_id, kind=kind, subject=subject, at=at,
            payload=json.loads(payload),
            actor_kind=actor_kind, actor_label=actor_label, actor_id=actor_id,
        )  # fmt: skip
        found.append(_Due(pk, name, attempts, stored, events.handler_named(kind, name)))
    return found


def _handle(batch: list[_Due]) -> list[int]:
    """Give each its event; the ids of those whose deliveries are done with."""
    done: list[int] = []
    waiting: set[str] = set()
    newest = {due.handler: due.id for due in batch if due.handler and events.wants_newest(due.handler)}
    for due in batch:
        if due.name in waiting:
            continue
        if due.handler is None:
            _put_back(due, f"no handler is called {due.name} any more", give_up=True)
            waiting.add(due.name)
        elif newest.get(due.handler, due.id) != due.id or _tried(due, due.handler):
            done.append(due.id)
        else:
            waiting.add(due.name)
    return done


def _tried(due: _Due, handler: events.Handler) -> bool:
    try:
        with transaction.atomic():
            handler(events.restore(due.stored))
    except Exception:
        log.exception("handler %s failed on event %s", due.name, due.stored.pk)
        _put_back(due, traceback.format_exc(limit=-6))
        return False
    return True


def _put_back(due: _Due, error: str, *, give_up: bool = False) -> None:
    attempts = due.attempts + 1
    Delivery.objects.filter(pk=due.id).update(
        attempts=attempts,
        error=error[-4000:],
        next_at=now() + timedelta(seconds=2 ** (attempts - 1)),
        failed_at=now() if give_up or attempts >= MAX_ATTEMPTS else None,
    )


def run_all(limit: int = 10_000, *, later: Collection[str] = ()) -> int:
    """Handle everything due now and take what waits in lots, some `limit` at most; how many were handled."""
    done = 0
    while done < limit and (some := run_some(later=later) or gathering.take_some()):
        done += some
    return done
