"""The line between processes. A message leaves when the transaction that sends it commits, or not at all.

PostgreSQL carries it by default; with SUHUI_REDIS_URL it is Redis, because NOTIFY lets one commit pass at a time. A
message can be lost (Redis away for a moment, a line cut): who listens reads the stored events it may have missed.
"""

import json
import logging
import time
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger(__name__)

LIVE = "suhui_live"
PRESENCE = "suhui_presence"
PAUSE = 3.0
"""Seconds for which a Redis that failed is not asked; shorter than the listeners' own look at the stored events."""


def in_database() -> bool:
    """Whether messages go by NOTIFY, so that a statement can send them along with its rows."""
    return not settings.REDIS_URL


def text(message: dict[str, Any]) -> str:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":"))


def send(channel: str, message: dict[str, Any]) -> None:
    """Send to every process that listens, once the current transaction commits. At most 7,900 bytes of JSON."""
    if not in_database():
        transaction.on_commit(partial(_publish, channel, text(message)), robust=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, text(message)])


def send_many(channel: str, messages: Sequence[dict[str, Any]]) -> None:
    """The same for many messages, in one statement."""
    if not in_database():
        for message in messages:
            send(channel, message)
    elif messages:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, message) FROM unnest(%s::text[]) AS message", [channel, [*map(text, messages)]]
            )


class _Line:
    """To Redis. One that does not answer is left alone for PAUSE: no request waits for it again and again."""

    def __init__(self) -> None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self.failures = redis.RedisError
        self.client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 1)
        )
        self.away_until = 0.0

    def publish(self, channel: str, words: str) -> None:
        if time.monotonic() < self.away_until:
            return
        try:
            self.client.publish(channel, words)
        except self.failures as error:
            self.away_until = time.monotonic() + PAUSE
            log.warning("Redis did not take a live hint (%s); listeners read it from the stored events", error)


@cache
def _line() -> _Line:
    return _Line()


def _publish(channel: str, words: str) -> None:
    _line().publish(channel, words)
