"""My day (工作台): every room that gives people work puts a provider here; the workbench sorts what they give."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from suhui.platform.core.clock import local
from suhui.platform.people.models import User


class Urgency(IntEnum):
    """The one scale of the house; lower comes first. Colour, shape and word belong to it everywhere."""

    OVERDUE = 0
    SOON = 1
    TODAY = 2
    LATER = 3


SOON = timedelta(minutes=30)


def urgency(due_at: datetime | None, at: datetime, *, warn_at: datetime | None = None) -> Urgency:
    """Overdue after `due_at`; soon from `warn_at` (or 30 minutes before); today on the house's clock; else later."""
    if due_at is None:
        return Urgency.LATER
    if due_at <= at:
        return Urgency.OVERDUE
    if due_at - at <= SOON or (warn_at is not None and warn_at <= at):
        return Urgency.SOON
    return Urgency.TODAY if local(due_at).date() == local(at).date() else Urgency.LATER


@dataclass(frozen=True)
class WorkItem:
    """One line of my day: what, whose, why now, and the one thing to press.

    `subject` ("task:9") is unique in the list; `reason` says why it is here in the reader's language; `action` is the
    verb on the button and `url` where it leads. `shared`: nobody holds it yet; the first of the team takes it.
    """

    subject: str
    kind: Any
    icon: str
    title: str
    whose: str
    reason: str
    action: Any
    url: str
    due_at: datetime | None
    warn_at: datetime | None = None
    shared: bool = False


Provider = Callable[[User, datetime, int], Iterable[WorkItem]]
_providers: dict[str, Provider] = {}


def register_provider(name: str, provider: Provider) -> None:
    """`provider(user, at, limit)` gives at most `limit` items, most urgent first, in a bounded number of queries."""
    _providers[name] = provider


def my_day(user: User, at: datetime, limit: int = 100) -> list[WorkItem]:
    """What waits for `user`, across rooms: theirs, then what is shared; each by urgency, undated last."""
    items = [item for provider in _providers.values() for item in provider(user, at, limit)]
    items.sort(
        key=lambda item: (
            item.shared,
            urgency(item.due_at, at, warn_at=item.warn_at),
            item.due_at is None,
            item.due_at or at,
        )
    )
    return items[:limit]
