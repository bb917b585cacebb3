"""The hub of one web process: which open page watches what, who is where, and the pushes (docs/live.md)."""

import asyncio
import logging
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from suhui.platform.core import bus, settled
from suhui.platform.desk import live_bus, live_doors
from suhui.platform.desk.live_presence import Presences

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
FRESH = 1.5
"""Seconds for which an answer to "may this person watch this?" is kept."""
JUST_NOW = 3.0
"""A page that begins to watch was made a moment ago: hints of the last seconds are sent to it once more."""
ROUND = 10.0
"""Seconds between two looks at all sessions: one that has ended closes its sockets."""
SEEN = 60.0
"""Seconds between two notes that the people of the open pages are there."""
OUTBOX = 200
AT_ONCE = 50
"""Sockets whose right to a push is asked for together."""
SIGNED_OUT = 4401


@dataclass(eq=False)
class Page:
    """One open socket. Frames wait in `outbox` for its writer; None asks the writer to close with `code`."""

    session: str
    user_id: int
    name: str
    topics: set[str] = field(default_factory=set)
    outbox: "asyncio.Queue[dict[str, Any] | None]" = field(default_factory=lambda: asyncio.Queue(OUTBOX))
    code: int = 1001

    def push(self, frame: dict[str, Any]) -> None:
        """Queue a frame. A page too slow to take them is told to refresh as a whole instead."""
        if self.outbox.full():
            while not self.outbox.empty():
                self.outbox.get_nowait()
            frame = {"behind": True}
        self.outbox.put_nowait(frame)

    def close(self, code: int) -> None:
        self.code = code
        while not self.outbox.empty():
            self.outbox.get_nowait()
        self.outbox.put_nowait(None)


class Hub:
    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.watchers: dict[str, set[Page]] = defaultdict(set)
        self.newest = 0
        self.presences = Presences(uuid.uuid4().hex[:12], self._tell_others, self._tell_here)
        self._recent: deque[tuple[float, dict[str, Any]]] = deque(maxlen=1000)
        self._asked: dict[tuple[str, str], tuple[float, bool]] = {}
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []
        self._noted_at = 0.0

    async def start(self) -> None:
        """Begin to listen. Needs no database yet: the line is tried until it stands."""
        work = [live_bus.listen(self._take, self._line_is_up), self._push_hints(), self._go_round()]
        if settings.REDIS_URL:
            work.append(self._read_what_redis_lost())
        self._tasks = [asyncio.create_task(one) for one in work]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for page in list(self.pages):
            page.close(1012)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: Callable[..., Answer], *arguments: Any) -> Answer:
        """Run a question to the database in one of the hub's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question, *arguments)

    def join(self, page: Page) -> None:
        self.pages.add(page)
        page.push({"hello": {"user": page.user_id, "now": self.newest}})

    async def leave(self, page: Page) -> None:
        self.pages.discard(page)
        self._forget_topics(page)
        await self.presences.leave(page)

    async def watch(self, page: Page, topics: list[str], since: int | None) -> None:
        """Let the page watch those of `topics` that its person may see; then what it missed."""
        allowed = await self._may(page, topics)
        if allowed is None:
            page.close(SIGNED_OUT)
            return
        before = set(page.topics)
        self._forget_topics(page)
        page.topics = allowed
        for topic in allowed:
            self.watchers[topic].add(page)
        refused = [topic for topic in topics if topic not in allowed]
        page.push({"watching": sorted(allowed), "refused": refused, "now": self.newest})
        if since is None:
            edge = time.monotonic() - JUST_NOW
            for heard_at, hint in list(self._recent):
                if heard_at >= edge:
                    self._push(page, hint, allowed - before)
        elif allowed:
            missed = await self.ask(live_doors.missed_since, since, sorted(allowed))
            if missed.behind:
                page.push({"behind": True})
            for hint in missed.hints:
                self._push(page, hint, allowed)

    async def here(self, page: Page, topic: str | None, doing: str) -> None:
        """The page is on `topic` (None: nowhere). Ignored where the person may not watch it."""
        if topic is not None and topic not in (await self._may(page, [topic]) or ()):
            topic = None
        await self.presences.put(page, topic, doing)

    async def _may(self, page: Page, topics: Iterable[str]) -> set[str] | None:
        """What of `topics` the page may watch now; None when its session has ended."""
        found = await self.ask(_check, {page.session: set(topics)})
        return found.get(page.session)

    def _forget_topics(self, page: Page) -> None:
        for topic in page.topics:
            self.watchers[topic].discard(page)
            if not self.watchers[topic]:
                del self.watchers[topic]
        page.topics = set()

    async def _take(self, channel: str, message: dict[str, Any]) -> None:
        if channel == bus.PRESENCE:
            await self.presences.heard(message)
            return
        self.newest = max(self.newest, message["id"])
        self._recent.append((time.monotonic(), message))
        self._waiting.put_nowait(message)

    async def _line_is_up(self) -> None:
        await self._catch_up()
        await self.presences.ask_others()

    async def _catch_up(self) -> None:
        if self.newest == 0:
            self.newest = await self.ask(live_doors.newest_event)
            return
        missed = await self.ask(live_doors.missed_since, self.newest)
        if missed.behind:
            self.newest = await self.ask(live_doors.newest_event)
            for page in self.pages:
                page.push({"behind": True})
        for hint in missed.hints:
            self.newest = max(self.newest, hint["id"])
            self._waiting.put_nowait(hint)

    async def _read_what_redis_lost(self) -> None:
        """Redis hears of a commit after it happened, and not at all when it was away: look behind it."""
        while True:
            await asyncio.sleep(5)
            newest = await self._try(live_doors.newest_event, self.newest)
            if newest > self.newest:
                await asyncio.sleep(0.5)
                if newest > self.newest:
                    await self._catch_up()

    async def _push_hints(self) -> None:
        while True:
            hint = await self._waiting.get()
            pages = {page for topic in hint["topics"] for page in self.watchers.get(topic, ())}
            ordered = list(pages)
            for start in range(0, len(ordered), AT_ONCE):
                try:
                    await self._push_checked(ordered[start : start + AT_ONCE], hint)
                except (DatabaseError, InterfaceError):
                    log.warning("could not ask who may see a hint", exc_info=True)
                    for page in ordered[start:]:
                        page.push({"behind": True})
                    break

    async def _push_checked(self, pages: list[Page], hint: dict[str, Any]) -> None:
        moment = time.monotonic()
        unknown: dict[str, set[str]] = defaultdict(set)
        for page in pages:
            for topic in page.topics.intersection(hint["topics"]):
                if self._asked.get((page.session, topic), (0.0, False))[0] < moment - FRESH:
                    unknown[page.session].add(topic)
        if unknown:
            answers = await self.ask(_check, dict(unknown))
            for session, topics in unknown.items():
                for topic in topics:
                    self._asked[session, topic] = (moment, topic in (answers.get(session) or ()))
            for page in [page for page in pages if page.session in unknown and page.session not in answers]:
                page.close(SIGNED_OUT)
        for page in pages:
            self._push(page, hint, {t for t in page.topics if self._asked.get((page.session, t), (0, False))[1]})

    def _push(self, page: Page, hint: dict[str, Any], topics: set[str]) -> None:
        named = [topic for topic in hint["topics"] if topic in topics]
        if named:
            page.push({"id": hint["id"], "kind": hint["kind"], "topics": named})

    async def _go_round(self) -> None:
        """Close the sockets of ended sessions, drop old answers, keep presences alive."""
        while True:
            await asyncio.sleep(ROUND)
            edge = time.monotonic() - FRESH
            self._asked = {key: answer for key, answer in self._asked.items() if answer[0] >= edge}
            keys = {page.session for page in self.pages}
            if keys:
                noting = time.monotonic() - self._noted_at >= SEEN
                good = await self._try(_still_good, keys, keys, noting)
                self._noted_at = time.monotonic() if noting else self._noted_at
                for page in [page for page in self.pages if page.session in keys - good]:
                    page.close(SIGNED_OUT)
            await self.presences.go_round()

    async def _try(self, question: Callable[..., Answer], otherwise: Answer, *arguments: Any) -> Answer:
        try:
            return await self.ask(question, *arguments)
        except (DatabaseError, InterfaceError):
            log.warning("the hub could not reach the database", exc_info=True)
            return otherwise

    async def _tell_others(self, message: dict[str, Any]) -> None:
        await self._try(_send_presence, None, message)

    def _tell_here(self, page: Any, frame: dict[str, Any]) -> None:
        page.push(frame)


def _check(wanted: dict[str, set[str]]) -> dict[str, set[str]]:
    """Session → topics it may watch; a session that has ended is left out."""
    with settled.steady():
        people = live_doors.people_of(wanted)
        return {session: live_doors.watchable(user, wanted[session]) for session, user in people.items()}


def _still_good(keys: set[str], noting: bool) -> set[str]:
    """The sessions that have not ended; their people are noted as seen when it is time to."""
    people = live_doors.people_of(keys)
    if noting:
        live_doors.note_seen({user.pk for user in people.values()})
    return set(people)


def _send_presence(message: dict[str, Any]) -> None:
    connection.close_if_unusable_or_obsolete()
    bus.send(bus.PRESENCE, message)
