"""Waybills as a lot of scans knows them: few columns, read, locked and written in one statement each."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.db import connection

from suhui.platform.core.bulk import binary_rows
from suhui.records.shipments.choices import FINAL
from suhui.records.shipments.track import Summary

_COMPUTED = {
    "status": "varchar",
    "sub_status": "varchar",
    "fault": "varchar",
    "status_since": "timestamptz",
    "collected_at": "timestamptz",
    "out_at": "timestamptz",
    "delivered_at": "timestamptz",
    "last_event_at": "timestamptz",
    "last_text": "varchar",
    "failed_attempts": "smallint",
    "current_branch_id": "bigint",
}
"""What the scans of a waybill add up to, in the order of `Parcel`."""
_TIMES = [name for name, kind in _COMPUTED.items() if kind == "timestamptz"]
_OWN = "carrier_id, origin_id, destination_id, registered_branch_id, product, insured_fen, promised_at"
_LOCK = f"""
    SELECT id, created_at, {", ".join(_COMPUTED)}, {_OWN} FROM shipments_waybill
    WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""  # noqa: S608 - names of our own columns
_TRACKS = """
    SELECT waybill_id, key, id, at, status, sub_status, fault, raw_text, branch_id FROM shipments_scanevent
    WHERE waybill_id = ANY(%s) AND waybill_created_at BETWEEN %s AND %s
"""
_UPDATE = """
    UPDATE shipments_waybill AS waybill
    SET {changes}, next_check_at = CASE WHEN told.final THEN NULL ELSE %s::timestamptz END, updated_at = %s
    FROM json_to_recordset(%s::json) AS told (id bigint, final boolean, {types}) WHERE waybill.id = told.id
""".format(  # noqa: S608 - names of our own columns
    changes=", ".join(f"{name} = told.{name}" for name in _COMPUTED),
    types=", ".join(f"{name} {kind}" for name, kind in _COMPUTED.items()),
)
_computed = attrgetter(*_COMPUTED)


@dataclass(slots=True)
class Parcel:
    """A locked waybill."""

    pk: int
    created_at: datetime
    status: str
    sub_status: str
    fault: str
    status_since: datetime
    collected_at: datetime | None
    out_at: datetime | None
    delivered_at: datetime | None
    last_event_at: datetime | None
    last_text: str
    failed_attempts: int
    current_branch_id: int | None
    carrier_id: int
    origin_id: int | None
    destination_id: int | None
    registered_branch_id: int | None
    product: str
    insured_fen: int
    promised_at: datetime | None

    @property
    def final(self) -> bool:
        return self.status in FINAL

    @property
    def branches(self) -> list[int]:
        """Whose people may see it (access.BRANCHES), each once and in order."""
        named = {self.origin_id, self.destination_id, self.current_branch_id, self.registered_branch_id}
        return sorted(pk for pk in named if pk)

    def take(self, said: Summary) -> bool:
        """Bring it in line with what its scans add up to; whether it says something else now."""
        found = (
            *(said.status, said.sub_status, said.fault, said.status_since or self.status_since, said.collected_at),
            *(said.out_at, said.delivered_at, said.last_event_at, said.last_text, said.failed_attempts),
            said.branch_id or self.current_branch_id,
        )
        if found == _computed(self):
            return False
        for name, value in zip(_COMPUTED, found, strict=True):
            setattr(self, name, value)
        return True


@dataclass(slots=True)
class Line:
    """A scan as track.summarise reads it."""

    id: int
    at: datetime
    status: str
    sub_status: str
    fault: str
    raw_text: str
    branch_id: int | None


@dataclass(slots=True)
class Track:
    """A waybill's scans, and the keys by which a repeated one is known."""

    lines: list[Line] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def lock(ids: Iterable[int]) -> dict[int, Parcel]:
    """In the order of their ids, so that two lots about the same parcels wait for each other and never forever."""
    return {row[0]: Parcel(*row) for row in binary_rows(_LOCK, [list(ids)])}


def tracks_of(parcels: Collection[Parcel]) -> dict[int, Track]:
    """All scans of these, of each what it has."""
    found = {parcel.pk: Track() for parcel in parcels}
    if parcels:
        months = [parcel.created_at for parcel in parcels]
        asked = [[parcel.pk for parcel in parcels], min(months), max(months)]
        for waybill_id, key, *line in binary_rows(_TRACKS, asked):
            one = found[waybill_id]
            one.keys.add(key)
            one.lines.append(Line(*line))
    return found


def write(parcels: Sequence[Parcel], *, at: datetime, check_at: datetime) -> None:
    """What their scans add up to; those under way are looked at again at `check_at`."""
    if not parcels:
        return
    rows = []
    for parcel in parcels:
        row = dict(zip(_COMPUTED, _computed(parcel), strict=True))
        for name in _TIMES:
            if row[name] is not None:
                row[name] = row[name].isoformat()
        rows.append({"id": parcel.pk, "final": parcel.final, **row})
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [check_at, at, json.dumps(rows)])
