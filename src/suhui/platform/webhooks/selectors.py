from typing import TypeVar

from django.db.models import Count, Max, Model, Q, QuerySet
from django.utils.translation import gettext as _

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Endpoint, Message

Row = TypeVar("Row", bound=Model)


def due_endpoints() -> list[int]:
    """Endpoints to which something is to be sent now."""
    due = Message.objects.filter(state=MessageState.PENDING, next_at__lte=now(), endpoint__active=True)
    return list(due.order_by("endpoint_id").values_list("endpoint_id", flat=True).distinct())


def endpoints() -> QuerySet[Endpoint]:
    """All, with how many messages wait or were given up, and when one last arrived."""
    return Endpoint.objects.select_related("branch").annotate(
        waiting=Count("messages", filter=Q(messages__state=MessageState.PENDING)),
        lost=Count("messages", filter=Q(messages__state=MessageState.FAILED)),
        last_at=Max("messages__done_at", filter=Q(messages__state=MessageState.DELIVERED)),
    )


def get_endpoint(endpoint_id: int) -> Endpoint:
    return _one(Endpoint.objects.select_related("branch").filter(pk=endpoint_id))


def get_message(message_id: int) -> Message:
    return _one(Message.objects.select_related("endpoint").filter(pk=message_id))


def messages(endpoint: Endpoint, state: str = "") -> QuerySet[Message]:
    """The log of an endpoint, the newest on top."""
    rows = endpoint.messages.all().defer("body")
    return rows.filter(state=state) if state in MessageState.values else rows


def _one(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return row
