"""The live socket against real processes: hints, doors, presence, and what a client missed."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from suhui.config import embedded
from suhui.platform.core import bus
from tests.house.line import hear, open_socket, two_people
from tests.product import Suhui, copied, until

pytestmark = pytest.mark.house


class Desk:
    """A running Suhui, two signed-in people, and a way to do something to its database from outside."""

    def __init__(self, suhui: Suhui) -> None:
        self.suhui = suhui
        suhui.run()
        self.address = f"postgresql://postgres@/suhui?host={suhui.home}/postgres"
        wang, li = two_people(suhui, self.address)
        self.wang, self.wangs, self.li, self.lis = wang.pk, wang.session, li.pk, li.session

    def sql(self, text: str, *arguments: object) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(text.encode(), arguments)

    def hint(self, *topics: str) -> None:
        message = json.dumps({"id": 0, "kind": "test", "topics": topics})
        self.sql("SELECT pg_notify(%s, %s)", bus.LIVE, message)

    def connect(self, session: str, *, origin: str = "", port: int = 0) -> ClientConnection:
        return open_socket(port or self.suhui.port, session, origin=origin)


@pytest.fixture(scope="module")
def desk(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    suhui = copied(migrated, tmp_path_factory.mktemp("live"))
    yield Desk(suhui)
    suhui.end()


def test_a_page_hears_of_what_it_watches_and_of_nothing_else(desk: Desk) -> None:
    mine, other = f"user:{desk.wang}", f"user:{desk.li}"
    with desk.connect(desk.wangs) as page:
        assert hear(page, lambda f: "hello" in f)["hello"]["user"] == desk.wang
        page.send(json.dumps({"watch": [mine, other, "nonsense:1"]}))
        answer = hear(page, lambda f: "watching" in f)
        assert (answer["watching"], answer["refused"]) == ([mine], [other, "nonsense:1"])
        desk.hint(other, mine)
        assert hear(page, lambda f: "kind" in f)["topics"] == [mine]
        page.send(json.dumps({"ping": 7}))
        assert hear(page, lambda f: "pong" in f) == {"pong": 7}


def test_an_open_page_says_that_its_person_is_there(desk: Desk) -> None:
    def last_seen() -> object:
        with psycopg.connect(desk.address) as connection:
            question = "SELECT last_seen_at FROM people_presence WHERE user_id = %s"
            row = connection.execute(question, [desk.li]).fetchone()
            return row[0] if row else None

    assert last_seen() is None
    with desk.connect(desk.lis):
        until(last_seen)


def test_who_comes_back_hears_what_it_missed(desk: Desk) -> None:
    with desk.connect(desk.wangs) as page:
        number = hear(page, lambda f: "hello" in f)["hello"]["now"]
    desk.sql(
        "INSERT INTO core_storedevent (kind, subject, payload, actor_kind, actor_label, at, topics) "
        "VALUES ('test.Happened', 'test:1', '{}', 'system', '', now(), %s)",
        [f"user:{desk.wang}"],
    )
    with desk.connect(desk.wangs) as page:
        page.send(json.dumps({"watch": [f"user:{desk.wang}"], "since": number}))
        missed = hear(page, lambda f: f.get("kind") == "test.Happened" and f["id"] > number)
        assert missed["topics"] == [f"user:{desk.wang}"]


def test_another_sites_page_and_a_stranger_get_no_socket(desk: Desk) -> None:
    with pytest.raises(InvalidStatus):
        desk.connect(desk.wangs, origin="http://elsewhere.example")
    with desk.connect("stranger") as page, pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_colleagues_see_who_else_is_here_also_over_two_web_processes(desk: Desk) -> None:
    second = Suhui(desk.suhui.home, more={"SUHUI_DATABASE_URL": desk.address})
    second.start("web", "--port", str(second.port))
    until(lambda: second.get("/readyz") == 200)
    topic = "presence:1"
    try:
        with desk.connect(desk.wangs) as wang, desk.connect(desk.lis, port=second.port) as li:
            wang.send(json.dumps({"here": topic}))
            hear(wang, lambda f: f.get("here") == topic)
            li.send(json.dumps({"here": topic, "doing": "writing"}))
            both = hear(wang, lambda f: len(f.get("people", [])) == 2)
            assert {(p["name"], p["doing"]) for p in both["people"]} == {("王芳", "viewing"), ("李强", "writing")}
            hear(li, lambda f: len(f.get("people", [])) == 2)
            li.close()
            hear(wang, lambda f: len(f.get("people", [])) == 1)
    finally:
        second.started[0].terminate()
        second.started[0].wait()


def test_the_hub_outlives_a_restart_of_the_database(desk: Desk) -> None:
    mine = f"user:{desk.wang}"
    with desk.connect(desk.wangs) as page:
        page.send(json.dumps({"watch": [mine]}))
        hear(page, lambda f: "watching" in f)
        embedded.stop(desk.suhui.home / "postgres")
        time.sleep(0.5)
        embedded.start(desk.suhui.home / "postgres")
        assert desk.suhui.get("/sign-in/") == 200
        until(lambda: desk.suhui.get("/readyz") == 200)

        def heard() -> bool:
            desk.hint(mine)
            try:
                return bool(hear(page, lambda f: "kind" in f, within=2))
            except TimeoutError:
                return False

        until(heard)


def test_nonsense_closes_the_socket_and_hurts_nobody(desk: Desk) -> None:
    for nonsense in ("no json", "[]", '{"watch": "case:1"}', '{"watch": [1]}', '{"here": 5}'):
        with desk.connect(desk.wangs) as page:
            page.send(nonsense)
            with pytest.raises(ConnectionClosed) as closed:
                hear(page, lambda f: False)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4400
    assert desk.suhui.get("/readyz") == 200


def test_the_socket_ends_when_the_session_ends_or_the_person_leaves(desk: Desk) -> None:
    with desk.connect(desk.wangs) as wang, desk.connect(desk.lis) as li:
        for page, pk in ((wang, desk.wang), (li, desk.li)):
            page.send(json.dumps({"watch": [f"user:{pk}"]}))
            hear(page, lambda f: "watching" in f)
        desk.sql("DELETE FROM django_session WHERE session_key = %s", desk.wangs)
        desk.sql("UPDATE people_user SET is_active = false WHERE id = %s", desk.li)
        for page in (wang, li):
            with pytest.raises(ConnectionClosed) as closed:
                hear(page, lambda f: False, within=20)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
