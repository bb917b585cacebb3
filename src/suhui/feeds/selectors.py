"""What a feed has brought, counted in the database."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, Q

from suhui.feeds.mapping import Feed
from suhui.feeds.models import Link
from suhui.records.shipments.models import Waybill, WaybillException
from suhui.service.surveys import selectors as surveys

_NEWEST = """
    SELECT newest.raw_code, count(*) FROM feeds_link AS link
    JOIN shipments_waybill AS waybill ON waybill.id = link.object_id
    CROSS JOIN LATERAL (
        SELECT scan.raw_code FROM shipments_scanevent AS scan
        WHERE scan.waybill_id = waybill.id AND scan.waybill_created_at = waybill.created_at
        ORDER BY scan.at DESC, scan.id DESC LIMIT 1) AS newest
    WHERE link.feed = %s AND link.kind = 'order' GROUP BY newest.raw_code
"""


@dataclass(frozen=True)
class Figures:
    """`by_word`: orders by their own word for it; `by_status`: their parcels by ours. `late`: delivered after the
    promise. `never`: past the promise, neither delivered nor cancelled."""

    customers: int
    orders: int
    by_word: dict[str, int]
    by_status: dict[str, int]
    delivered: int
    late: int
    never: int
    late_exceptions: int
    ratings: surveys.Figures


def figures(feed: Feed) -> Figures:
    links = Link.objects.filter(feed=feed.name)
    mine = links.filter(kind="order").values("object_id")
    rows = Waybill.objects.filter(pk__in=mine).order_by()
    late = Q(delivered_at__gt=F("promised_at"))
    under_way = Q(promised_at__isnull=False) & ~Q(status__in=("delivered", "cancelled", "returned"))
    counted = rows.aggregate(
        all=Count("pk"),
        delivered=Count("pk", filter=Q(status="delivered")),
        late=Count("pk", filter=late),
        never=Count("pk", filter=under_way),
    )
    return Figures(
        customers=links.filter(kind="customer").count(),
        orders=counted["all"],
        by_word=_by_word(feed),
        by_status=dict(rows.values_list("status").annotate(count=Count("pk"))),
        delivered=counted["delivered"],
        late=counted["late"],
        never=counted["never"],
        late_exceptions=WaybillException.objects.filter(waybill__in=mine, kind="late", sign="came_late").count(),
        ratings=surveys.figures(feed.name),
    )


def _by_word(feed: Feed) -> dict[str, int]:
    """The newest line of each track says it, as a word of theirs or by a moment that says as much."""
    words = {one.code: word for word, one in feed.words.items()}
    silent = {one.meaning: word for word, one in feed.words.items() if not one.always}
    words |= {one.code: silent[one.meaning] for one in feed.moments if one.meaning in silent}
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [feed.name])
        for code, count in cursor.fetchall():
            word = words.get(code, code)
            found[word] = found.get(word, 0) + count
    return found
