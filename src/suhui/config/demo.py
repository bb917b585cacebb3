"""The demo company in a database: loaded once and whole, known by a mark; half of one is thrown away."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from suhui.config.words import Trouble, _

MARK = "suhui: demo company"
"""The comment on the branches' table of a database that holds the whole demo company."""
UNFINISHED = "suhui: demo company, being made"
"""The comment while it is being made: whoever finds it throws the rest away and begins anew."""
LOCK = 7_304_002
"""The advisory lock of the one process that makes or throws away the demo company."""
PATIENCE = 10
STAGES = {
    "customers": _("Making the demo company: customers …"),
    "parcels": _("Making the demo company: parcels …"),
    "cases": _("Making the demo company: a week of cases …"),
}
ACCOUNTS = ("admin", "manager", "supervisor", "agent", "clerk")
"""User names the address is printed with; the sign-in page offers every post."""


def holds() -> str:
    """What the database holds: "nothing", "unfinished", "demo" or "company". The tables are there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('people_branch'::regclass), EXISTS (SELECT 1 FROM people_branch)")
        mark, anything = cursor.fetchone()
    if mark == UNFINISHED:
        return "unfinished"
    if not anything:
        return "nothing"
    return "demo" if mark == MARK else "company"


def load(console: Console) -> None:
    """Make the company in an empty database, with a bar that tells how far it is."""
    from suhui.demo import load as making

    with _alone(), Progress(console=console, transient=True) as bar:
        _mark(UNFINISHED)
        line = bar.add_task(_("Making the demo company …"), total=None)
        said = _Tenths(console)

        def tell(what: str, done: int, total: int) -> None:
            words = STAGES.get(what, what)
            bar.update(line, description=words, completed=done, total=total)
            said.hear(words, done, total)

        making.load(tell)
        _mark(MARK)


class _Tenths:
    """Where nobody sees a bar move (a log, a pipe), a line for every tenth of the way."""

    def __init__(self, console: Console) -> None:
        self.console, self.stage, self.said = console, "", 0

    def hear(self, words: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if words != self.stage:
            self.stage, self.said = words, 0
        if not self.console.is_terminal and tenth > self.said:
            self.said = tenth
            self.console.print(f"{words} {10 * tenth} %")


def throw_away_half() -> None:
    """Empty a database in which the making was interrupted; nothing in it is anybody's."""
    from django.core.management import call_command

    with _alone():
        _drop_all()
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone() -> Iterator[None]:
    """Raises Trouble while another process makes the demo company in this database."""
    import psycopg

    with psycopg.connect(os.environ["SUHUI_DATABASE_URL"], autocommit=True) as line:
        # A killed maker's connection may live a moment longer.
        line.execute(f"SET lock_timeout = '{PATIENCE}s'")
        try:
            line.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except psycopg.errors.LockNotAvailable as error:
            raise Trouble(
                _("Another process is making the demo company in this database: wait until it is done.")
            ) from error
        yield


def _mark(words: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE people_branch IS '{words}'")


def reset(files: Path) -> None:
    """Take the demo company away with all its tables. Raises Trouble where the database holds a real company."""
    if holds() == "company":
        raise Trouble(
            _("This database holds a company of yours, which is not thrown away: name another folder in SUHUI_HOME.")
        )
    _drop_all()
    shutil.rmtree(files, ignore_errors=True)


def _drop_all() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()


def accounts() -> list[tuple[str, str, str]]:
    """(user name, name, post) of the people worth entering as."""
    from suhui.platform.people.models import Post

    posts = Post.objects.filter(user__username__in=ACCOUNTS).select_related("user", "role").order_by("pk")
    found = {post.user.username: (post.user.username, post.user.name, post.role.name) for post in posts}
    return [found[name] for name in ACCOUNTS if name in found]
