"""The list of contacts: what it can be narrowed to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from suhui.contact.conversations import access
from suhui.contact.conversations.choices import Channel, Direction
from suhui.contact.conversations.models import Contact
from suhui.platform.people.models import User
from suhui.records.customers import phones
from suhui.records.shipments import selectors as parcels


@dataclass(frozen=True)
class Filters:
    """What somebody asked the list for; nonsense counts as nothing."""

    text: str = ""
    channel: str = ""
    direction: str = ""
    mine: bool = False
    loose: bool = False
    start: date | None = None
    end: date | None = None

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        channel, direction = query.get("channel", ""), query.get("direction", "")
        return cls(
            text=query.get("q", "").strip()[:80],
            channel=channel if channel in Channel.values else "",
            direction=direction if direction in Direction.values else "",
            mine=query.get("mine") == "1",
            loose=query.get("loose") == "1",
            start=_day(query.get("start", "")),
            end=_day(query.get("end", "")),
        )

    @property
    def any(self) -> bool:
        return self != Filters()


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def contacts(user: User, filters: Filters) -> "QuerySet[Contact]":
    """The contacts a person sees, narrowed, newest first, with what a line of the list shows."""
    rows = access.visible_to(user)
    if filters.text:
        rows = _matching(rows, filters.text)
    exact = {"channel": filters.channel, "direction": filters.direction}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.mine:
        rows = rows.filter(agent=user)
    if filters.loose:
        rows = rows.filter(case="")
    if filters.start:
        rows = rows.filter(at__gte=_midnight(filters.start))
    if filters.end:
        rows = rows.filter(at__lt=_midnight(filters.end + timedelta(days=1)))
    return rows.select_related("customer", "agent", "branch").prefetch_related("waybills").order_by("-at", "-id")


def _matching(rows: "QuerySet[Contact]", text: str) -> "QuerySet[Contact]":
    """A waybill number, a phone or its tail, else words of the text."""
    known = parcels.link_text(text)
    if known:
        return rows.filter(waybills__in=known).distinct()
    digits = "".join(character for character in text if character.isdecimal())
    if len(digits) >= 7 and (number := phones.read_or_none(text)) is not None:
        return rows.filter(phone=number.e164)
    if digits == text and len(digits) >= 4:
        return rows.filter(phone__endswith=digits)
    return rows.filter(text__icontains=text)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
