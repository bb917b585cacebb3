"""Takes a request's body in before one of the few page threads is given to it, so that a slow phone holds up nobody."""

import tempfile

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

IN_MEMORY = 1024 * 1024
"""Bytes of a body kept in memory; what is longer goes to a temporary file."""
CHUNK = 64 * 1024


class WholeBodies:
    """ASGI middleware: reads the body of at most `limit` bytes (else answers 413) and replays it.

    Headers with an underscore in their name are dropped: behind WSGI they could pass for one with a hyphen.
    """

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
            try:
                length = await self._take_in(receive, kept)
            except ClientDisconnect:
                return
            if length > self.limit:
                await PlainTextResponse("too large", status_code=413)(scope, receive, send)
                return
            kept.seek(0)
            left = length

            async def replay() -> Message:
                nonlocal left
                chunk = kept.read(CHUNK) if left else b""
                left -= len(chunk)
                return {"type": "http.request", "body": chunk, "more_body": left > 0}

            await self.app(scope, replay, send)

    async def _take_in(self, receive: Receive, kept: "tempfile.SpooledTemporaryFile[bytes]") -> int:
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body = message.get("body", b"")
            length += len(body)
            if length <= self.limit:
                kept.write(body)
            if length > self.limit or not message.get("more_body", False):
                return length
