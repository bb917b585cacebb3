"""The list of customers: what it can be narrowed to and ordered by, and the order a person likes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from suhui.platform.desk import drafts
from suhui.platform.people.models import User
from suhui.records.customers import access, selectors
from suhui.records.customers.choices import CustomerKind, FactKind, Industry, Source, Tier
from suhui.records.customers.models import Customer, Freshness, Phone

ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("pinyin", "id"),
    "-name": ("-pinyin", "-id"),
    "number": ("number",),
    "-number": ("-number",),
    "changed": ("updated_at", "id"),
    "-changed": ("-updated_at", "-id"),
}
DEFAULT_ORDER = "-number"
ORDER_KEY = "customers:list:order"
PHONE_AGES: list[tuple[str, Any]] = [("stale", _("Phone to be checked")), ("none", _("Without a phone"))]


@dataclass(frozen=True)
class Filters:
    """What somebody asked the list for; nonsense counts as nothing."""

    text: str = ""
    kind: str = ""
    tier: str = ""
    source: str = ""
    industry: str = ""
    branch: int = 0
    mine: bool = False
    phone: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        def one_of(name: str, known: list[str]) -> str:
            value = query.get(name, "")
            return value if value in known else ""

        branch = query.get("branch", "")
        return cls(
            text=query.get("q", "").strip()[:80],
            kind=one_of("kind", CustomerKind.values),
            tier=one_of("tier", Tier.values),
            source=one_of("source", Source.values),
            industry=one_of("industry", [value for value in Industry.values if value]),
            branch=int(branch) if branch.isdecimal() and len(branch) < 12 else 0,
            mine=query.get("mine") == "1",
            phone=one_of("phone", ["stale", "none"]),
        )

    @property
    def any(self) -> bool:
        return self != Filters()


def order_of(user: User, wanted: str) -> str:
    """The order asked for, which is remembered for next time; else the one remembered."""
    if wanted in ORDERS:
        drafts.save(user=user, key=ORDER_KEY, fields={"order": wanted})
        return wanted
    kept = drafts.find(user=user, key=ORDER_KEY)
    remembered = kept.fields.get("order", "") if kept else ""
    return remembered if remembered in ORDERS else DEFAULT_ORDER


def customers(user: User, filters: Filters, order: str, at: datetime) -> "QuerySet[Customer]":
    """The living customers a person sees, narrowed and ordered, with what a line of the list shows."""
    rows = selectors.matching(access.visible_to(user).filter(merged_into=None), filters.text)
    exact = {"kind": filters.kind, "tier": filters.tier, "source": filters.source, "industry": filters.industry}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.branch:
        rows = rows.filter(branch_id=filters.branch)
    if filters.mine:
        rows = rows.filter(owner=user)
    if filters.phone:
        rows = _by_phone_age(rows, filters.phone, at)
    return selectors.with_main_facts(rows).order_by(*ORDERS[order])


def _by_phone_age(rows: "QuerySet[Customer]", wanted: str, at: datetime) -> "QuerySet[Customer]":
    known = Phone.objects.filter(customer=OuterRef("pk"), removed_at=None)
    if wanted == "none":
        return rows.filter(~Exists(known))
    days = Freshness.objects.filter(kind=FactKind.PHONE).values_list("days", flat=True).first()
    since = at - timedelta(days=days or selectors.DEFAULT_DAYS)
    return rows.filter(Exists(known.filter(Q(verified_at=None) | Q(verified_at__lte=since))))
