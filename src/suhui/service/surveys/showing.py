"""Ratings where people look: beside a parcel, on a customer's page and in their timelines.

Whoever sees the page sees what was said; a link to the case is one for those who work on cases.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from suhui.platform.desk.panels import Panel
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.masks import mask_text
from suhui.service.surveys import selectors
from suhui.service.surveys.models import Rating

SHOWN = 6
_PAGES = {"case": "cases:case", "waybill": "shipments:waybill"}


def waybill_panel(user: User, waybill_id: int) -> Panel | None:
    return _panel(user, selectors.of_subject(f"waybill:{waybill_id}", SHOWN))


def customer_panel(user: User, customer_id: int) -> Panel | None:
    return _panel(user, _seen(user, selectors.of_customer(customer_id, SHOWN)))


def customer_story(user: User, customer_id: int, limit: int) -> Iterable[TimelineEntry]:
    return (_entry(row) for row in _seen(user, selectors.of_customer(customer_id, limit)))


def waybill_story(user: User, waybill_id: int, limit: int) -> Iterable[TimelineEntry]:
    return (_entry(row) for row in selectors.of_subject(f"waybill:{waybill_id}", limit))


def _entry(row: Rating) -> TimelineEntry:
    return TimelineEntry(
        at=row.given_at,
        kind=pgettext("what a customer gave", "Rating"),
        icon="star",
        title=row.stars,
        body=mask_text(row.comment),
        url=url_of(row.case_key) or url_of(row.subject),
    )


def url_of(key: str) -> str:
    """The page of what a subject key names, empty for what has none here."""
    kind, _colon, number = key.partition(":")
    return reverse(_PAGES[kind], args=[int(number)]) if kind in _PAGES and number.isdecimal() else ""


def _seen(user: User, rows: list[Rating]) -> list[Rating]:
    """Those given to the branches a person serves customers of."""
    reach = scope(user, Perm.CUSTOMER_VIEW)
    return [row for row in rows if reach.covers(branch_id=row.branch_id)]


def _panel(user: User, rows: list[Rating]) -> Panel | None:
    if not rows:
        return None
    shown = [{"rating": row, "comment": mask_text(row.comment), "case": url_of(row.case_key)} for row in rows]
    context = {"ratings": shown, "links": user.may(Perm.CASE_VIEW)}
    return Panel(
        _("Ratings"), "surveys/_panel.html", context, icon="star", count=len(rows) if len(rows) < SHOWN else None
    )
