"""Brings stored events to their handlers: claims one delivery at a time, in order per handler and subject."""

import logging
import traceback
from datetime import timedelta

from django.db import connection, transaction

from suhui.platform.core import events
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
"""After this many tries a delivery waits on the page of failed events for a person."""

_CLAIM = """
    SELECT d.id FROM core_delivery d
    WHERE d.failed_at IS NULL AND d.next_at <= %s
      AND NOT EXISTS (
        SELECT 1 FROM core_delivery earlier
        WHERE earlier.handler = d.handler AND earlier.subject = d.subject AND earlier.event_id < d.event_id)
    ORDER BY d.next_at, d.event_id
    LIMIT 1
    FOR UPDATE OF d SKIP LOCKED
"""


def run_one() -> bool:
    """Handle the next delivery that is due. False when there is none.

    The row stays locked while its handler runs, so a process that dies gives it back at once. A handler that raises
    leaves nothing behind but the error; the delivery is tried again after 1, 2, 4 … seconds, then marked failed.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [now()])
            row = cursor.fetchone()
        if row is None:
            return False
        delivery = Delivery.objects.select_related("event").get(pk=row[0])
        _handle(delivery)
    return True


def _handle(delivery: Delivery) -> None:
    stored = delivery.event
    handler = events.handler_named(stored.kind, delivery.handler)
    if handler is None:
        _put_back(delivery, f"no handler is called {delivery.handler} any more", give_up=True)
        return
    try:
        with transaction.atomic():
            handler(events.restore(stored))
    except Exception:
        log.exception("handler %s failed on event %s", delivery.handler, stored.pk)
        _put_back(delivery, traceback.format_exc(limit=-6))
    else:
        delivery.delete()


def _put_back(delivery: Delivery, error: str, *, give_up: bool = False) -> None:
    delivery.attempts += 1
    delivery.error = error[-4000:]
    delivery.next_at = now() + timedelta(seconds=2 ** (delivery.attempts - 1))
    if give_up or delivery.attempts >= MAX_ATTEMPTS:
        delivery.failed_at = now()
    delivery.save()


def run_all(limit: int = 10_000) -> int:
    """Handle everything due now, at most `limit` deliveries; how many were handled."""
    done = 0
    while done < limit and run_one():
        done += 1
    return done
