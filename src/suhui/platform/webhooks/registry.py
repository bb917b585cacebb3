"""What can be told to other machines: a room offers its stored events here, in `registrations.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from suhui.platform.core.events import DomainEvent, Happened, handles

PREFIX = "webhooks."
PING = "webhook.ping"
"""The kind of a trial message; every endpoint may get one."""


@dataclass(frozen=True)
class Told:
    """What is said of an event: JSON values, personal data masked. `branch_ids` are the branches it concerns: an
    endpoint of a branch hears it when one of them is that branch or below it."""

    data: dict[str, Any]
    branch_ids: frozenset[int]


@dataclass(frozen=True)
class Kind:
    """A kind of message. `name` and the shape of `data` under a `version` never change; fields may be added."""

    name: str
    label: Any
    event: type[DomainEvent]
    tell: Callable[[Happened], Told | None]
    version: int = 1


_kinds: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    """Let endpoints choose `kind`. `kind.tell` gives None where there is nothing to say any more."""
    from suhui.platform.webhooks.services import queueing

    _kinds[kind.name] = kind

    @handles(kind.event, name=PREFIX + kind.name, optional=True)
    def queue(happened: Happened) -> None:
        queueing.queue(kind, happened)


def kinds() -> list[Kind]:
    return [_kinds[name] for name in sorted(_kinds)]


def label(name: str) -> str:
    if name == PING:
        return _("Trial message")
    return str(_kinds[name].label) if name in _kinds else name
