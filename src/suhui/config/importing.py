"""`suhui import`: files brought in from the command line, by the same services as the pages."""

import os
from pathlib import Path

from rich.console import Console
from rich.table import Table

from suhui.config.words import Trouble, _, language


def _begin() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
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
