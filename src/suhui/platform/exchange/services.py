"""Every write around an import but its lines: taking a file in, choosing, starting, stopping, ending."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, NotAllowed, Refused
from suhui.platform.exchange import events, mapping, reading, registry, shelf
from suhui.platform.exchange.choices import AT_WORK, WRITTEN_ROWS, Choice, ImportState
from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.models import Import, ImportRow
from suhui.platform.exchange.reading import How, delimited, encodings
from suhui.platform.people import access as people
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm

JOBS = {
    ImportState.CHECKING: "exchange.check",
    ImportState.RUNNING: "exchange.run",
    ImportState.UNDOING: "exchange.undo",
}


class Upload(Protocol):
    """What a browser sends, as Django hands it over."""

    @property
    def name(self) -> str | None: ...
    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def kind_for(user: User, name: str) -> registry.ImportKind:
    """The kind of this name if the person may import it. Raises NotAllowed or BadInput."""
    kind = registry.kind_named(name)
    if kind is None:
        raise BadInput(_("Say what the file holds."), {"kind": _("Say what the file holds.")})
    if kind not in registry.kinds_for(user):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    return kind


def receive(*, upload: Upload, kind_name: str, user: User, branch: Branch | None = None) -> Import:
    """Take a file in, look at it and propose which column is what. Raises BadInput with a sentence for no table.

    Rows that name no branch of their own go to `branch`, the person's own if none is given.
    """
    kind = kind_for(user, kind_name)
    branch = branch or user.branch
    if not people.scope(user, kind.permission).covers(branch_id=branch.pk):
        raise NotAllowed(_("You cannot import into this branch."))
    name = PurePath((upload.name or "").replace("\\", "/")).name[:200]
    kept = shelf.put(upload.chunks())
    try:
        look = reading.examine(shelf.path_of(kept), name=name)
        with transaction.atomic():
            return Import.objects.create(
                kind=kind.name,
                name=name or "-",
                shelf=kept,
                size=shelf.path_of(kept).stat().st_size,
                by=user,
                branch=branch,
                how=asdict(look.how),
                columns=look.columns,
                mapping=mapping.propose(kind, look.columns),
            )
    except BaseException:
        shelf.remove(kept)
        raise


def look_of(row: Import) -> reading.Look:
    """What the file holds, read as chosen. Raises Unreadable, also when the file was removed after its time."""
    _demand_file(row)
    return reading.examine(shelf.path_of(row.shelf), name=row.name, how=How(**row.how))


def _demand_file(row: Import) -> None:
    if row.purged_at is not None:
        raise Unreadable("file.removed")


@transaction.atomic
def read_otherwise(*, row: Import, given: Mapping[str, str]) -> Import:
    """Another encoding, delimiter, sheet or line of names; columns and their fields are found anew. Raises BadInput."""
    _demand(row, ImportState.CHOOSING, ImportState.CHECKED)
    _demand_file(row)
    before = How(**row.how)
    line = given.get("header", "")
    how = How(
        before.format,
        encoding=_one_of(given.get("encoding", ""), encodings.LABELS, before.encoding),
        delimiter=_one_of(given.get("delimiter", ""), delimited.DELIMITERS, before.delimiter),
        sheet=given.get("sheet", before.sheet)[:100],
        header=int(line) if line.isdecimal() and 0 < int(line[:6]) < 1000 else before.header,
    )
    look = reading.examine(shelf.path_of(row.shelf), name=row.name, how=how)
    kind = registry.kind_named(row.kind)
    chosen = mapping.propose(kind, look.columns) if kind else {}
    _move(row, ImportState.CHOOSING, how=asdict(look.how), columns=look.columns, mapping=chosen, counts={})
    return row


def _one_of(value: str, known: Mapping[str, Any], before: str) -> str:
    return value if value in known else before


@transaction.atomic
def check(*, row: Import, given: Mapping[str, Any], user: User, by: Actor | None = None, here: bool = False) -> Import:
    """Try the import without writing anything but its lines. Raises BadInput for a mapping that does not do.

    `by` is who the event names, where that says more than `user` (a token). With `here` (as in `start` and `undo`) no
    job is called: the caller does the work by `running.work`.
    """
    kind = kind_for(user, row.kind)
    _demand(row, ImportState.CHOOSING, ImportState.CHECKED)
    _demand_file(row)
    chosen = mapping.read(kind, given, row.columns)
    if name := str(given.get("save_as", "")).strip():
        mapping.save(kind=kind, name=name, mapping=chosen, columns=row.columns, user=user)
    ImportRow.objects.filter(batch=row).delete()
    _move(
        row,
        ImportState.CHECKING,
        user=user,
        by=by,
        here=here,
        mapping=chosen,
        done=0,
        total=_guess_lines(row),
        counts={},
    )
    return row


def _guess_lines(row: Import) -> int:
    """About how many lines the file holds, from the length of the first ones; 0 for a workbook."""
    if row.how["format"] != reading.CSV:
        return 0
    with shelf.path_of(row.shelf).open("rb") as opened:
        head = opened.read(reading.HEAD)
    lines = head.count(b"\n") or head.count(b"\r")
    return max(1, int(row.size / (len(head) / max(1, lines))))


@transaction.atomic
def start(
    *,
    row: Import,
    user: User,
    known: str = "",
    perhaps: str = "",
    by: Actor | None = None,
    here: bool = False,
) -> Import:
    """Import what was tried, or go on where it was stopped. Of two who start at once the second is told so."""
    kind_for(user, row.kind)
    _demand(row, ImportState.CHECKED, ImportState.STOPPED)
    chosen: dict[str, Any] = {}
    if row.state == ImportState.CHECKED:
        chosen = {
            "known": known if known in Choice.values else row.known,
            "perhaps": perhaps if perhaps in Choice.values else row.perhaps,
            "done": 0,
            "started_at": now(),
        }
    _move(row, ImportState.RUNNING, user=user, by=by, here=here, **chosen)
    return row


@transaction.atomic
def stop(*, row: Import, by: Actor) -> Import:
    """Stop after the batch in hand: a trial goes back to the choosing, an import stays half-way and can go on."""
    after = ImportState.CHOOSING if row.state == ImportState.CHECKING else ImportState.STOPPED
    _demand(row, ImportState.CHECKING, ImportState.RUNNING)
    _move(row, after, by=by)
    return row


@transaction.atomic
def undo(*, row: Import, user: User, by: Actor | None = None, here: bool = False) -> Import:
    """Take a whole import back: rows nobody has touched since go, changed fields get what they held before."""
    if not user.may(Perm.IMPORT_UNDO):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    _demand(row, ImportState.DONE, ImportState.STOPPED)
    if row.purged_at is not None:
        raise Refused(_("The lines of this import were removed after their time; it cannot be taken back any more."))
    written = row.rows.filter(state__in=WRITTEN_ROWS).count()
    _move(row, ImportState.UNDOING, user=user, by=by, here=here, done=0, total=written)
    return row


@transaction.atomic
def give_up(*, row: Import, by: Actor) -> None:
    """Throw away a file nothing was imported from."""
    _demand(row, ImportState.CHOOSING, ImportState.CHECKED, ImportState.FAILED)
    if row.rows.filter(state__in=WRITTEN_ROWS).exists():
        raise Refused(_("Rows were written already: take the import back instead."))
    shelf_name = row.shelf
    row.delete()
    transaction.on_commit(lambda: shelf.remove(shelf_name))


def _demand(row: Import, *states: ImportState) -> None:
    if row.state not in states:
        raise Refused(_("This import is in another state meanwhile: %(state)s.") % {"state": row.get_state_display()})


def _move(
    row: Import,
    state: ImportState,
    *,
    user: User | None = None,
    by: Actor | None = None,
    here: bool = False,
    **fields: Any,
) -> None:
    """Into another state, if nobody was faster. Raises Conflict otherwise, and nothing is changed. `user` is with
    whose reach the work is done from here on."""
    actor = by or Actor.staff(user or row.by)
    at = now()
    if state in AT_WORK and user is not None:
        fields |= {"actor": user}
    if state in AT_WORK:
        fields |= {"touched_at": at, "attempts": 0, "fault": {}, "finished_at": None}
    before = row.state
    if not Import.objects.filter(pk=row.pk, state=before).update(state=state, updated_at=at, **fields):
        raise Conflict(_("Somebody else was faster: look at how the import stands now."))
    for name, value in {**fields, "state": state}.items():
        setattr(row, name, value)
    tell(row, actor)
    if state in JOBS and not here:
        jobs.defer(JOBS[state], import_id=row.pk)


def tell(row: Import, by: Actor) -> None:
    """Store the event of the state the import came into."""
    event = events.ImportMoved(import_id=row.pk, import_kind=row.kind, state=row.state, counts=row.counts)
    stored.store(event, by=by, topics=["imports:all"])
