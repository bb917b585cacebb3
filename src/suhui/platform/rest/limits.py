"""How often a token may call: a leaky bucket per token and pace, one statement a call, true across all processes.

PostgreSQL and not a counter per process: a house with four web processes would otherwise give four times what its
administrator wrote. The row is unlogged and the statement runs outside the call's transaction, so it costs no disk
write and holds no lock while the call works.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection

from suhui.platform.rest.choices import Pace

WINDOW = timedelta(seconds=60)
_TAKE = """
    INSERT INTO rest_bucket AS held (token_id, pace, full_at, step)
    SELECT %s, pace, clock_timestamp() + interval '60 s' / per_minute, interval '60 s' / per_minute
    FROM rest_limit WHERE pace = %s
    ON CONFLICT (token_id, pace) DO UPDATE
    SET full_at = greatest(held.full_at, excluded.full_at - excluded.step) + excluded.step, step = excluded.step
    WHERE greatest(held.full_at, excluded.full_at - excluded.step) + 2 * excluded.step
        <= excluded.full_at + interval '60 s'
    RETURNING full_at, step, clock_timestamp()
"""
_LOOK = "SELECT full_at, step, clock_timestamp() FROM rest_bucket WHERE token_id = %s AND pace = %s"


@dataclass(frozen=True)
class Allowance:
    """What is left after this call. `wait` is in seconds and 0 when the call was allowed."""

    pace: Pace
    per_minute: int
    left: int
    full_in: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers, Retry-After where refused."""
        lines = {
            "RateLimit-Policy": f'"{self.pace}";q={self.per_minute};w={int(WINDOW.total_seconds())}',
            "RateLimit": f'"{self.pace}";r={self.left};t={self.full_in}',
        }
        return lines | ({"Retry-After": str(self.wait)} if self.wait else {})


def take(token_id: int, pace: Pace) -> Allowance:
    """Take one call of this pace from the token's allowance, or say how long to wait."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [token_id, pace.value])
        row = cursor.fetchone()
        if row is not None:
            return _allowance(pace, *row, refused=False)
        cursor.execute(_LOOK, [token_id, pace.value])
        return _allowance(pace, *cursor.fetchone(), refused=True)


def _allowance(pace: Pace, full_at: datetime, step: timedelta, at: datetime, *, refused: bool) -> Allowance:
    used = max(full_at - at, timedelta())
    left = max(0, int((WINDOW - used) / step))
    wait = max(1, ceil((used + step - WINDOW).total_seconds())) if refused else 0
    return Allowance(pace, round(WINDOW / step), 0 if refused else left, ceil(used.total_seconds()), wait)
