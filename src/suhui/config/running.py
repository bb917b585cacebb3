"""`suhui run`: prepares the data folder, the database and its tables, then hands over to the supervisor."""

import hashlib
import importlib.metadata
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.status import Status

from suhui.config import embedded, home
from suhui.config.supervisor import Child, Supervisor
from suhui.config.web import demand_free_port, is_loopback
from suhui.config.words import Trouble, _

MIGRATION_LOCK = 7_304_001
"""The advisory lock under which one process at a time changes tables or loads the demo company."""
OLDEST_POSTGRES = 15
PORT_PATIENCE = 6.0
"""Seconds to wait for a port that the children of a killed Suhui are about to leave."""


def run(*, host: str, port: int, workers: int, demo: bool) -> None:
    """Run the whole product until a signal comes. Raises Trouble with a sentence when it cannot."""
    console = Console(stderr=True, highlight=False)
    folder = home.folder()
    home.prepare(folder)
    with home.held(folder), home.plainly(folder):
        await_free_port(host, port)
        with console.status(_("Starting the database …")) as status, database(folder, status) as embedded_one:
            home.make_secret_key(folder)
            status.update(_("Bringing the tables up to date …"))
            accounts = prepare(folder, host, console, status, embedded_one=embedded_one, demo=demo)
            status.update(_("Starting …"))
            children = [
                Child("web", ["web", "--host", host, "--port", str(port), "--workers", str(workers)]),
                Child("worker", ["worker"]),
            ]
            Supervisor(children).run(when_up=announcer(host, port, console, status, accounts))


def prepare(
    folder: Path, host: str, console: Console, status: Status, *, embedded_one: bool, demo: bool
) -> list[tuple[str, str, str]]:
    """Tables and demo company; the demo's accounts, none where there is no demo. Read from a note at a second start."""
    if embedded_one and (known := _read_note(folder, host, demo=demo)) is not None:
        os.environ["SUHUI_DEMO"] = "1" if known else "0"
        return known
    migrate()
    held = prepare_demo(wanted=demo and embedded_one, host=host, console=console, status=status)
    os.environ["SUHUI_DEMO"] = "1" if held == "demo" else "0"
    accounts: list[tuple[str, str, str]] = []
    if held == "demo":
        from suhui.config import demo as company

        accounts = company.accounts()
    if embedded_one:
        note(folder).write_text(json.dumps({"migrations": fingerprint(), "accounts": accounts, "held": held}))
    return accounts


def note(folder: Path) -> Path:
    """Says, beside the embedded database's own files, what they hold: a second start asks no more."""
    return folder / "postgres" / "suhui.prepared"


def _read_note(folder: Path, host: str, *, demo: bool) -> list[tuple[str, str, str]] | None:
    """The demo's accounts (none: a real company) where nothing is to be prepared; None when it has to be looked at."""
    try:
        found = json.loads(note(folder).read_text())
    except (OSError, ValueError):
        return None
    if found.get("migrations") != fingerprint() or not is_loopback(host):
        return None
    if found.get("held") == "nothing" and demo and find_spec("suhui.demo.load") is not None:
        return None
    return [(username, name, post) for username, name, post in found["accounts"]]


def find_database() -> None:
    """For a process beside `suhui run`: the outside server, or the embedded one that runs in the data folder."""
    folder = home.folder()
    if "SUHUI_DATABASE_URL" not in os.environ:
        home.prepare(folder)
        embedded.use(folder / "postgres")
    home.make_secret_key(folder)


@contextmanager
def database(folder: Path, status: Status) -> Iterator[bool]:
    """The database for the time of this block; True when it is the embedded one, which is stopped at the end."""
    if "SUHUI_DATABASE_URL" in os.environ:
        demand_database()
        yield False
        return
    try:
        embedded.use(folder / "postgres")
        yield True
    finally:
        status.stop()
        embedded.stop(folder / "postgres")


def demand_database() -> str:
    """The server's version. Raises Trouble when it cannot be reached or is too old."""
    import psycopg

    try:
        with psycopg.connect(os.environ["SUHUI_DATABASE_URL"], connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[-1]
        raise Trouble(
            _("The database of SUHUI_DATABASE_URL cannot be reached (%(why)s): start it or mend the address.")
            % {"why": why}
        ) from error
    version = f"{number // 10_000}.{number % 10_000}"
    if number < OLDEST_POSTGRES * 10_000:
        raise Trouble(
            _("The database server is PostgreSQL %(found)s; Suhui needs 15 or newer: upgrade it.") % {"found": version}
        )
    return version


def migrate() -> None:
    """Bring the tables up to date, one process at a time; costs little when there is nothing to do."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
            from suhui.engines.rules import services as rules

            rules.ship()
    finally:
        connection.close()


def bring_up_to_date() -> None:
    """`suhui migrate`, with a line that says it is at work."""
    folder = home.folder()
    outside = "SUHUI_DATABASE_URL" in os.environ
    if not outside:
        home.prepare(folder)
    console = Console(stderr=True, highlight=False)
    with (
        home.plainly(folder),
        console.status(_("Bringing the tables up to date …")),
        nullcontext() if outside else embedded.borrowed(folder / "postgres"),
    ):
        demand_database()
        migrate()


def fingerprint() -> str:
    """Of the names of all migrations, ours and the packages'."""
    package = Path(__file__).resolve().parent.parent
    names = sorted(str(file.relative_to(package)) for file in package.rglob("migrations/*.py"))
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("django", "procrastinate")]
    return hashlib.sha256("\n".join([*names, *versions]).encode()).hexdigest()


def prepare_demo(*, wanted: bool, host: str, console: Console, status: Status) -> str:
    """Load the demo company into an empty database when `wanted`; what it holds then (`demo.holds`). Half of one, from
    an interrupted start, is never served: it goes first."""
    from suhui.config import demo

    found = demo.holds()
    if found == "unfinished":
        status.update(_("Throwing away a demo company that was only half made …"))
        demo.throw_away_half()
        found = "nothing"
    if found == "nothing" and wanted and is_loopback(host):
        status.stop()
        demo.load(console)
        found = demo.holds()
    if found == "demo" and not is_loopback(host):
        raise Trouble(
            _("The demo company lets anybody in as any post, so it is served on 127.0.0.1 only: leave out --host.")
        )
    return found


def make_demo(*, anew: bool) -> None:
    """`suhui demo`: load the demo company into an empty database; `anew` throws the old one away first."""
    from suhui.config import demo

    console = Console(stderr=True, highlight=False)
    folder = home.folder()
    home.prepare(folder)
    with (
        home.held(folder),
        home.plainly(folder),
        console.status(_("Starting the database …")) as status,
        database(folder, status) as own,
    ):
        home.make_secret_key(folder)
        if own:
            note(folder).unlink(missing_ok=True)
        migrate()
        if anew:
            demo.reset(folder / "files")
            migrate()
        elif demo.holds() == "unfinished":
            demo.throw_away_half()
        if demo.holds() != "nothing":
            raise Trouble(_("This database is not empty: `suhui demo --reset` renews the demo company."))
        status.stop()
        demo.load(console)
        console.print(_("The demo company is ready: `suhui run` serves it."))


def await_free_port(host: str, port: int) -> None:
    """Like demand_free_port, but gives the children of a killed Suhui a moment to go."""
    deadline = time.monotonic() + (PORT_PATIENCE if _is_suhui(host, port) else 0.0)
    while True:
        try:
            demand_free_port(host, port)
        except Trouble:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _is_suhui(host: str, port: int) -> bool:
    return _asks(f"http://{_name(host)}:{port}/healthz") == {"alive": True}


def _asks(address: str) -> object:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None


def _name(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def announcer(
    host: str, port: int, console: Console, status: Status, accounts: list[tuple[str, str, str]]
) -> Callable[[], bool]:
    """Says the address and the demo's accounts once the web process answers."""

    def up() -> bool:
        if _asks(f"http://{_name(host)}:{port}/readyz") is None:
            return False
        status.stop()
        console.print(_("Suhui is ready at %(address)s") % {"address": f"http://{_name(host)}:{port}/"}, style="bold")
        if accounts:
            console.print(_("Enter with one click on the sign-in page, as any post; among others:"))
        for username, name, post in accounts:
            console.print(f"  {username:12} {name} · {post}")
        console.print(_("Ctrl-C stops it."))
        return True

    return up
