"""How long the server took for a page and how often it asked the database, told to whoever measures (Server-Timing)."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class ServerTiming:
    """`Server-Timing: app;dur=23.4, db;dur=6.1;desc="11"`: milliseconds in all and in the database, and the queries.

    Only where SUHUI_SERVER_TIMING is set: benches and tests read it, the public has no business with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count, inside, begun = 0, 0.0, time.perf_counter()

        def counted(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal count, inside
            started = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                count += 1
                inside += time.perf_counter() - started

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        whole = (time.perf_counter() - begun) * 1000
        response["Server-Timing"] = f'app;dur={whole:.1f}, db;dur={inside * 1000:.1f};desc="{count}"'
        return response
