"""What a parcel's scans add up to: pure, and the same in whatever order the scans came."""

import hashlib
from collections.abc import Iterable, Sequence
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


class Known(Protocol):
    """A waybill whose fields say what its scans so far add up to."""

    @property
    def status(self) -> str: ...
    @property
    def sub_status(self) -> str: ...
    @property
    def fault(self) -> str: ...
    @property
    def status_since(self) -> datetime: ...
    @property
    def collected_at(self) -> datetime | None: ...
    @property
    def out_at(self) -> datetime | None: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def failed_attempts(self) -> int: ...


def natural_key(*, at: datetime, code: str, text: str) -> str:
    """The same scan told twice, by whatever way, has the same key: its second and its text (without one, its code)."""
    return key_of(second_of(at), code, text)


def second_of(at: datetime) -> int:
    return int(at.timestamp())


def key_of(second: int, code: str, text: str) -> str:
    said = " ".join(text.split()) or code
    return hashlib.blake2b(f"{second}|{said}".encode(), digest_size=16).hexdigest()


def summarise(scans: Iterable[ScanLike], *, before: str = Status.CREATED) -> Summary:
    """The newest scan by time that says a status decides. `before` holds while none does.

    `status_since` is when the present status and detail began: the first of the newest unbroken row of scans that say
    them. Collected is the first such scan, out for delivery the last, delivered the last and only while it holds.
    """
    ordered = sorted(scans, key=lambda scan: (scan.at, scan.id))
    telling = [scan for scan in ordered if scan.status != Status.UNKNOWN]
    newest = telling[-1] if telling else None
    return Summary(
        status=newest.status if newest else before,
        sub_status=newest.sub_status if newest else "",
        fault=newest.fault if newest else "",
        status_since=_began(telling).at if newest else None,
        collected_at=next((scan.at for scan in telling if scan.status == Status.COLLECTED), None),
        out_at=_last(telling, Status.OUT_FOR_DELIVERY),
        delivered_at=newest.at if newest and newest.status == Status.DELIVERED else None,
        last_event_at=ordered[-1].at if ordered else None,
        last_text=ordered[-1].raw_text[:300] if ordered else "",
        failed_attempts=_attempts(telling),
        branch_id=next((scan.branch_id for scan in reversed(ordered) if scan.branch_id), None),
        newest_id=newest.id if newest else None,
    )


def carry_on(known: Known, newer: Sequence[ScanLike]) -> Summary | None:
    """What `summarise` would say of all scans, from the waybill and those of them that are newer than all it knows, in
    the order of time. None where only the whole track tells."""
    telling = [scan for scan in newer if scan.status != Status.UNKNOWN]
    newest = telling[-1] if telling else None
    attempts = _attempts(telling)
    if attempts and known.failed_attempts:
        return None
    since = known.status_since
    if newest is not None:
        began = _began(telling)
        if began is not telling[0] or (newest.status, newest.sub_status) != (known.status, known.sub_status):
            since = began.at
        elif known.status == Status.CREATED:
            # Whether a scan said so or nothing was known yet.
            return None
    collected = next((scan.at for scan in telling if scan.status == Status.COLLECTED), None)
    arrived = newest.at if newest and newest.status == Status.DELIVERED else None
    return Summary(
        status=newest.status if newest else known.status,
        sub_status=newest.sub_status if newest else known.sub_status,
        fault=newest.fault if newest else known.fault,
        status_since=since,
        collected_at=known.collected_at or collected,
        out_at=_last(telling, Status.OUT_FOR_DELIVERY) or known.out_at,
        delivered_at=arrived if newest else known.delivered_at,
        last_event_at=newer[-1].at,
        last_text=newer[-1].raw_text[:300],
        failed_attempts=attempts or known.failed_attempts,
        branch_id=next((scan.branch_id for scan in reversed(newer) if scan.branch_id), None),
        newest_id=newest.id if newest else None,
    )


def _began(telling: Sequence[ScanLike]) -> ScanLike:
    """The first of the newest unbroken row of scans that say the same."""
    first = newest = telling[-1]
    for scan in reversed(telling):
        if (scan.status, scan.sub_status) != (newest.status, newest.sub_status):
            break
        first = scan
    return first


def _last(scans: list[ScanLike], status: Status) -> datetime | None:
    return next((scan.at for scan in reversed(scans) if scan.status == status), None)


def _attempts(scans: list[ScanLike]) -> int:
    """Failed attempts one after another: scans of one attempt told twice in the same hour count once."""
    times = [scan.at for scan in scans if scan.status == Status.ATTEMPT_FAILED]
    return sum(1 for place, at in enumerate(times) if place == 0 or (at - times[place - 1]).total_seconds() > 3600)


def is_final(status: str) -> bool:
    return status in FINAL
