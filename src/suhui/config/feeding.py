"""`suhui import olist`: a whole outside system read in from the command line, by the rooms' own services."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from suhui.config import embedded, home, running
from suhui.config.words import Trouble, _, language

if TYPE_CHECKING:
    from suhui.feeds.services import Outcome

SHOWN = 20
"""Mistakes that are printed; a report holds all."""
THREADS = 2
"""Complaints opened at once: half of the time the database works, half we do."""
STAGES = {
    "customers": _("Customers …"),
    "orders": _("Orders and their scans …"),
    "reviews": _("Reviews …"),
    "complaints": _("Opening complaints …"),
}


def bring(name: str, folder: Path, *, branch: str, report: Path | None) -> None:
    """Read the files of feed `name` in `folder` into the branch with this code, or the highest one. Raises Trouble."""
    console = Console(stderr=True, highlight=False)
    with _ready():
        from suhui.feeds import services
        from suhui.feeds.mapping import feed
        from suhui.platform.core.actors import Actor
        from suhui.platform.core.errors import SuhuiError
        from suhui.platform.people.models import Branch

        into = Branch.objects.filter(code=branch).first() if branch else None
        if branch and into is None:
            raise Trouble(_("There is no branch with this code: %(code)s") % {"code": branch})
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as bar:
            lines: dict[str, TaskID] = {}

            def tell(what: str, done: int, total: int) -> None:
                if what not in lines:
                    lines[what] = bar.add_task(STAGES[what], total=total)
                bar.update(lines[what], completed=done)

            try:
                outcome = services.take_in(
                    feed=feed(name), folder=folder, branch=into, by=Actor.system("import"), tell=tell
                )
                services.answer(outcome=outcome, tell=tell, threads=THREADS)
            except KeyboardInterrupt:
                raise Trouble(_("Broken off. The same command goes on where it was.")) from None
            except SuhuiError as error:
                raise Trouble(str(error.message)) from error
        _say(Console(highlight=False), outcome, report)


@contextmanager
def _ready() -> Iterator[None]:
    """The database up, if need be for this command only, and its tables as they should be."""
    folder = home.folder()
    outside = "SUHUI_DATABASE_URL" in os.environ
    if not outside:
        home.prepare(folder)
    with home.plainly(folder), nullcontext() if outside else embedded.borrowed(folder / "postgres"):
        running.demand_database()
        home.make_secret_key(folder)
        running.migrate()
        from django.utils import translation

        translation.activate("zh-hans" if language() == "zh_Hans" else "en")
        yield


def _say(console: Console, outcome: "Outcome", report: Path | None) -> None:
    told = [
        (_("Customers: %(new)s new, %(changed)s changed"), outcome.customers, outcome.customers_changed),
        (_("Waybills: %(new)s new, %(changed)s changed"), outcome.orders, outcome.orders_changed),
        (_("Ratings: %(new)s new, %(changed)s changed"), outcome.ratings, outcome.ratings_changed),
    ]
    for words, new, changed in told:
        console.print(words % {"new": f"{new:,}", "changed": f"{changed:,}"})
    console.print(
        _("%(scans)s scans, %(exceptions)s exceptions, %(complaints)s complaints opened")
        % {
            "scans": f"{outcome.scans:,}",
            "exceptions": f"{outcome.exceptions:,}",
            "complaints": f"{outcome.complaints:,}",
        }
    )
    lines = [f"{mistake.file}:{mistake.line}: {mistake.why}" for mistake in outcome.mistakes]
    if lines:
        console.print(_("%(count)s lines to look at:") % {"count": len(lines)})
    for line in lines[:SHOWN]:
        console.print(f"  {line}", soft_wrap=True)
    if report is not None:
        report.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        console.print(_("Lines to look at again are in %(file)s.") % {"file": report})
    elif len(lines) > SHOWN:
        console.print(_("All of them are written into a file with --report."))
