"""Their files, line by line: what cannot be used is a mistake with its place, never the end."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from suhui.feeds.mapping import Feed
from suhui.platform.core.errors import BadInput

NEEDED = ("orders", "customers", "reviews")


@dataclass(frozen=True)
class Mistake:
    """A line that cannot be used, or of which something was left out: the file, its line (from 1), and why."""

    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Line:
    """One row with where it stands."""

    file: str
    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column].strip()

    def wrong(self, why: str) -> "Wrong":
        return Wrong(Mistake(self.file, self.number, why))


class Wrong(Exception):
    """The line cannot be used."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.why)
        self.mistake = mistake


def demand_files(feed: Feed, folder: Path) -> None:
    """Raises BadInput when a file that is needed is not there."""
    missing = [feed.files[name] for name in NEEDED if not (folder / feed.files[name]).is_file()]
    if missing:
        raise BadInput(
            _("%(folder)s does not hold %(files)s.") % {"folder": folder, "files": _(", ").join(missing)},
        )


def lines(feed: Feed, folder: Path, name: str, columns: list[str], mistakes: list[Mistake]) -> Iterator[Line]:
    """The rows of a file that have all their columns; the others go to `mistakes`. A file that is not there has none.
    Raises BadInput when a column is missing altogether."""
    path = folder / feed.files[name]
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.DictReader(file)
        absent = [column for column in columns if column not in (table.fieldnames or [])]
        if absent:
            raise BadInput(
                _("%(file)s has no column %(columns)s.") % {"file": path.name, "columns": _(", ").join(absent)}
            )
        before = table.line_num
        for row in table:
            number, before = before + 1, table.line_num
            if None in row or None in row.values():
                mistakes.append(Mistake(path.name, number, _("This line has more or fewer values than the first.")))
                continue
            yield Line(path.name, number, row)


def moment(line: Line, column: str, zone: ZoneInfo) -> datetime | None:
    """A time as they write it on their wall clock, in UTC: an hour that summer time leaves out or repeats would equal
    nothing. None when there is none. Raises Wrong."""
    told = on_the_wall(line, column)
    return told.replace(tzinfo=zone).astimezone(UTC) if told else None


def on_the_wall(line: Line, column: str) -> datetime | None:
    """The same without a zone."""
    text = line[column]
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        why = _("%(column)s is no time: %(text)s") % {"column": column, "text": text[:40]}
        raise line.wrong(why) from error
