"""Live topics: what an open page can watch, and who may.

A hint says only that something under a topic changed; the page then fetches what it shows through its own door.
"""

from collections.abc import Callable
from typing import Any

MayWatch = Callable[[Any, str], bool]
_topics: dict[str, MayWatch] = {}


def register_topic(kind: str, may_watch: MayWatch) -> None:
    """Topics look like "case:17". `may_watch(user, "17")` is asked when a page starts to watch and at every push."""
    _topics[kind] = may_watch


def may_watch(user: Any, topic: str) -> bool:
    """Whether `user` may learn that something under `topic` changed. Unknown kinds are refused."""
    kind, _, key = topic.partition(":")
    check = _topics.get(kind)
    return check is not None and check(user, key)
