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


@main.group("import", help=_("Bring customers, waybills and more in from files."))
def bring() -> None:
    pass


@bring.command(help=_("Say what FILE holds and how it would be read, without importing anything."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def look(file: Path) -> None:
    from suhui.config import importing

    importing.look(file)


def _take_sigterm_as_interrupt() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


if __name__ == "__main__":
    # Named as itself, so that usage lines read `suhui web`, also for the children.
    main(prog_name="suhui")
