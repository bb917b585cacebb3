"""Who a live socket belongs to and what it may watch: asked when it begins and before every push, in bulk."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from suhui.platform.core import live
from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import selectors, services
from suhui.platform.people.models import User

REACH_BACK = 5000
"""Stored events a returning client is told singly at most; beyond that its page refreshes as a whole."""
OVERLAP = 100
"""Events numbered just below the last one seen may have been committed after it."""


@dataclass(frozen=True)
class Missed:
    """Hints stored since a number; `behind` when there were too many to tell."""

    hints: list[dict[str, Any]]
    behind: bool


def session_key(cookies: Mapping[str, str]) -> str:
    return cookies.get(settings.SESSION_COOKIE_NAME, "")


def people_of(keys: Iterable[str]) -> dict[str, User]:
    """Session key → person, for the sessions that are still good: not ended, password unchanged, person active.

    A fresh User for each call, so that a post taken away a moment ago counts. Three queries for any number.
    """
    close_old_connections()
    sessions = Session.objects.filter(session_key__in=set(keys), expire_date__gt=now())
    said: dict[str, dict[str, Any]] = {session.session_key: session.get_decoded() for session in sessions}
    ids = set()
    for values in said.values():
        with suppress(KeyError, ValueError):
            ids.add(int(values[SESSION_KEY]))
    people = selectors.with_posts(ids)
    found = {}
    for key, values in said.items():
        user = people.get(int(values.get(SESSION_KEY, 0)))
        if user and constant_time_compare(values.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            found[key] = user
    return found


def note_seen(users: Iterable[int]) -> None:
    """A page of each of these people is open now."""
    services.seen(users=users, at=now())


def watchable(user: User, topics: Iterable[str]) -> set[str]:
    """Those of `topics` this person may watch."""
    return {topic for topic in topics if live.may_watch(user, topic)}


def missed_since(number: int, topics: list[str] | None = None) -> Missed:
    """Hints stored after event `number`, of these topics (None: of all), oldest first."""
    close_old_connections()
    rows = StoredEvent.objects.filter(pk__gt=number - OVERLAP).order_by("pk")
    if newest_event() - number > REACH_BACK:
        return Missed([], behind=True)
    if topics is not None:
        rows = rows.filter(topics__overlap=topics)
    found = rows.values("id", "kind", "topics")[:REACH_BACK]
    return Missed([dict(row) for row in found], behind=False)


def newest_event() -> int:
    """The number of the newest stored event, 0 when there is none."""
    return StoredEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_own_origin(origin: str, host: str, *, secure: bool) -> bool:
    """Whether a page of this very site opened the socket. Browsers always say the origin; who says none is refused."""
    own = f"{'https' if secure else 'http'}://{host}"
    return bool(host) and (origin == own or origin in settings.CSRF_TRUSTED_ORIGINS)
