"""One line per process on which all hints and presences arrive: PostgreSQL's NOTIFY, or Redis when it is configured."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from django.conf import settings

from suhui.platform.core import bus

log = logging.getLogger(__name__)

Take = Callable[[str, dict[str, Any]], Awaitable[None]]
SILENCE = 15.0
"""Seconds without a message after which the line is tried."""
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


async def listen(take: Take, connected: Callable[[], Awaitable[None]]) -> None:
    """Hand every message to `take(channel, message)`, for ever. `connected` is called each time the line is up (again):
    what was sent in between has to be read from the stored events."""
    failures = 0
    while True:
        source = _redis_messages() if settings.REDIS_URL else _postgres_messages()
        try:
            async with aclosing(source):
                async for channel, text in source:
                    if channel == "":
                        failures = 0
                        await connected()
                    else:
                        await take(channel, json.loads(text))
        except asyncio.CancelledError:
            raise
        except Exception:
            log.warning("the live line broke and is opened again", exc_info=failures == 0)
        await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        failures += 1


async def _postgres_messages() -> AsyncGenerator[tuple[str, str], None]:
    import psycopg
    from procrastinate.contrib.django.utils import connector_params

    line = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
    async with line:
        for channel in (bus.LIVE, bus.PRESENCE):
            await line.execute(f"LISTEN {channel}")
        yield "", ""
        while True:
            async for notice in line.notifies(timeout=SILENCE):
                yield notice.channel, notice.payload
            await line.execute("SELECT 1")


async def _redis_messages() -> AsyncGenerator[tuple[str, str], None]:
    import redis.asyncio

    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, health_check_interval=10)
    async with client, client.pubsub() as line:
        await line.subscribe(bus.LIVE, bus.PRESENCE)
        yield "", ""
        while True:
            message = await line.get_message(ignore_subscribe_messages=True, timeout=SILENCE)
            if message is None:
                await line.ping()
            elif message["type"] == "message":
                yield message["channel"].decode(), message["data"].decode()
