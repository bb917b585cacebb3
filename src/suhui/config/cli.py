"""The `suhui` command. Each subcommand imports what it needs only when it is called."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import click

import suhui
from suhui.config.supervisor import TROUBLE_CODE
from suhui.config.words import Trouble, _


class Sentences(click.Group):
    """Ends with a sentence instead of a traceback where the reason is known."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except Trouble as trouble:
            if str(trouble):
                click.echo(str(trouble), err=True)
            sys.exit(TROUBLE_CODE)


@click.group(cls=Sentences, help=_("Suhui: customer service for companies that move parcels."))
@click.version_option(suhui.__version__, prog_name="suhui")
def main() -> None:
    pass


host = click.option("--host", default="127.0.0.1", show_default=True, help=_("The address to listen on."))
port = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@main.command(help=_("Start everything: database, pages, live updates, jobs and schedules."))
@host
@port
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
@click.option("--demo/--no-demo", default=True, help=_("Load the demo company into an empty database."))
def run(host: str, port: int, workers: int, demo: bool) -> None:
    from suhui.config import running

    _take_sigterm_as_interrupt()
    try:
        running.run(host=host, port=port, workers=workers, demo=demo)
    except KeyboardInterrupt:
        sys.exit(130)


@main.command(help=_("Serve pages and live updates; start as many as wanted behind a proxy."))
@host
@port
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
def web(host: str, port: int, workers: int) -> None:
    from suhui.config import running
    from suhui.config import web as serving

    running.find_database()
    serving.serve(host=host, port=port, workers=workers)


@main.command(help=_("Bring events to their handlers, do jobs, keep schedules; start as many as wanted."))
def worker() -> None:
    from suhui.config import running
    from suhui.config import worker as working

    running.find_database()
    working.work()


@main.command(help=_("Bring the database's tables up to date."))
def migrate() -> None:
    from suhui.config import running

    running.bring_up_to_date()


@main.command(help=_("Load the demo company into an empty database."))
@click.option("--reset", is_flag=True, help=_("Throw the old demo company away first."))
def demo(reset: bool) -> None:
    from suhui.config import running

    _take_sigterm_as_interrupt()
    running.make_demo(anew=reset)


@main.command(help=_("Say what is wrong with this installation and what to do; exit code 1 when something is."))
def doctor() -> None:
    from suhui.config import doctor as checking

    sys.exit(0 if checking.examine() else 1)


@main.command(help=_("Make the monthly parts of the large tables that are missing; the worker does so every night."))
@click.option(
    "--since", default="", metavar="YYYY-MM", help=_("From this month on, before much history is brought in.")
)
def parts(since: str) -> None:
    from suhui.config import parts as making
    from suhui.config import running

    running.find_database()
    made = making.make(since)
    click.echo("\n".join(made) if made else _("Nothing is missing."))


@main.group(help=_("What Suhui knows about carriers."))
def carriers() -> None:
    pass


@carriers.command(help=_("Which carriers may have issued NUMBER, best first, as JSON."))
@click.argument("number")
def recognise(number: str) -> None:
    from suhui.config import asking

    click.echo(asking.carriers_of(number))


class FileOrCommand(Sentences):
    """`suhui import FILE` is `suhui import file FILE`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None:
            args = ["file", *args]
        return super().resolve_command(ctx, args)


@main.group("import", cls=FileOrCommand, help=_("Bring customers, waybills and more in from files."))
def bring() -> None:
    pass


an_existing_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
by_whom = click.option("--by", "username", default="admin", show_default=True, help=_("The user name of who imports."))
choice = click.Choice(["skip", "update", "anew"])


@bring.command(help=_("Say what FILE holds and how it would be read, without importing anything."))
@an_existing_file
def look(file: Path) -> None:
    from suhui.config import importing

    importing.look(file)


@bring.command("file", help=_("Import FILE (CSV or XLSX); the same as `suhui import FILE`."))
@an_existing_file
@click.option("--kind", default="customers", show_default=True, help=_("What its lines are: customers, waybills."))
@by_whom
@click.option("--branch", default="", help=_("Code of the branch for lines that name none; else the importer's own."))
@click.option("--known", type=choice, default="update", show_default=True, help=_("What to do with known ones."))
@click.option("--perhaps", type=choice, default="skip", show_default=True, help=_("What to do with likely known ones."))
@click.option("--try", "only_try", is_flag=True, help=_("Only say what would happen."))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help=_("Write lines to look at again here."))
def file_(
    file: Path, kind: str, username: str, branch: str, known: str, perhaps: str, only_try: bool, report: Path | None
) -> None:
    from suhui.config import importing

    importing.bring(
        file,
        kind=kind,
        username=username,
        branch=branch,
        known=known,
        perhaps=perhaps,
        only_try=only_try,
        report=report,
    )


@bring.command("continue", help=_("Go on with import NUMBER where it was broken off."))
@click.argument("number", type=int)
@by_whom
def go_on(number: int, username: str) -> None:
    from suhui.config import importing

    importing.go_on(number, username=username)


@bring.command("undo", help=_("Take the whole import NUMBER back, but for what people touched since."))
@click.argument("number", type=int)
@by_whom
def take_back(number: int, username: str) -> None:
    from suhui.config import importing

    importing.take_back(number, username=username)


@bring.command(
    help=_("Read the orders, customers and reviews of an Olist export in FOLDER; again brings what changed.")
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--branch", default="", help=_("Code of the branch they belong to; else the company's highest."))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help=_("Write lines to look at again here."))
def olist(folder: Path, branch: str, report: Path | None) -> None:
    from suhui.config import feeding

    _take_sigterm_as_interrupt()
    feeding.bring("olist", folder, branch=branch, report=report)


def _take_sigterm_as_interrupt() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


if __name__ == "__main__":
    # Named as itself, so that usage lines read `suhui web`, also for the children.
    main(prog_name="suhui")
