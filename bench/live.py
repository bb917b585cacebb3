"""How soon open browsers see a change: python -m bench.live [--cases 10000] [--browsers 200] [--seconds 30]

200 signed-in WebSockets, five to a case, each also watching the list of its region. Four times a second a colleague
writes a note on one of the cases, over HTTP. Measured from the moment the colleague's browser sends it:
- told: until the hint is in each browser that has the case open;
- seen: until the browsers that have the case open have waited as the page's script does, fetched the story through its
  own door, and the words are in it.
The floor is the request itself, an answer of /healthz, and the waiting of the script.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench import serving
from bench.serving import Seat

GATHER = 0.06
"""As in frontend/src/desk/live_controller.ts: a page waits so long, and up to as much again, for more hints."""
AT_ONE_CASE = 5
EVERY = 0.25
TARGET = 0.3


@dataclass
class Measured:
    """Seconds by what was measured; `sent` is when the note on a case was sent, and its words."""

    told: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    request: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: dict[int, tuple[float, str]] = field(default_factory=dict)
    work: str = ""
    waiting: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class Browser:
    number: int
    seat: Seat
    case: int
    branch: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--browsers", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--web", type=int, default=1, help="web processes")
    arguments = parser.parse_args()
    print(serving.machine())
    serving.demand(arguments.cases)
    browsers = seated(arguments.browsers)
    with serving.running(arguments.web) as address:
        found = asyncio.run(drive(address, browsers, arguments.seconds))
    print(serving.HEAD)
    print(serving.line("floor: /healthz", found.floor))
    print(serving.line("floor: the note's own request", found.request))
    print(serving.line("floor: the script's waiting", [GATHER, GATHER * 1.5, GATHER * 2]))
    print(serving.line("told: the hint is there", found.told))
    print(serving.line("seen: the words are on the page", found.seen))
    for error in found.errors[:5]:
        print("error:", error)
    print(found.work)
    missing = sum(map(len, found.waiting.values()))
    late = serving.percentile(found.seen, 0.95)
    print(f"{arguments.browsers} browsers, {len(found.errors)} errors, {missing} never saw it")
    good = late <= TARGET and not found.errors and not missing
    print(f"target {TARGET * 1000:.0f} ms for 95 of 100: {'met' if good else 'missed'}")
    return 0 if good else 1


def seated(count: int) -> list[Browser]:
    """Five agents of a branch at each case of that branch."""
    from suhui.service.cases.models import Case

    by_branch: dict[int, list[Seat]] = defaultdict(list)
    for seat in serving.agents(count):
        by_branch[seat.branch].append(seat)
    found: list[Browser] = []
    for branch, seats in by_branch.items():
        need = -(-len(seats) // AT_ONE_CASE)
        ids = list(Case.objects.open().filter(branch=branch).order_by("-pk").values_list("pk", flat=True)[:need])
        found += [
            Browser(len(found) + place, seat, ids[place // AT_ONE_CASE % len(ids)], branch)
            for place, seat in enumerate(seats)
            if ids
        ]
    return found


async def drive(address: str, browsers: list[Browser], seconds: int) -> Measured:
    found = Measured()
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=20) as client:
        for _number in range(100):
            begun = time.perf_counter()
            await client.get("/healthz")
            found.floor.append(time.perf_counter() - begun)
        ready = asyncio.Semaphore(0)
        pages = [asyncio.create_task(sit(browser, address, client, ready, found)) for browser in browsers]
        for _page in pages:
            await asyncio.wait_for(ready.acquire(), 60)
        working = serving.Work()
        await write_notes(client, browsers, seconds, found)
        # What the last notes set off reaches the pages after them: their work belongs to the figure.
        await asyncio.sleep(3)
        found.work = working.line(len(found.request))
        for page in pages:
            page.cancel()
        await asyncio.gather(*pages, return_exceptions=True)
    return found


async def write_notes(client: httpx.AsyncClient, browsers: list[Browser], seconds: int, found: Measured) -> None:
    """A note on one case after the other, at an even pace whatever the answers take."""
    first = {browser.case: browser for browser in browsers}
    cases, begun = list(first), time.perf_counter()
    running: list[asyncio.Task[None]] = []
    for number in range(int(seconds / EVERY)):
        await asyncio.sleep(max(0.0, begun + number * EVERY - time.perf_counter()))
        writer = first[cases[number % len(cases)]]
        running.append(asyncio.create_task(write_note(client, writer, f"第{number}次说明", browsers, found)))
    await asyncio.gather(*running)


async def write_note(
    client: httpx.AsyncClient, writer: Browser, text: str, browsers: list[Browser], found: Measured
) -> None:
    begun = time.perf_counter()
    found.sent[writer.case] = (begun, text)
    found.waiting[writer.case] = {browser.number for browser in browsers if browser.case == writer.case}
    answer = await client.post(f"/cases/{writer.case}/note/", data={"text": text}, headers=writer.seat.headers)
    found.request.append(time.perf_counter() - begun)
    if answer.status_code >= 400:
        found.errors.append(f"note: {answer.status_code}")


async def sit(
    browser: Browser, address: str, client: httpx.AsyncClient, ready: asyncio.Semaphore, found: Measured
) -> None:
    where = address.replace("http", "ws", 1)
    headers = {"Cookie": browser.seat.headers["Cookie"]}
    async with connect(f"{where}/ws", origin=Origin(address), additional_headers=headers, max_queue=None) as socket:
        topics = [f"case:{browser.case}", f"cases:{browser.branch}"]
        await socket.send(json.dumps({"watch": topics, "since": 10**15}))
        try:
            await listen(browser, socket, client, ready, found)
        except (OSError, ValueError, httpx.HTTPError) as error:
            found.errors.append(f"browser {browser.number}: {error!r}")


async def listen(
    browser: Browser, socket: ClientConnection, client: httpx.AsyncClient, ready: asyncio.Semaphore, found: Measured
) -> None:
    fetching: asyncio.Task[None] | None = None
    async for frame in socket:
        heard = json.loads(frame)
        if "watching" in heard:
            if heard.get("refused"):
                found.errors.append(f"refused {heard['refused']}")
            ready.release()
        if heard.get("kind") != "cases.CaseNoted":
            continue
        mine = f"case:{browser.case}" in heard["topics"]
        if mine and browser.case in found.sent:
            found.told.append(time.perf_counter() - found.sent[browser.case][0])
            if fetching is None or fetching.done():
                fetching = asyncio.create_task(look(browser, client, found))


async def look(browser: Browser, client: httpx.AsyncClient, found: Measured) -> None:
    """What the page's script does after a hint."""
    await asyncio.sleep(GATHER + random.random() * GATHER)
    sent, text = found.sent[browser.case]
    answer = await client.get(f"/cases/{browser.case}/story/", headers=browser.seat.headers)
    if answer.status_code != 200:
        found.errors.append(f"story: {answer.status_code}")
    elif text in answer.text:
        found.seen.append(time.perf_counter() - sent)
        found.waiting[browser.case].discard(browser.number)


if __name__ == "__main__":
    sys.exit(main())
