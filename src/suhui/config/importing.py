"""`suhui import`: files brought in from the command line, by the same services as the pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from suhui.config.collecting import collect_seldom
from suhui.config.words import Trouble, _, language

if TYPE_CHECKING:
    from suhui.platform.exchange.models import Import
    from suhui.platform.people.models import User


def _begin() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    collect_seldom()
    from django.utils import translation

    translation.activate("zh-hans" if language() == "zh_Hans" else "en")


def look(file: Path) -> None:
    """Print how the file reads: encoding, columns, the first values. Raises Trouble where it is no table."""
    _begin()
    from suhui.platform.core.errors import BadInput
    from suhui.platform.exchange import reading
    from suhui.platform.exchange.reading import delimited, encodings

    try:
        found = reading.examine(file)
    except BadInput as error:
        raise Trouble(str(error.message)) from error
    how = found.how
    console = Console(highlight=False)
    if how.format == reading.XLSX:
        console.print(_("Workbook, sheet: %(sheet)s") % {"sheet": how.sheet})
    else:
        console.print(_("Encoding: %(encoding)s") % {"encoding": encodings.LABELS[how.encoding]})
        console.print(_("Columns are parted by: %(sign)s") % {"sign": delimited.DELIMITERS[how.delimiter]})
    console.print(_("The names of the columns stand in line %(line)s.") % {"line": how.header})
    table = Table(_("Column"), _("First values"))
    for number, name in enumerate(found.columns):
        table.add_row(name or str(number + 1), " · ".join(found.sample_of(number)))
    console.print(table)


def bring(
    file: Path, *, kind: str, username: str, branch: str, known: str, perhaps: str, only_try: bool, report: Path | None
) -> None:
    """Import a file with bars that tell how far it is; says what became of its lines. Raises Trouble."""
    with _open() as console:
        from django.core.files import File

        from suhui.platform.exchange import services
        from suhui.platform.people.models import Branch

        user = _person(username)
        into = Branch.objects.filter(code=branch).first() if branch else user.branch
        if into is None:
            raise Trouble(_("There is no branch with this code: %(code)s") % {"code": branch})
        with file.open("rb") as opened:
            row = services.receive(upload=File(opened, name=file.name), kind_name=kind, user=user, branch=into)
        _work(console, services.check(row=row, given=row.mapping, user=user, here=True), _("Trying …"))
        row.refresh_from_db()
        if only_try or row.state != "checked":
            _say(console, row, report)
            return
        _work(console, services.start(row=row, user=user, known=known, perhaps=perhaps, here=True), _("Importing …"))
        _say(console, row, report)


def go_on(number: int, *, username: str) -> None:
    """Go on with an import that was broken off."""
    with _open() as console:
        from suhui.platform.exchange import access, services
        from suhui.platform.exchange.choices import AT_WORK

        user = _person(username)
        row = access.get_import(user, number)
        if row.state not in AT_WORK:
            services.start(row=row, user=user, here=True)
        _work(console, row, _("Importing …"))
        _say(console, row, None)


def take_back(number: int, *, username: str) -> None:
    """Take a whole import back."""
    with _open() as console:
        from suhui.platform.exchange import access, services

        user = _person(username)
        row = services.undo(row=access.get_import(user, number), user=user, here=True)
        _work(console, row, _("Taking back …"))
        _say(console, row, None)


@contextmanager
def _open() -> Iterator[Console]:
    """The database found, the rooms loaded; what the house refuses ends the command with its sentence."""
    from suhui.config import running

    running.find_database()
    _begin()
    from suhui.platform.core.errors import SuhuiError

    try:
        yield Console(highlight=False)
    except SuhuiError as error:
        raise Trouble(str(error.message)) from error


def _person(username: str) -> "User":
    """Who imports: an import belongs to somebody, and goes as far as their post does."""
    from suhui.platform.people.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Trouble(
            _("Nobody here has this user name: %(name)s. Say whose import this is with --by.") % {"name": username}
        )
    return found


def _work(console: Console, row: "Import", words: str) -> None:
    from suhui.platform.exchange import running
    from suhui.platform.exchange.choices import AT_WORK

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as bar:
            line = bar.add_task(words, total=row.total or None)
            while row.state in AT_WORK:
                running.work(row.pk, told=lambda now: bar.update(line, completed=now.done, total=now.total or None))
                row.refresh_from_db()
            bar.update(line, completed=row.done, total=row.total)
    except KeyboardInterrupt:
        sentence = _(
            "Broken off. It goes on with `suhui import continue %(number)s`, or by itself where a worker runs."
        )
        raise Trouble(sentence % {"number": row.pk}) from None


def _say(console: Console, row: "Import", report: Path | None) -> None:
    from suhui.platform.exchange import reporting
    from suhui.platform.exchange.words import counted

    row.refresh_from_db()
    console.print(_("Import %(number)s: %(state)s") % {"number": row.pk, "state": row.get_state_display()})
    if row.trouble:
        console.print(row.trouble)
    for count in counted(row):
        console.print(f"  {count.label}: {count.number:,}")
    if report is not None:
        with report.open("wb") as opened:
            opened.writelines(reporting.report(row, "xlsx" if report.suffix.lower() == ".xlsx" else "csv"))
        console.print(_("Lines to look at again are in %(file)s.") % {"file": report})
