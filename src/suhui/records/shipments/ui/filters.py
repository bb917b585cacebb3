"""The waybill list's filters: read from the address, put to the rows, and said as a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from suhui.platform.core.clock import BEIJING, local, now
from suhui.platform.people.models import Branch
from suhui.records.shipments.candidates import normalise
from suhui.records.shipments.choices import OPEN_STAGES, ExceptionKind, ExceptionState, Status
from suhui.records.shipments.models import Carrier, FollowUp, Waybill, WaybillException
from suhui.records.shipments.models.waybills import WaybillQuerySet

SORTS = {"-id": ("-id",), "id": ("id",), "-news": ("-last_event_at", "-id"), "news": ("last_event_at", "id")}
NAMES = ("q", "status", "carrier", "branch", "exception", "period", "follow")


@dataclass(frozen=True)
class Chip:
    """One part of the sentence; `name` is the argument that goes when it is taken away."""

    name: str
    words: str


@dataclass
class Filters:
    """What the person asked for. Nonsense in the address is left out."""

    q: str = ""
    status: str = ""
    carrier: str = ""
    branch: str = ""
    exception: str = ""
    period: str = ""
    follow: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        found = cls(**{name: query.get(name, "").strip()[:60] for name in NAMES})
        found.status = found.status if found.status in [*Status.values, "under_way"] else ""
        found.exception = found.exception if found.exception in [*ExceptionKind.values, "any"] else ""
        found.period = found.period if found.period in dict(periods()) else ""
        found.follow = found.follow if found.follow in dict(follows()) else ""
        found.branch = found.branch if found.branch.isdecimal() and len(found.branch) < 10 else ""
        return found

    def apply(self, rows: WaybillQuerySet, user_id: int) -> WaybillQuerySet:
        rows = rows.filter(self._condition(user_id))
        return rows.under_way() if self.status == "under_way" else rows

    def _condition(self, user_id: int) -> Q:
        found = Q()
        if self.q:
            found &= _words(self.q)
        if self.status and self.status != "under_way":
            found &= Q(status=self.status)
        if self.carrier:
            found &= Q(carrier__code=self.carrier)
        if self.branch:
            found &= Q(pk__in=_touching(int(self.branch)))
        if self.exception:
            found &= _with_exception(self.exception)
        if self.period:
            found &= Q(created_at__gte=_since(self.period))
        if self.follow:
            found &= _followed(self.follow, user_id)
        return found

    def sentence(self, branches: Iterable[Branch], carriers: Iterable[Carrier]) -> list[Chip]:
        """The filters in force, in words."""
        words: dict[str, str] = {}
        if self.q:
            words["q"] = _("“%(words)s”") % {"words": self.q}
        words["status"] = dict(statuses()).get(self.status, "")
        words["carrier"] = next((row.name for row in carriers if row.code == self.carrier), "")
        words["branch"] = next((row.name for row in branches if str(row.pk) == self.branch), "")
        words["exception"] = dict(kinds()).get(self.exception, "")
        words["period"] = dict(periods()).get(self.period, "")
        words["follow"] = dict(follows()).get(self.follow, "")
        return [Chip(name, word) for name, word in words.items() if word]


def statuses() -> list[tuple[str, str]]:
    return [("under_way", _("Under way")), *((value, str(label)) for value, label in Status.choices)]


def kinds() -> list[tuple[str, str]]:
    return [("any", _("With an open exception")), *((value, str(label)) for value, label in ExceptionKind.choices)]


def periods() -> list[tuple[str, str]]:
    return [("today", _("Registered today")), ("week", _("In the last 7 days")), ("month", _("In the last 30 days"))]


def follows() -> list[tuple[str, str]]:
    return [("mine", _("I follow it up")), ("any", _("Being followed up"))]


def _touching(branch: int) -> QuerySet[Waybill, Any]:
    """Ids of the waybills that begin, end or are at a branch, each read from its own index: an "or" of the three is
    looked for in all waybills there are."""
    ids = Waybill.objects.order_by().values("pk")
    return ids.filter(origin_id=branch).union(ids.filter(destination_id=branch), ids.filter(current_branch_id=branch))


def _words(text: str) -> Q:
    """A number or its beginning, an order number, or the last digits of a phone."""
    number = normalise(text)
    found = Q(number__startswith=number) | Q(order_number=text)
    if number.isdecimal() and len(number) == 11:
        found |= Q(recipient_phone=f"+86{number}") | Q(sender_phone=f"+86{number}")
    return found


def _with_exception(kind: str) -> Q:
    rows = WaybillException.objects.filter(waybill=OuterRef("pk"), state=ExceptionState.OPEN)
    return Q(Exists(rows if kind == "any" else rows.filter(kind=kind)))


def _followed(whose: str, user_id: int) -> Q:
    rows = FollowUp.objects.filter(waybill=OuterRef("pk"), stage__in=OPEN_STAGES)
    return Q(Exists(rows.filter(owner=user_id) if whose == "mine" else rows))


def _since(period: str) -> datetime:
    today: date = local(now()).date()
    days = {"today": 0, "week": 7, "month": 30}[period]
    return datetime.combine(today - timedelta(days=days), time(), tzinfo=BEIJING)


def order_of(wanted: str, remembered: Any) -> str:
    """The sort asked for, else the one the person used last, else the latest news first."""
    return next((name for name in (wanted, remembered) if name in SORTS), "-news")
