"""Work that comes row by row and is done by the lot: a room writes rows down as they come and registers who takes them.

Where an event has a delivery, a transaction and a call of its own, a row here has nothing but itself: for what
comes by the hundred a second.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError

Taker = Callable[[], int]
log = logging.getLogger(__name__)
_takers: dict[str, Taker] = {}


def takes(*, name: str) -> Callable[[Taker], Taker]:
    """Register who takes a lot of what waits, in a transaction of its own, and says how many it took (0: none waits).

    It is called again and again, in several processes: it claims its rows, and one that cannot be done must not hold
    up the others.
    """

    def register(taker: Taker) -> Taker:
        _takers[name] = taker
        return taker

    return register


def take_some() -> int:
    """One lot of each kind; how many rows. A taker that fails is tried again next time. Raises what a lost database
    raises."""
    return sum(_taken(name, taker) for name, taker in _takers.items())


def _taken(name: str, taker: Taker) -> int:
    try:
        return taker()
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("%s could not take a lot", name)
        return 0
