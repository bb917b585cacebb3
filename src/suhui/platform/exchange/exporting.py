"""Lists on their way out: any view a room registers, streamed, masked for the reader, marked, written down."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core import replica
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, NotAllowed, Refused
from suhui.platform.core.numbers import next_number
from suhui.platform.exchange import events, writing
from suhui.platform.exchange.choices import ExportFormat
from suhui.platform.exchange.models import Export
from suhui.platform.exchange.writing import Cell
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.choices import Reason

NUMBER_PREFIX = "E"
CHUNK = 1000
AT_ONCE = 2
"""Exports one process sends at a time: each holds a page thread for as long as the reader's line takes."""
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Column:
    """`value(row)` is shown through `mask`, unless the reader gave a reason to have it in full, or `open_to_all(row)`
    says that this one is nobody's personal data (a company's name)."""

    label: Any
    value: Callable[[Any], Any]
    mask: Callable[[str], str] | None = None
    open_to_all: Callable[[Any], bool] = lambda _row: False


@dataclass(frozen=True)
class View:
    """`rows(user, query)` are the rows the list shows to this person under this address, with what the columns read
    at hand (prefetched): they are gone through in chunks. `words` are the address's words that narrow or sort it.
    `back` names the list's page."""

    name: str
    label: Any
    permission: Perm
    columns: Sequence[Column]
    rows: Callable[[User, QueryDict], "QuerySet[Any]"]
    back: str
    words: Sequence[str] = ()


_views: dict[str, View] = {}


def register_view(view: View) -> None:
    _views[view.name] = view


def view_named(name: str) -> View | None:
    return _views.get(name)


def views_for(user: User) -> list[View]:
    """The lists this person may take along."""
    return [view for _name, view in sorted(_views.items()) if may_export(user, view)]


def may_export(user: User, view: View) -> bool:
    return user.may(Perm.DATA_EXPORT) and user.may(view.permission)


def begin(
    *, user: User, view: View, query: QueryDict, form: str, reason: str = "", by: Actor | None = None
) -> tuple[Export, Iterator[bytes]]:
    """Write down who takes what along, and give the file in pieces; `by` where that says more than `user` (a token).

    With a `reason`, and the permission to, personal data is in full. Raises NotAllowed, BadInput, or Refused while
    others' exports are being sent. When the last piece is out the export knows how many rows it had.
    """
    if not may_export(user, view):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    if form not in ExportFormat.values:
        raise BadInput(_("Choose CSV or XLSX."))
    if reason and not user.may(Perm.PERSONAL_DATA_EXPORT):
        raise NotAllowed(_("Your post does not include personal data in full: export it masked."))
    if reason and reason not in Reason.values:
        raise BadInput(_("Say why you need to see this."))
    if not _places.acquire(blocking=False):
        raise Refused(_("Other exports are being sent just now: try again in a minute."))
    try:
        row = _write_down(user, view, query, form, reason, by or Actor.staff(user))
    except BaseException:
        _places.release()
        raise
    return row, _Sent(row, view, user, query)


@transaction.atomic
def _write_down(user: User, view: View, query: QueryDict, form: str, reason: str, by: Actor) -> Export:
    at = now()
    row = Export.objects.create(
        number=next_number(NUMBER_PREFIX, at),
        view=view.name,
        query=query.urlencode()[:1000],
        format=form,
        by=user,
        branch=user.branch,
        reason=reason,
        at=at,
    )
    event = events.ListExported(export_id=row.pk, number=row.number, view=view.name, masked=row.masked)
    stored.store(event, by=by)
    return row


class _Sent:
    """The pieces of a file; closed early or not, its place is given back."""

    def __init__(self, row: Export, view: View, user: User, query: QueryDict) -> None:
        self._row, self._held, self._count = row, True, 0
        names = [*(str(column.label) for column in view.columns), _("Export number")]
        lines = self._lines(view, view.rows(user, query), watermark(row, user))
        title = watermark(row, user) if row.format == ExportFormat.XLSX else ""
        self._pieces = writing.table(row.format, names, lines, title=title)

    def __iter__(self) -> "_Sent":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            Export.objects.filter(pk=self._row.pk).update(rows=self._count, finished_at=now())
            self.close()
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._held:
            self._held = False
            _places.release()

    def _lines(self, view: View, rows: "QuerySet[Model]", mark: str) -> Iterator[list[Cell]]:
        full, number = bool(self._row.reason), self._row.number
        for row in rows.using(replica.alias()).iterator(chunk_size=CHUNK):
            self._count += 1
            yield [*(_shown(column, row, full=full) for column in view.columns), number]
        # Without this line the file is not whole.
        end = _("%(count)s rows, end of the export") % {"count": f"{self._count:,}"}
        yield [f"{mark} · {end}"]


def _shown(column: Column, row: Any, *, full: bool) -> Cell:
    value = column.value(row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    if column.mask is None or full or not text or column.open_to_all(row):
        return text
    return column.mask(text)


def watermark(row: Export, user: User) -> str:
    """Who took it along, when, and why it is in full: stands in the file, and its number on every line."""
    parts = {
        "number": row.number,
        "name": user.name,
        "username": user.username,
        "at": f"{local(row.at):%Y-%m-%d %H:%M}",
    }
    said = _("Internal, do not pass on · export %(number)s by %(name)s (%(username)s) at %(at)s") % parts
    why = _("personal data in full: %(reason)s") % {"reason": Reason(row.reason).label} if row.reason else _("masked")
    return f"{said} · {why}"


def joined(values: Iterable[Any], sign: str = "、") -> str:
    """Several values in one cell."""
    return sign.join(str(value) for value in values if value)
