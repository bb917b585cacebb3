"""First form of complaint analysis (CAS-10): what the reports ask."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from suhui.platform.core.clock import BEIJING
from suhui.platform.people.models import User
from suhui.service.cases.access import visible_q
from suhui.service.cases.choices import CaseKind
from suhui.service.cases.models import Case, CaseQuerySet


def opened_between(start: datetime, end: datetime, *, user: User | None = None, kind: str = "") -> CaseQuerySet:
    """Cases opened in [start, end) that `user` sees (everybody's without one); merged ones count with their target."""
    rows = Case.objects.filter(opened_at__gte=start, opened_at__lt=end, merged_into=None)
    if user is not None:
        rows = rows.filter(visible_q(user))
    return rows.filter(kind=kind) if kind else rows


def complaints_of(customer_ids: list[int], since: datetime) -> dict[int, int]:
    """How many complaints each customer has made since then: what tiers are decided by. One query."""
    rows = Case.objects.filter(customer__in=customer_ids, opened_at__gte=since, merged_into=None)
    made = rows.filter(kind=CaseKind.COMPLAINT).order_by().values_list("customer_id")
    return dict(made.annotate(count=Count("id")))


def causes_of(cases: CaseQuerySet) -> list[tuple[int | None, int]]:
    """(top-level cause or None while unknown, how many), most frequent first."""
    counted: dict[int | None, int] = {}
    rows = cases.order_by().values("cause_id", "cause__parent_id").annotate(count=Count("id"))
    for row in rows:
        top = row["cause__parent_id"] or row["cause_id"]
        counted[top] = counted.get(top, 0) + row["count"]
    return sorted(counted.items(), key=lambda pair: -pair[1])


def trend_of(cases: CaseQuerySet) -> list[dict[str, Any]]:
    """Per day of the house's clock: opened, complaints among them, reopened at least once."""
    rows = (
        cases.order_by()
        .annotate(day=TruncDate("opened_at", tzinfo=BEIJING))
        .values("day")
        .annotate(
            opened=Count("id"),
            complaints=Count("id", filter=Q(kind="complaint")),
            reopened=Count("id", filter=Q(reopened_count__gt=0)),
        )
        .order_by("day")
    )
    return [dict(row) for row in rows]
