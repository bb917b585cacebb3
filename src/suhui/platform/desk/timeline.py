"""Timelines: the story of a customer (CUS-2), a case or a parcel, told by every room that knows a part of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suhui.platform.people.models import User


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened. `kind` is its word (call, case, waybill …); `title` one line; `body` more, or empty."""

    at: datetime
    kind: Any
    icon: str
    title: str
    body: str = ""
    url: str = ""
    actor: str = ""


Provider = Callable[[User, int, int], Iterable[TimelineEntry]]
_providers: dict[str, dict[str, Provider]] = {}


def register_provider(subject_kind: str, name: str, provider: Provider) -> None:
    """`provider(user, subject_id, limit)` gives at most `limit` entries the person may see, newest first."""
    _providers.setdefault(subject_kind, {})[name] = provider


def timeline(user: User, subject_kind: str, subject_id: int, limit: int = 50) -> list[TimelineEntry]:
    """The newest `limit` entries of all rooms together, newest first."""
    providers = _providers.get(subject_kind, {}).values()
    entries = [entry for provider in providers for entry in provider(user, subject_id, limit)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:limit]
