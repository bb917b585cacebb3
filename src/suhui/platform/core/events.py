"""Domain events: stored in the transaction, handled after commit, at least once, in order per subject.

A room declares its events as frozen dataclasses, stores them with `store`, and reacts to others' with `@handles`.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from suhui.platform.core import bus
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent, Wanted

DISPATCH_CHANNEL = "suhui_events"
TOPICS_AT_ONCE = 80
"""Topics one message may carry."""


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
_newest: set[Handler] = set()
_optional: set[str] = set()
_STORE = """
    WITH stored AS (
        INSERT INTO core_storedevent (kind, subject, payload, actor_kind, actor_label, actor_id, topics, at)
        VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s::varchar[], %s) RETURNING id, subject, at),
    queued AS (
        INSERT INTO core_delivery (event_id, handler, subject, attempts, next_at, error)
        SELECT stored.id, reader, stored.subject, 0, stored.at, '' FROM stored, unnest(%s::varchar[]) AS reader
        WHERE reader <> ALL(%s::varchar[]) OR reader IN (SELECT name FROM core_wanted))
    SELECT stored.id, CASE WHEN line.channel IS NOT NULL
        THEN pg_notify(line.channel, CASE line.rest WHEN '' THEN '' ELSE '{"id":' || stored.id || line.rest END) END
    FROM stored LEFT JOIN unnest(%s::text[], %s::text[]) AS line (channel, rest) ON true
"""
"""The event, its deliveries and the word of it to other processes, in one statement."""
_STORE_MANY = """
    WITH stored AS (
        INSERT INTO core_storedevent (kind, subject, payload, actor_kind, actor_label, actor_id, topics, at)
        SELECT told ->> 0, told ->> 1, told -> 2, %s, %s, %s, ARRAY[told ->> 1]::varchar[] || %s::varchar[], %s
        FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given (told, place) ORDER BY place
        RETURNING id, kind, subject, at),
    queued AS (
        INSERT INTO core_delivery (event_id, handler, subject, attempts, next_at, error)
        SELECT stored.id, reader.name, stored.subject, 0, stored.at, '' FROM stored
        JOIN unnest(%s::varchar[], %s::varchar[]) AS reader (kind, name) USING (kind)
        WHERE reader.name <> ALL(%s::varchar[]) OR reader.name IN (SELECT name FROM core_wanted))
    SELECT max(id) FROM stored
"""
"""The same for many. As one document: that is put together several times quicker than arrays are."""


def handles(
    event: type[DomainEvent], *, name: str, newest: bool = False, optional: bool = False
) -> Callable[[Handler], Handler]:
    """Register a reaction to `event` under a stable `name` ("cases.open_from_message").

    The handler runs in a transaction that also removes the delivery: what it writes to the database happens exactly
    once; what it does outside may happen again and must be idempotent by `event_id`. With `newest` it looks only at
    how its subject is now (an index): of several events that wait, it may be given the newest alone. With `optional`
    events are queued for it only while somebody wants them (`want`).
    """

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(event.kind, {})[name] = handler
        if newest:
            _newest.add(handler)
        if optional:
            _optional.add(name)
        return handler

    return register


def want(prefix: str, names: Collection[str]) -> None:
    """Of the optional handlers whose names begin with `prefix`, queue events for these from now on, and no others."""
    Wanted.objects.filter(name__startswith=prefix).exclude(name__in=names).delete()
    Wanted.objects.bulk_create([Wanted(name=name) for name in sorted(names)], ignore_conflicts=True)


def handlers_of(kind: str) -> dict[str, Handler]:
    return _handlers.get(kind, {})


def handler_named(kind: str, name: str) -> Handler | None:
    return handlers_of(kind).get(name)


def wants_newest(handler: Handler) -> bool:
    return handler in _newest


def names_wanting_newest() -> list[str]:
    return sorted({name for named in _handlers.values() for name, handler in named.items() if handler in _newest})


def names_besides(kind: str) -> list[str]:
    """Every handler that is not one of this kind's: for a `dispatch.run_all(later=…)` that brings only these."""
    return sorted({name for named in _handlers.values() for name in named} - set(handlers_of(kind)))


def store(event: DomainEvent, *, by: Actor, topics: Iterable[str] = ()) -> StoredEvent:
    """Write `event` down in the current transaction, queue it for its handlers and hint at it to open pages.

    `topics` are further live topics that change with it (the subject is always one). Raises
    TransactionManagementError outside a transaction: an event without its rows would be a lie.
    """
    _demand_transaction()
    watched = list(dict.fromkeys([event.subject, *topics]))
    stored = StoredEvent(
        kind=event.kind,
        subject=event.subject,
        payload=asdict(event),
        actor_kind=by.kind,
        actor_label=by.label[:120],
        actor_id=by.user_id,
        topics=watched,
        at=now(),
    )
    names = list(handlers_of(event.kind))
    lines = [(bus.LIVE, f",{rest}") for rest in _rests(watched, event.kind)] if bus.in_database() else []
    lines += [(DISPATCH_CHANNEL, "")] if names else []
    values: list[Any] = [stored.kind, stored.subject, json.dumps(stored.payload, cls=DjangoJSONEncoder)]
    values += [stored.actor_kind, stored.actor_label, stored.actor_id, watched, stored.at, names]
    values += [[name for name in names if name in _optional]]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [*values, [channel for channel, _rest in lines], [rest for _channel, rest in lines]])
        stored.pk = cursor.fetchone()[0]
    if not bus.in_database():
        hint(watched, event_id=stored.pk, kind=event.kind)
    return stored


def store_many(
    happened: Sequence[DomainEvent], *, by: Actor, topics: Iterable[str] = (), besides: Collection[str] = ()
) -> None:
    """The same for thousands of events of the current transaction, in their order, in one statement.

    `topics` change with every one of them. The handlers named in `besides` are not told: whoever stores these events
    has done their work for the whole lot.
    """
    _demand_transaction()
    if not happened:
        return
    kinds = list(dict.fromkeys(event.kind for event in happened))
    readers = [(kind, name) for kind in kinds for name in handlers_of(kind) if name not in besides]
    extra = list(dict.fromkeys(topics))
    told = json.dumps([(event.kind, event.subject, vars(event)) for event in happened], cls=DjangoJSONEncoder)
    values: list[Any] = [by.kind, by.label[:120], by.user_id, extra, now(), told]
    values += [[kind for kind, _name in readers], [name for _kind, name in readers]]
    values += [[name for _kind, name in readers if name in _optional]]
    with connection.cursor() as cursor:
        cursor.execute(_STORE_MANY, values)
        newest = cursor.fetchone()[0]
    for kind in kinds:
        subjects = (event.subject for event in happened if event.kind == kind)
        hint([*subjects, *extra], event_id=newest, kind=kind, wake=bool(readers) and kind == kinds[-1])


def _rests(topics: list[str], kind: str) -> Iterator[str]:
    """Messages of a hint without their beginning, which is the event's id; each of a size NOTIFY can carry."""
    for start in range(0, len(topics), TOPICS_AT_ONCE):
        yield bus.text({"kind": kind, "topics": topics[start : start + TOPICS_AT_ONCE]})[1:]


def hint(topics: Iterable[str], *, event_id: int = 0, kind: str = "", wake: bool = False) -> None:
    """Tell open pages, once this transaction is committed, that something under these topics changed."""
    unique = list(dict.fromkeys(topics))
    lots = [unique[start : start + TOPICS_AT_ONCE] for start in range(0, len(unique), TOPICS_AT_ONCE)]
    bus.send_many(bus.LIVE, [{"id": event_id, "kind": kind, "topics": lot} for lot in lots])
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
