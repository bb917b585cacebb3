"""The demo company in a database: loaded once and whole or not at all, known by a mark that comes with it."""

import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from suhui.config.words import Trouble, _

MARK = "suhui: demo company"
"""The comment on the branches' table; written in the transaction that makes the company."""
ACCOUNTS = ("admin", "manager", "supervisor", "agent", "clerk")
"""User names the address is printed with; the sign-in page offers every post."""


def holds() -> str:
    """What the database holds: "nothing", "demo" or "company". Django is set up and the tables are there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('people_branch'::regclass), EXISTS (SELECT 1 FROM people_branch)")
        mark, anything = cursor.fetchone()
    if not anything:
        return "nothing"
    return "demo" if mark == MARK else "company"


def load(console: Console) -> None:
    """Make the company in one transaction, with a bar that tells how far it is. Interrupted, it leaves nothing."""
    from django.db import connection, transaction

    if find_spec("suhui.demo.load") is None:
        return
    make: Callable[[Callable[[str, int, int], None]], None] = import_module("suhui.demo.load").load
    with Progress(console=console, transient=True) as bar:
        line = bar.add_task(_("Making the demo company …"), total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(line, description=str(what), completed=done, total=total)

        with transaction.atomic():
            make(tell)
            with connection.cursor() as cursor:
                cursor.execute(f"COMMENT ON TABLE people_branch IS '{MARK}'")


def reset(files: Path) -> None:
    """Take the demo company away with all its tables. Raises Trouble where the database holds a real company."""
    from django.db import connection

    if holds() == "company":
        raise Trouble(
            _("This database holds a company of yours, which is not thrown away: name another folder in SUHUI_HOME.")
        )
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    shutil.rmtree(files, ignore_errors=True)


def accounts() -> list[tuple[str, str, str]]:
    """(user name, name, post) of the people worth entering as."""
    from suhui.platform.people.models import Post

    posts = Post.objects.filter(user__username__in=ACCOUNTS).select_related("user", "role").order_by("pk")
    found = {post.user.username: (post.user.username, post.user.name, post.role.name) for post in posts}
    return [found[name] for name in ACCOUNTS if name in found]
