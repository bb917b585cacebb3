"""What every write of a case is made of: a line in its story, a compare-and-set, a stored event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Conflict
from suhui.platform.files.models import StoredFile
from suhui.service.cases import events, topics
from suhui.service.cases.models import Case, CaseEntry, EntryFile


def write_entry(
    *,
    case: Case,
    kind: str,
    by: Actor,
    at: datetime,
    text: str = "",
    internal: bool = True,
    channel: str = "",
    data: dict[str, Any] | None = None,
    send_at: datetime | None = None,
    source: str = "",
    files: Iterable[StoredFile] = (),
    touch: bool = True,
) -> CaseEntry:
    """Add a line to the story. With a `source` that is there already, the line that is there.

    A public line without `send_at` is published at once. Without `touch` the caller notes on the case itself when it
    was last written on.
    """
    if source:
        there = CaseEntry.objects.of(case).filter(source=source).first()
        if there is not None:
            return there
    entry = line_of(
        case=case,
        kind=kind,
        by=by,
        at=at,
        text=text,
        internal=internal,
        channel=channel,
        data=data,
        send_at=send_at,
        source=source,
    )
    entry.save(force_insert=True)
    attached = [EntryFile(entry=entry, file=file) for file in files]
    if attached:
        EntryFile.objects.bulk_create(attached)
    if touch:
        Case.objects.filter(pk=case.pk).update(last_entry_at=at, updated_at=now())
    return entry


def line_of(
    *,
    case: Case,
    kind: str,
    by: Actor,
    at: datetime,
    text: str = "",
    internal: bool = True,
    channel: str = "",
    data: dict[str, Any] | None = None,
    send_at: datetime | None = None,
    source: str = "",
) -> CaseEntry:
    """A line that is not stored yet."""
    return CaseEntry(
        case=case,
        kind=kind,
        text=text,
        internal=internal,
        channel=channel,
        data=data or {},
        actor_kind=by.kind,
        actor_label=by.label[:120],
        actor_id=by.user_id,
        at=at,
        send_at=send_at,
        published_at=None if internal or send_at else at,
        source=source,
    )


def change(case: Case, **values: Any) -> None:
    """Set `values` if the case is still the one the caller saw; its object follows. Raises Conflict otherwise."""
    moved = Case.objects.filter(pk=case.pk, version=case.version).update(
        version=F("version") + 1, updated_at=now(), **values
    )
    if not moved:
        raise Conflict(_("Someone else has just changed this case. Look at it again; nothing of yours was lost."))
    case.version += 1
    for name, value in values.items():
        setattr(case, name, value)


def tell(event: type[events.CaseEvent], case: Case, *, by: Actor, **facts: Any) -> None:
    """Store an event of this case and hint it to the pages that show the case or a list with it."""
    stored.store(
        event(case_id=case.pk, number=case.number, branch_id=case.branch_id, **facts), by=by, topics=topics.of(case)
    )
