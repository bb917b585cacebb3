"""Contacts on the timelines of customers and parcels."""

from django.db.models import QuerySet
from django.urls import reverse

from suhui.contact.conversations import access
from suhui.contact.conversations.choices import ICONS, Channel
from suhui.contact.conversations.models import Contact
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.people.models import User
from suhui.platform.privacy import masks

_LONGEST = 300


def of_customer(user: User, customer_id: int, limit: int) -> list[TimelineEntry]:
    return _entries(user, access.visible_to(user).filter(customer_id=customer_id), limit)


def of_waybill(user: User, waybill_id: int, limit: int) -> list[TimelineEntry]:
    return _entries(user, access.visible_to(user).filter(waybills=waybill_id), limit)


def _entries(user: User, rows: "QuerySet[Contact]", limit: int) -> list[TimelineEntry]:
    return [_entry(row) for row in rows.select_related("agent")[:limit]]


def _entry(row: Contact) -> TimelineEntry:
    text = masks.mask_text(row.text)
    return TimelineEntry(
        at=row.at,
        kind=row.get_channel_display(),
        icon=ICONS[Channel(row.channel)],
        title=str(row.get_direction_display()),
        body=text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…",
        url=reverse("conversations:contact", args=[row.pk]),
        actor=row.agent.name if row.agent else "",
    )
