"""Who else is here: the people on a topic, over all web processes. Each process says who is on its pages."""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

AGAIN, GONE = 20.0, 50.0
"""Each process repeats itself every AGAIN seconds; one not heard for GONE seconds has died."""
MOST = 40
"""People named per topic and process."""
RANK = {"viewing": 0, "writing": 1}


class Somebody(Protocol):
    """What presence needs of an open page."""

    user_id: int
    name: str


Named = dict[int, tuple[str, str]]
"""Person's id → (name, what they do)."""


class Presences:
    """`tell_others(message)` reaches the other processes, `tell_here(page, frame)` a page of this one."""

    def __init__(
        self,
        process: str,
        tell_others: Callable[[dict[str, Any]], Awaitable[None]],
        tell_here: Callable[[Any, dict[str, Any]], None],
    ) -> None:
        self.process = process
        self._tell_others, self._tell_here = tell_others, tell_here
        self._places: dict[Any, tuple[str, str]] = {}
        self._pages: dict[str, set[Any]] = defaultdict(set)
        self._elsewhere: dict[str, dict[str, tuple[float, Named]]] = defaultdict(dict)
        self._said_at = 0.0

    async def put(self, page: Somebody, topic: str | None, doing: str) -> None:
        """The page is on `topic`, `doing` viewing or writing; None: it is nowhere."""
        before = self._places.pop(page, None)
        if before is not None:
            self._pages[before[0]].discard(page)
        if topic is not None:
            self._places[page] = (topic, doing if doing in RANK else "viewing")
            self._pages[topic].add(page)
        if before is not None and before[0] != topic:
            await self._announce(before[0])
            if not self._pages[before[0]]:
                del self._pages[before[0]]
        if topic is not None:
            await self._announce(topic)

    async def leave(self, page: Somebody) -> None:
        if page in self._places:
            await self.put(page, None, "")

    async def heard(self, message: dict[str, Any]) -> None:
        """Another process (or this one) has said something."""
        if message["process"] == self.process:
            return
        if message.get("asks"):
            await self._announce_all()
            return
        people = {int(pk): (str(name), str(doing)) for pk, name, doing in message["people"]}
        topic = message["topic"]
        if people:
            self._elsewhere[topic][message["process"]] = (time.monotonic(), people)
        else:
            self._elsewhere[topic].pop(message["process"], None)
        self._show(topic)

    async def ask_others(self) -> None:
        """After a (re)connection: let everybody say who is where."""
        await self._tell_others({"process": self.process, "asks": True})
        await self._announce_all()

    async def go_round(self) -> None:
        """Repeat ourselves now and then, and forget processes that have died."""
        moment = time.monotonic()
        for topic, processes in list(self._elsewhere.items()):
            dead = [process for process, (heard_at, _people) in processes.items() if heard_at < moment - GONE]
            for process in dead:
                del processes[process]
            if dead:
                self._show(topic)
            if not processes:
                del self._elsewhere[topic]
        if moment - self._said_at > AGAIN:
            self._said_at = moment
            await self._announce_all()

    def people_on(self, topic: str) -> list[dict[str, Any]]:
        """Everybody on the topic, one entry a person; who writes in one tab writes."""
        everybody: Named = dict(self._own(topic))
        for _heard_at, people in self._elsewhere.get(topic, {}).values():
            for pk, (name, doing) in people.items():
                if pk not in everybody or RANK.get(doing, 0) > RANK.get(everybody[pk][1], 0):
                    everybody[pk] = (name, doing)
        return [{"id": pk, "name": name, "doing": doing} for pk, (name, doing) in sorted(everybody.items())]

    def _own(self, topic: str) -> Named:
        own: Named = {}
        for page in self._pages.get(topic, ()):
            doing = self._places[page][1]
            if page.user_id not in own or RANK[doing] > RANK[own[page.user_id][1]]:
                own[page.user_id] = (page.name, doing)
        return own

    async def _announce(self, topic: str) -> None:
        self._show(topic)
        people = [[pk, name, doing] for pk, (name, doing) in list(self._own(topic).items())[:MOST]]
        await self._tell_others({"process": self.process, "topic": topic, "people": people})

    async def _announce_all(self) -> None:
        for topic in list(self._pages):
            await self._announce(topic)

    def _show(self, topic: str) -> None:
        frame = {"here": topic, "people": self.people_on(topic)}
        for page in self._pages.get(topic, ()):
            self._tell_here(page, frame)
