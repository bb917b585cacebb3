from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from suhui.service.cases.models import Case, CaseEntry


def family(case: Case) -> list[Case]:
    """The case and every case merged into it, directly or by way of another (of these only what their lines need)."""
    known = [case]
    level = [case]
    while level:
        merged = Case.objects.filter(merged_into__in=level).exclude(pk__in=[one.pk for one in known])
        level = list(merged.only("opened_at"))
        known += level
    return known


def family_ids(case: Case) -> list[int]:
    return [one.pk for one in family(case)]


def story(cases: Iterable[Case]) -> "QuerySet[CaseEntry]":
    """All lines of these cases for the desk, oldest first, with files; messages taken back are left out."""
    return (
        CaseEntry.objects.of(*cases)
        .filter(taken_back_at=None)
        .select_related("case")
        .prefetch_related("files")
        .order_by("at", "id")
    )


def public_story(case: Case, at: datetime) -> list[CaseEntry]:
    """What the customer may read, oldest first: never an internal line nor a message that can still be taken back."""
    sent = Q(published_at__isnull=False) | Q(send_at__lte=at)
    rows = CaseEntry.objects.of(case).filter(sent, internal=False, taken_back_at=None)
    return list(rows.prefetch_related("files").order_by("at", "id")[:300])
