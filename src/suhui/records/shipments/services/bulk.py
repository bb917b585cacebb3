"""Scans by the thousand: one transaction per lot, its statements set-based, the rules those of a single scan."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter

from django.db import connection, transaction

from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.bulk import as_copied
from suhui.platform.core.clock import now
from suhui.platform.search import services as search
from suhui.records.shipments import events, track
from suhui.records.shipments.choices import LASTING_DETAILS
from suhui.records.shipments.mapping import UNKNOWN
from suhui.records.shipments.services import parcels
from suhui.records.shipments.services.exceptions import AGAIN, look_at
from suhui.records.shipments.services.parcels import Line, Parcel, Track
from suhui.records.shipments.services.scans import TOO_FAR_AHEAD, branches_named, count_unknown, meanings_of
from suhui.records.shipments.told import Scan

LOT = 5_000
"""Scans one transaction takes."""
_DONE_HERE = ("shipments.find_exceptions", "shipments.index_moved")
"""Handlers of the changed status whose work is done for the whole lot."""
_COPY = """
    COPY shipments_scanevent (waybill_id, waybill_created_at, key, at, received_at, source, raw_code, raw_text, place,
        branch_id, operator_name, operator_phone, status, sub_status, fault) FROM STDIN
"""
_AT_ONCE = 500
"""Lines given to the database's line together."""
_when = attrgetter("at")


@dataclass
class BulkRecorded:
    """What came of it: scans that were new, waybills whose status changed, exceptions raised, scans left out because
    there is no such waybill."""

    new: int = 0
    changed: int = 0
    raised: int = 0
    left_out: int = 0

    def add(self, other: "BulkRecorded") -> None:
        self.new += other.new
        self.changed += other.changed
        self.raised += other.raised
        self.left_out += other.left_out


@dataclass
class _Told:
    """What a source says of one parcel, in the order of time: the seconds beside the scans."""

    parcel: Parcel
    scans: list[Scan]
    seconds: list[int]

    @property
    def newer(self) -> bool:
        """Whether all of it is newer than everything the parcel knows."""
        known = self.parcel.last_event_at
        return known is None or self.seconds[0] > track.second_of(known)


def record_scans_in_bulk(
    *,
    scans: Iterable[tuple[int, Scan]],
    source: str,
    by: Actor,
    history: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> BulkRecorded:
    """Record (waybill id, scan) pairs of many parcels, LOT by LOT, each lot in a transaction of its own.

    As with `record_scans`, told twice, late or out of order is harmless, so an interrupted call is begun again. Trouble
    is looked for at once by the same rules; with `history` it is only written down (models.WaybillException).
    `progress(done)` is called after every lot. Inside a caller's transaction the lots are one.
    """
    all_told, done, left = BulkRecorded(), 0, iter(scans)
    while lot := list(islice(left, LOT)):
        all_told.add(_record(lot, source, by, history))
        done += len(lot)
        progress(done)
    return all_told


@settled.steady()
@transaction.atomic
def _record(lot: Sequence[tuple[int, Scan]], source: str, by: Actor, history: bool) -> BulkRecorded:
    moment = now()
    by_waybill: dict[int, list[Scan]] = {}
    for pk, scan in lot:
        if scan.at <= moment + TOO_FAR_AHEAD:
            by_waybill.setdefault(pk, []).append(scan)
    found = parcels.lock(by_waybill)
    left_out = sum(len(scans) for pk, scans in by_waybill.items() if pk not in found)
    told = [_told(parcel, by_waybill[pk]) for pk, parcel in found.items()]
    tracks = parcels.tracks_of([one.parcel for one in told if not one.newer])
    new = _New(told, tracks, source, moment)
    new.copy()
    count_unknown(source, new.unknown, moment)
    if not new.lines:
        return BulkRecorded(left_out=left_out)
    before = {pk: (found[pk].status, found[pk].sub_status) for pk in new.lines}
    moved = _bring_in_line(found, new.lines, tracks)
    parcels.write(moved, at=moment, check_at=moment + AGAIN)
    changed = [parcel for parcel in moved if (parcel.status, parcel.sub_status) != before[parcel.pk]]
    _tell(new.lines, changed, before, by)
    raised = look_at(_worth_a_look(found, moved, new.lines), at=moment, by=by, history=history)
    search.moved("waybill", [(row.pk, row.last_event_at, row.branches) for row in moved if row.last_event_at])
    return BulkRecorded(
        new=sum(map(len, new.lines.values())), changed=len(changed), raised=len(raised), left_out=left_out
    )


def _told(parcel: Parcel, scans: list[Scan]) -> _Told:
    scans.sort(key=_when)
    return _Told(parcel, scans, [track.second_of(scan.at) for scan in scans])


class _New:
    """The scans of a lot that were not there: copied into the table, and kept by waybill. The waybills are locked, so
    nobody adds between."""

    def __init__(self, told: Sequence[_Told], tracks: dict[int, Track], source: str, moment: datetime) -> None:
        self.told, self.tracks = told, tracks
        self.meanings = meanings_of(source, {scan.code for one in told for scan in one.scans if scan.code})
        places = {scan.place for one in told for scan in one.scans if scan.place and scan.branch is None}
        self.branches = branches_named(places)
        self.received = f"{moment.isoformat()}\t{source}"
        self.lines: dict[int, list[Line]] = {}
        self.unknown: list[tuple[str, str]] = []
        """Code and text of each whose code no table knows."""

    def copy(self) -> None:
        rows = self._rows()
        first = next(rows, None)
        if first is None:
            return
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(first)
            while some := "".join(islice(rows, _AT_ONCE)):
                copy.write(some)

    def _rows(self) -> Iterator[str]:
        place = _LAST
        for one in self.told:
            pk, known = one.parcel.pk, self.tracks.get(one.parcel.pk)
            keys = known.keys if known else set()
            owner, mine = f"{pk}\t{one.parcel.created_at.isoformat()}", []
            for second, scan in zip(one.seconds, one.scans, strict=True):
                key = track.key_of(second, scan.code, scan.text)
                if key not in keys:
                    keys.add(key)
                    place += 1
                    line = self._line(place, scan)
                    mine.append(line)
                    yield f"{owner}\t{key}\t{self._row(scan, line)}"
            if mine:
                self.lines[pk] = mine

    def _line(self, place: int, scan: Scan) -> Line:
        meaning = self.meanings.get(scan.code, UNKNOWN)
        text = scan.text.replace("\0", "")[:500]
        if scan.code and meaning is UNKNOWN:
            self.unknown.append((scan.code[:60], text))
        branch_id = scan.branch.pk if scan.branch else self.branches.get(scan.place)
        return Line(place, scan.at, *meaning.values, text, branch_id)

    def _row(self, scan: Scan, line: Line) -> str:
        told = f"{as_copied(scan.code[:60])}\t{as_copied(line.raw_text)}\t{as_copied(scan.place[:120])}"
        who = f"{as_copied(scan.operator_name[:60])}\t{as_copied(scan.operator_phone[:32])}"
        says = f"{line.status}\t{line.sub_status}\t{line.fault}"
        return f"{scan.at.isoformat()}\t{self.received}\t{told}\t{line.branch_id or _NULL}\t{who}\t{says}\n"


_NULL = "\\N"
_LAST = 2**62
"""Those being added come after those that were there."""


def _bring_in_line(found: dict[int, Parcel], new: dict[int, list[Line]], tracks: dict[int, Track]) -> list[Parcel]:
    """Those that say something else than before."""
    said = {pk: _added_up(found[pk], lines, tracks.get(pk)) for pk, lines in new.items()}
    whole = parcels.tracks_of([found[pk] for pk, summary in said.items() if summary is None])
    return [
        found[pk]
        for pk, summary in said.items()
        if found[pk].take(track.summarise(whole[pk].lines) if summary is None else summary)
    ]


def _added_up(parcel: Parcel, lines: list[Line], known: Track | None) -> track.Summary | None:
    """What the scans add up to; None where that takes the whole track and it was not read."""
    if known is not None:
        return track.summarise([*known.lines, *lines])
    return track.carry_on(parcel, lines) if parcel.last_event_at else track.summarise(lines)


def _worth_a_look(found: dict[int, Parcel], moved: Sequence[Parcel], new: dict[int, list[Line]]) -> list[Parcel]:
    """Who says something else now, and whose track got trouble that lasts, however old."""
    there = {parcel.pk for parcel in moved}
    lasting = [pk for pk, lines in new.items() if any(line.sub_status in LASTING_DETAILS for line in lines)]
    return [*moved, *(found[pk] for pk in lasting if pk not in there)]


def _tell(touched: Iterable[int], changed: Sequence[Parcel], before: dict[int, tuple[str, str]], by: Actor) -> None:
    told = [
        events.WaybillStatusChanged(
            waybill_id=row.pk,
            status=row.status,
            sub_status=row.sub_status,
            before=before[row.pk][0],
            sub_before=before[row.pk][1],
            at=row.status_since.isoformat(),
        )
        for row in changed
    ]
    stored.store_many(told, by=by, besides=_DONE_HERE)
    news = set(touched) - {row.pk for row in changed}
    stored.hint(f"waybill:{pk}" for pk in sorted(news))
