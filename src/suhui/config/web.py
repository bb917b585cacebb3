"""The web process: pages (Django as WSGI in a few fixed threads), built files and health beside them as ASGI."""

import asyncio
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from suhui.config.collecting import collect_seldom, leave_out_what_stays
from suhui.config.supervisor import end_with_parent
from suhui.config.words import Trouble, _

KEEP_ALIVE = 65
"""Seconds an idle browser connection is kept: longer than the usual proxy's 60."""
LONGEST_BODY = 64 * 1024 * 1024
QUIET = 3.0
"""Seconds after the start, when the first pages are served."""


class BuiltFiles(StaticFiles):
    """Files under their content's hash never change, so a browser may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in {200, 304}:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def application() -> Starlette:
    """The ASGI application of one web process."""
    end_with_parent()
    collect_seldom()
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    from a2wsgi import WSGIMiddleware
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from suhui.config.bodies import WholeBodies

    # The two packages type the same protocols in their own words.
    pages: Any = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=settings.WEB_THREADS, send_queue_size=200)
    # Rooms may be imported only now that Django is set up.
    from suhui.platform.desk.consumers import LiveSocket
    from suhui.platform.desk.live_hub import Hub

    hub = Hub()
    Path(settings.BUILT_FRONTEND).mkdir(exist_ok=True)
    routes: list[BaseRoute] = [
        Route("/healthz", healthy),
        Route("/readyz", ready),
        WebSocketRoute("/ws", LiveSocket(hub)),
        Mount("/static", BuiltFiles(directory=settings.BUILT_FRONTEND)),
        Mount("/", WholeBodies(pages, limit=LONGEST_BODY)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await hub.start()
        reading = asyncio.create_task(_settle_down())
        yield
        reading.cancel()
        await hub.stop()
        pages.executor.shutdown(wait=False, cancel_futures=True)

    return Starlette(routes=routes, lifespan=lifespan)


async def _settle_down() -> None:
    """Load what takes a second and no start waits for, before somebody's first use of it would; it stays for good."""
    from suhui.platform.people.services import pinyin_of
    from suhui.records.customers.phones import attribution

    await asyncio.sleep(QUIET)
    await asyncio.to_thread(pinyin_of, "暖")
    await asyncio.to_thread(attribution, "+8613800138000")
    leave_out_what_stays()


async def healthy(request: Request) -> Response:
    """The process is alive (for a load balancer's liveness check)."""
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """The process can serve: the database answers and its tables are up to date. 503 otherwise."""
    problem = await asyncio.to_thread(_not_ready)
    return JSONResponse({"ready": not problem, "problem": problem}, status_code=503 if problem else 200)


def _not_ready() -> str:
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except Error:
        return "database"
    finally:
        connection.close()
    return ""


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until a signal comes. Raises Trouble when the port is taken or the demo would be shown to the world."""
    import uvicorn

    end_with_parent()
    if os.environ.get("SUHUI_DEMO") == "1" and not is_loopback(host):
        raise Trouble(
            _("The demo company lets anybody in as any post, so it is served on 127.0.0.1 only: leave out --host.")
        )
    demand_free_port(host, port)
    uvicorn.run(
        "suhui.config.web:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level=os.environ.get("SUHUI_LOG", "WARNING").lower(),
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=5,
        ws_max_size=32 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def demand_free_port(host: str, port: int) -> None:
    """Raises Trouble when another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Trouble(
                _("Cannot listen on %(host)s port %(port)s (%(why)s): stop the program that uses it, or take --port.")
                % {"host": host, "port": port, "why": error.strerror}
            ) from error
