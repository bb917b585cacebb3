"""What a parcel's scans add up to: pure, and the same in whatever order the scans came."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from suhui.records.shipments.choices import FINAL, Status


class ScanLike(Protocol):
    """What is read of a scan; `id` orders scans of the same second as they were told."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def status(self) -> str: ...
    @property
    def sub_status(self) -> str: ...
    @property
    def fault(self) -> str: ...
    @property
    def raw_text(self) -> str: ...
    @property
    def branch_id(self) -> int | None: ...


@dataclass(frozen=True)
class Summary:
    """The waybill's computed fields. `newest_id` is the scan that decided the status, if any did."""

    status: str
    sub_status: str
    fault: str
    status_since: datetime | None
    collected_at: datetime | None
    out_at: datetime | None
    delivered_at: datetime | None
    last_event_at: datetime | None
    last_text: str
    failed_attempts: int
    branch_id: int | None
    newest_id: int | None


def natural_key(*, at: datetime, code: str, text: str) -> str:
    """The same scan told twice, by whatever way, has the same key: its second and its text (without one, its code)."""
    said = " ".join(text.split()) or code
    return hashlib.blake2b(f"{int(at.timestamp())}|{said}".encode(), digest_size=16).hexdigest()


def summarise(scans: Iterable[ScanLike], *, before: str = Status.CREATED) -> Summary:
    """The newest scan by time that says a status decides. `before` holds while none does.

    `status_since` is when the present status and detail began: the first of the newest unbroken row of scans that say
    them. Collected is the first such scan, out for delivery the last, delivered the last and only while it holds.
    """
    ordered = sorted(scans, key=lambda scan: (scan.at, scan.id))
    telling = [scan for scan in ordered if scan.status != Status.UNKNOWN]
    newest = telling[-1] if telling else None
    said = (newest.status, newest.sub_status) if newest else (before, "")
    since = newest.at if newest else None
    for scan in reversed(telling):
        if (scan.status, scan.sub_status) != said:
            break
        since = scan.at
    return Summary(
        status=said[0],
        sub_status=said[1],
        fault=newest.fault if newest else "",
        status_since=since,
        collected_at=next((scan.at for scan in telling if scan.status == Status.COLLECTED), None),
        out_at=_last(telling, Status.OUT_FOR_DELIVERY),
        delivered_at=newest.at if newest and newest.status == Status.DELIVERED else None,
        last_event_at=ordered[-1].at if ordered else None,
        last_text=ordered[-1].raw_text[:300] if ordered else "",
        failed_attempts=_attempts(telling),
        branch_id=next((scan.branch_id for scan in reversed(ordered) if scan.branch_id), None),
        newest_id=newest.id if newest else None,
    )


def _last(scans: list[ScanLike], status: Status) -> datetime | None:
    return next((scan.at for scan in reversed(scans) if scan.status == status), None)


def _attempts(scans: list[ScanLike]) -> int:
    """Failed attempts one after another: scans of one attempt told twice in the same hour count once."""
    times = [scan.at for scan in scans if scan.status == Status.ATTEMPT_FAILED]
    return sum(1 for place, at in enumerate(times) if place == 0 or (at - times[place - 1]).total_seconds() > 3600)


def is_final(status: str) -> bool:
    return status in FINAL
