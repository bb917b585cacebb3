"""Domain events: stored in the transaction, handled after commit, at least once, in order per subject.

A room declares its events as frozen dataclasses, stores them with `store`, and reacts to others' with `@handles`.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from suhui.platform.core import bus
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery, StoredEvent

DISPATCH_CHANNEL = "suhui_events"


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact in the past tense. Fields are JSON values only (numbers, strings, booleans, None, lists, dicts).

    `subject_kind` and the field named by `subject_field` make the subject key, for example "case:17".
    """

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str]
    subject_field: ClassVar[str]

    def __init_subclass__(cls) -> None:
        room = cls.__module__.removesuffix(".events").rsplit(".", 1)[-1]
        cls.kind = f"{room}.{cls.__name__}"
        if cls.kind in _kinds:
            raise TypeError(f"two events are called {cls.kind}")
        _kinds[cls.kind] = cls

    @property
    def subject(self) -> str:
        return f"{self.subject_kind}:{getattr(self, self.subject_field)}"


@dataclass(frozen=True)
class Happened:
    """An event as a handler meets it: `data` is the event, `event_id` orders it among all events."""

    event_id: int
    data: Any
    actor: Actor
    at: Any


Event = TypeVar("Event", bound=DomainEvent)
Handler = Callable[[Happened], None]
_kinds: dict[str, type[DomainEvent]] = {}
_handlers: dict[str, dict[str, Handler]] = {}


def handles(event: type[DomainEvent], *, name: str) -> Callable[[Handler], Handler]:
    """Register a reaction to `event` under a stable `name` ("cases.open_from_message").

    The handler runs in a transaction of its own that also removes the delivery: what it writes to the database
    happens exactly once; what it does outside may happen again and must be idempotent by `event_id`.
    """

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(event.kind, {})[name] = handler
        return handler

    return register


def handlers_of(kind: str) -> dict[str, Handler]:
    return _handlers.get(kind, {})


def handler_named(kind: str, name: str) -> Handler | None:
    return handlers_of(kind).get(name)


def store(event: DomainEvent, *, by: Actor, topics: Iterable[str] = ()) -> StoredEvent:
    """Write `event` down in the current transaction, queue it for its handlers and hint at it to open pages.

    `topics` are further live topics that change with it (the subject is always one). Raises
    TransactionManagementError outside a transaction: an event without its rows would be a lie.
    """
    _demand_transaction()
    watched = list(dict.fromkeys([event.subject, *topics]))
    stored = StoredEvent.objects.create(
        kind=event.kind,
        subject=event.subject,
        payload=json.loads(json.dumps(asdict(event), cls=DjangoJSONEncoder)),
        actor_kind=by.kind,
        actor_label=by.label[:120],
        actor_id=by.user_id,
        topics=watched,
        at=now(),
    )
    names = handlers_of(event.kind)
    if names:
        Delivery.objects.bulk_create(
            Delivery(event=stored, handler=name, subject=stored.subject, next_at=stored.at) for name in names
        )
    hint(watched, event_id=stored.pk, kind=event.kind, wake=bool(names))
    return stored


def hint(topics: Iterable[str], *, event_id: int = 0, kind: str = "", wake: bool = False) -> None:
    """Tell open pages, once this transaction is committed, that something under these topics changed."""
    unique = list(dict.fromkeys(topics))
    for start in range(0, len(unique), 80):
        bus.send(bus.LIVE, {"id": event_id, "kind": kind, "topics": unique[start : start + 80]})
    if wake:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [DISPATCH_CHANNEL])


def restore(stored: StoredEvent) -> Happened:
    """The event as its dataclass again. Unknown payload fields (of an older version) are dropped."""
    cls = _kinds[stored.kind]
    known = {name: value for name, value in stored.payload.items() if name in cls.__dataclass_fields__}
    actor = Actor(stored.actor_kind, stored.actor_label, stored.actor_id)  # type: ignore[arg-type]
    return Happened(stored.pk, cls(**known), actor, stored.at)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is stored inside the transaction that causes it")
