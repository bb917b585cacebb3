"""What a start must survive, and what it must refuse in one sentence."""

import signal
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from suhui.config import embedded
from suhui.config.demo import UNFINISHED
from tests.product import LONGEST, Suhui, until

pytestmark = pytest.mark.house


def one_sentence(said: str) -> bool:
    return len(said.splitlines()) == 1 and "Traceback" not in said


def test_a_first_start_serves_and_says_where_a_second_keeps_the_key_and_all_ends_with_it(fresh: Suhui) -> None:
    process = fresh.run()
    assert fresh.get("/healthz") == 200
    key = (fresh.home / "secret.key").read_text()
    assert process.stdout is not None
    said = iter(process.stdout.readline, "")
    assert any(f"http://127.0.0.1:{fresh.port}/" in line for line in said)
    process.send_signal(signal.SIGINT)
    out, _nothing = process.communicate(timeout=30)
    assert process.returncode == 0, out
    assert fresh.everything() == []
    fresh.run()
    assert (fresh.home / "secret.key").read_text() == key


def test_a_busy_port_is_said_in_a_sentence_and_nothing_is_left_running(suhui: Suhui) -> None:
    with closing(socket.create_server(("127.0.0.1", suhui.port))):
        code, said = suhui.said("run", "--no-demo", "--port", str(suhui.port))
    assert (code, one_sentence(said)) == (3, True)
    assert "--port" in said
    assert suhui.everything() == []
    suhui.run()


def test_a_second_run_on_the_same_folder_is_refused_and_the_first_goes_on(suhui: Suhui) -> None:
    first = suhui.run()
    code, said = suhui.said("run", "--no-demo", "--port", "1")
    assert (code, one_sentence(said)) == (3, True)
    assert str(first.pid) in said
    assert suhui.get("/readyz") == 200


def test_locks_of_dead_processes_do_not_matter(suhui: Suhui) -> None:
    (suhui.home / "run.lock").write_text("1")
    # A process id that lives again as something else, as after the machine was switched off.
    (suhui.home / "postgres" / "postmaster.pid").write_text(
        f"1\n{suhui.home}/postgres\n1\n5432\n{suhui.home}/postgres\n\n1 1\nready\n"
    )
    suhui.run()


def test_a_killed_parent_takes_its_children_along_and_the_next_start_works(suhui: Suhui) -> None:
    process = suhui.run()
    process.kill()
    process.wait()
    suhui.run()
    until(lambda: len([p for p in suhui.everything() if "web" in p.cmdline()]) == 1)


def test_a_first_start_killed_while_the_database_was_made_begins_anew(fresh: Suhui) -> None:
    process = fresh.start("run", "--no-demo", "--port", str(fresh.port))
    until(lambda: list(fresh.home.glob("postgres.new-*/base")))
    process.kill()
    process.wait()
    assert not (fresh.home / "postgres").exists()
    until(lambda: fresh.everything() == [])
    fresh.run()
    assert list(fresh.home.glob("postgres.new-*")) == []


def test_a_first_start_killed_between_two_migrations_goes_on_with_the_next(fresh: Suhui) -> None:
    process = fresh.start("run", "--no-demo", "--port", str(fresh.port))
    until(lambda: migrations(fresh) > 3)
    process.kill()
    process.wait()
    fresh.run()


def migrations(installation: Suhui) -> int:
    return int(asked(installation, "SELECT count(*) FROM django_migrations") or 0)


def asked(installation: Suhui, question: str) -> Any:
    """The database's answer; None while it cannot answer yet."""
    if not (installation.home / "postgres" / "postmaster.pid").exists():
        return None
    try:
        folder = installation.home / "postgres"
        with psycopg.connect(f"postgresql://postgres@/suhui?host={folder}") as connection:
            row = connection.execute(question.encode()).fetchone()
            return row[0] if row else None
    except psycopg.Error:
        return None


BRANCHES = "SELECT count(*) FROM people_branch"
BEING_MADE = f"SELECT obj_description('people_branch'::regclass) = '{UNFINISHED}'"


def test_a_demo_company_killed_half_made_is_begun_anew_and_never_served(suhui: Suhui) -> None:
    process = suhui.start("run", "--port", str(suhui.port))
    until(lambda: asked(suhui, BRANCHES), within=LONGEST)
    process.kill()
    process.wait()
    assert asked(suhui, BEING_MADE) is True
    process = suhui.start("run", "--port", str(suhui.port))
    until(lambda: asked(suhui, BRANCHES) == 0 and asked(suhui, BEING_MADE))
    process.kill()
    process.wait()
    suhui.run()
    assert (asked(suhui, BRANCHES), asked(suhui, BEING_MADE)) == (0, None)
    assert suhui.get("/setup/") == 200


@pytest.mark.parametrize("room", ["16m", "40m"])
def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_left_running(tmp_path: Path, room: str) -> None:
    """Full while the database is made, and full a little later."""
    installation = Suhui(tmp_path / "small" / "var")
    installation.home.parent.mkdir()
    code, said = installation.said_on_a_small_disk(room, "run", "--no-demo", "--port", str(installation.port))
    assert (code, one_sentence(said)) == (3, True), said
    assert "is full" in said
    assert installation.everything() == []


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path, language: str) -> None:
    (tmp_path / "file").write_text("in the way")
    installation = Suhui(tmp_path / "file" / "var", more={"LANG": language})
    code, said = installation.said("run", "--no-demo", "--port", str(installation.port))
    assert (code, one_sentence(said)) == (3, True)
    assert "SUHUI_HOME" in said
    assert ("Cannot write" in said) == (language == "C.UTF-8")


def test_data_of_another_version_are_refused_and_not_touched(suhui: Suhui) -> None:
    version = suhui.home / "postgres" / "PG_VERSION"
    version.write_text("15\n")
    code, said = suhui.said("run", "--no-demo", "--port", str(suhui.port))
    assert (code, one_sentence(said)) == (3, True)
    assert "15" in said
    assert "pg_dump" in said
    version.write_text(f"{embedded.VERSION}\n")
    suhui.run()


def test_an_outside_server_that_does_not_answer_is_said_in_a_sentence(suhui: Suhui) -> None:
    suhui.more["SUHUI_DATABASE_URL"] = "postgresql://postgres@127.0.0.1:1/suhui"
    code, said = suhui.said("run", "--port", str(suhui.port))
    assert (code, one_sentence(said)) == (3, True)
    assert "SUHUI_DATABASE_URL" in said


def test_the_demo_is_never_served_to_other_machines(suhui: Suhui) -> None:
    suhui.more["SUHUI_DEMO"] = "1"
    code, said = suhui.said("web", "--host", "0.0.0.0", "--port", str(suhui.port))
    assert (code, one_sentence(said)) == (3, True)


@pytest.mark.parametrize("word", ["web", "worker"])
def test_a_dead_child_is_started_again(suhui: Suhui, word: str) -> None:
    process = suhui.run()
    (before,) = suhui.children(process, word)
    before.kill()
    until(lambda: [c for c in suhui.children(process, word) if c.pid != before.pid])
    until(lambda: suhui.get("/readyz") == 200)


def test_a_child_that_dies_again_and_again_ends_in_a_sentence(suhui: Suhui) -> None:
    process = suhui.run()

    def strike() -> bool:
        for child in suhui.children(process, "worker"):
            child.kill()
        return process.poll() is not None

    until(strike)
    out, _nothing = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "The worker process dies as soon as it starts" in out
    assert suhui.everything() == []


def test_several_web_and_worker_processes_share_one_outside_database(suhui: Suhui) -> None:
    suhui.more["SUHUI_DATABASE_URL"] = embedded.start(suhui.home / "postgres")
    web = suhui.start("web", "--workers", "2", "--port", str(suhui.port))
    workers = [suhui.start("worker"), suhui.start("worker")]
    until(lambda: suhui.get("/readyz") == 200)
    assert all(process.poll() is None for process in [web, *workers])
    for process in [web, *workers]:
        process.send_signal(signal.SIGTERM)
    # One that is still starting has not learnt to end gently yet; it ends all the same.
    assert {process.wait(timeout=30) for process in [web, *workers]} <= {0, -signal.SIGTERM}
