"""The door of the live socket: who comes in, what frames mean (docs/live.md)."""

import asyncio
import json
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from suhui.platform.desk import live_doors
from suhui.platform.desk.live_hub import SIGNED_OUT, Hub, Page

NONSENSE = 4400
MOST_TOPICS = 200
SILENCE, PATIENCE = 60.0, 30.0


class LiveSocket:
    """The ASGI endpoint of `/ws`: staff only, each topic by its own door."""

    door = ("signed-in", "each topic asks core.live.may_watch")

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if not _comes_from_own_page(websocket):
            await websocket.close()
            return
        key = live_doors.session_key(websocket.cookies)
        user = (await self.hub.ask(live_doors.people_of, [key])).get(key)
        await websocket.accept()
        if user is None:
            await websocket.close(SIGNED_OUT)
            return
        page = Page(session=key, user_id=user.pk, name=user.get_full_name())
        self.hub.join(page)
        await self.hub.ask(live_doors.note_seen, [user.pk])
        writing = asyncio.create_task(_write(websocket, page))
        reading = asyncio.create_task(self._read(websocket, page))
        try:
            await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            writing.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)
            await self.hub.leave(page)

    async def _read(self, websocket: WebSocket, page: Page) -> None:
        try:
            while True:
                frame = json.loads(await _next(websocket, page))
                if not isinstance(frame, dict):
                    raise TypeError("a frame is an object")
                await self._understand(frame, page)
        except (ValueError, TypeError, KeyError):
            page.close(NONSENSE)
            await asyncio.sleep(PATIENCE)
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            return

    async def _understand(self, frame: dict[str, Any], page: Page) -> None:
        if "watch" in frame:
            topics, since = frame["watch"], frame.get("since")
            if not _are_topics(topics) or not isinstance(since, int | None):
                raise TypeError("watch is a list of topics, since a number")
            await self.hub.watch(page, list(dict.fromkeys(topics)), since)
        if "here" in frame:
            topic = frame["here"]
            if topic is not None and not _are_topics([topic]):
                raise TypeError("here is a topic")
            await self.hub.here(page, topic, str(frame.get("doing", "viewing")))
        if "ping" in frame:
            page.push({"pong": frame["ping"]})


def _are_topics(found: object) -> bool:
    if not isinstance(found, list) or len(found) > MOST_TOPICS:
        return False
    return all(isinstance(topic, str) and ":" in topic and len(topic) <= 80 for topic in found)


async def _next(websocket: WebSocket, page: Page) -> str:
    """The next frame; a silent client is asked once whether it is there. Raises TimeoutError when it is not."""
    waiting = asyncio.ensure_future(websocket.receive_text())
    try:
        done, _pending = await asyncio.wait({waiting}, timeout=SILENCE)
        if not done:
            page.push({"ping": 1})
        return await asyncio.wait_for(waiting, PATIENCE)
    finally:
        waiting.cancel()


async def _write(websocket: WebSocket, page: Page) -> None:
    try:
        while (frame := await page.outbox.get()) is not None:
            await websocket.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
        await websocket.close(page.code)
    except (WebSocketDisconnect, RuntimeError):
        return


def _comes_from_own_page(websocket: WebSocket) -> bool:
    """Host and Origin must name this site: another site's page gets no socket with our cookie."""
    host = websocket.headers.get("host", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    return live_doors.is_own_origin(
        websocket.headers.get("origin", ""), host, secure=websocket.url.scheme in {"wss", "https"}
    )
