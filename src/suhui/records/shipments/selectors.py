"""Questions about parcels."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from suhui.platform.people.models import User
from suhui.records.shipments import access
from suhui.records.shipments.candidates import Candidate, normalise
from suhui.records.shipments.choices import ExceptionState
from suhui.records.shipments.findings import find_in_text
from suhui.records.shipments.models import CustomerWords, ScanEvent, Waybill, WaybillException


def by_number(number: str, *, carrier: str = "") -> list[Waybill]:
    """The waybills with this number, as typed: usually one, more when carriers share a number."""
    rows = Waybill.objects.filter(number=normalise(number)).select_related("carrier")
    return list((rows.filter(carrier__code=carrier) if carrier else rows).order_by("-id")[:10])


def by_numbers(numbers: Iterable[str], *, among: "QuerySet[Waybill] | None" = None) -> dict[str, Waybill]:
    """The newest waybill of each of these numbers, in one query; only `among` those, if given."""
    wanted = {normalise(number) for number in numbers}
    rows = (
        (Waybill.objects.all() if among is None else among)
        .filter(number__in=wanted)
        .select_related("carrier")
        .order_by("id")
    )
    return {row.number: row for row in rows}


@dataclass(frozen=True)
class Mentioned:
    """A waybill number in a text: where it stands, whose it may be, and the waybill when it is on the register."""

    number: str
    start: int
    end: int
    candidates: tuple[Candidate, ...]
    waybill: Waybill | None


def mentioned_in(text: str) -> list[Mentioned]:
    """Every number in a free text that reads like a waybill, each once, with its waybill if we have it. One query."""
    found = {item.number: item for item in reversed(find_in_text(text))}
    known = by_numbers(found) if found else {}
    items = sorted(found.values(), key=lambda item: item.start)
    return [Mentioned(i.number, i.start, i.end, i.candidates, known.get(i.number)) for i in items]


def link_text(text: str) -> list[Waybill]:
    """The waybills of the register that a free text speaks of, in the order it names them."""
    return [item.waybill for item in mentioned_in(text) if item.waybill is not None]


@dataclass(frozen=True)
class Unregistered:
    """A number that reads like a waybill and is not on the register; `candidates` are ranked, the likeliest first."""

    number: str
    candidates: tuple[Candidate, ...]

    @property
    def likeliest(self) -> Candidate:
        return self.candidates[0]


def unregistered_in(text: str, limit: int = 5) -> list[Unregistered]:
    """The waybill numbers a text names that nobody has registered yet, in its order. One query."""
    fresh = {one.number: one for one in mentioned_in(text) if one.waybill is None}
    return [Unregistered(number, one.candidates[:6]) for number, one in fresh.items()][:limit]


def for_phone_tail(number: str, tail: str) -> Waybill | None:
    """A customer's own way in (POR-1): the waybill, when the last four digits of the sender's or recipient's phone
    are right. None tells nothing about which was wrong."""
    digits = tail.strip()
    if len(digits) != 4 or not digits.isascii() or not digits.isdigit():
        return None
    rows = Waybill.objects.filter(number=normalise(number)).select_related("carrier")
    right = rows.filter(Q(recipient_phone__endswith=digits) | Q(sender_phone__endswith=digits))
    return right.order_by("-id").first()


def track(waybill: Waybill, limit: int = 200) -> list[ScanEvent]:
    """The parcel's scans, the present on top."""
    return list(ScanEvent.objects.of(waybill).select_related("branch").order_by("-at", "-id")[:limit])


def of_customer(customer_id: int) -> QuerySet[Waybill]:
    """What a customer sent or is to get, newest first."""
    rows = Waybill.objects.filter(Q(sender_id=customer_id) | Q(recipient_id=customer_id))
    return rows.select_related("carrier").order_by("-id")


def counts_of(customer_ids: list[int], since: datetime) -> dict[int, int]:
    """How many parcels each customer sent or was to get since then, each parcel once: what tiers are decided by. Two
    queries for any number of customers."""
    lately = Q(collected_at__gte=since) | Q(collected_at=None, created_at__gte=since)
    rows = Waybill.objects.filter(lately).order_by()
    sent = rows.filter(sender__in=customer_ids).values_list("sender_id")
    received = rows.filter(recipient__in=customer_ids).exclude(sender=F("recipient")).values_list("recipient_id")
    found: Counter[int] = Counter(dict(sent.annotate(count=Count("id"))))
    found.update(dict(received.annotate(count=Count("id"))))
    return dict(found)


def of_phone(phone: str, limit: int = 20) -> list[Waybill]:
    """The newest waybills to or from a phone (E.164)."""
    rows = Waybill.objects.filter(Q(recipient_phone=phone) | Q(sender_phone=phone))
    return list(rows.select_related("carrier").order_by("-id")[:limit])


def open_exceptions(waybill: Waybill) -> list[WaybillException]:
    rows = WaybillException.objects.filter(waybill=waybill, state=ExceptionState.OPEN)
    return list(rows.select_related("branch").order_by("due_at"))


def exceptions_for(user: User) -> QuerySet[WaybillException]:
    """Open exceptions in the person's reach, most urgent first."""
    rows = access.visible_exceptions(user).filter(state=ExceptionState.OPEN)
    return rows.select_related("waybill__carrier", "branch").order_by("due_at", "id")


def open_kinds(waybill_ids: list[int]) -> dict[int, list[WaybillException]]:
    """The open exceptions of several waybills, in one query."""
    found: dict[int, list[WaybillException]] = {}
    for row in WaybillException.objects.filter(waybill__in=waybill_ids, state=ExceptionState.OPEN).order_by("due_at"):
        found.setdefault(row.waybill_id, []).append(row)
    return found


def untold(case_key: str) -> list[WaybillException]:
    """The open exceptions behind a case ("case:17") of which its customer has not been told yet."""
    rows = WaybillException.objects.filter(case_key=case_key, tell_customer=True, told_at=None).exclude(case_key="")
    return list(rows.filter(state=ExceptionState.OPEN).select_related("waybill").order_by("due_at", "id"))


@dataclass(frozen=True)
class Told:
    """An exception in the customer's words: what happened, what happens next, and by when we deal with it."""

    exception: WaybillException
    headline: str
    happened: str
    next_step: str


def told_to_customer(exceptions: Iterable[WaybillException]) -> list[Told]:
    """Those exceptions whose customer is to be told, in the reader's language; one query. A kind nobody has found
    words for stays inside the house."""
    rows = [row for row in exceptions if row.tell_customer]
    words = {row.kind: row.said() for row in CustomerWords.objects.filter(kind__in={row.kind for row in rows})}
    return [Told(row, *words[row.kind]) for row in rows if row.kind in words]


@dataclass(frozen=True)
class Parcel:
    """A parcel at a glance, for the fragment shipments/_parcel.html: the newest scans and the open exceptions."""

    waybill: Waybill
    scans: list[ScanEvent]
    exceptions: list[WaybillException]


def parcel(waybill: Waybill, scans: int = 6) -> Parcel:
    return Parcel(waybill, track(waybill, scans), open_exceptions(waybill))


def parcels(waybills: Iterable[Waybill], scans: int = 6) -> list[Parcel]:
    """The same for the few waybills of a case; two queries each."""
    return [parcel(waybill, scans) for waybill in waybills]
