"""Telling a customer something without a call: channels that can send by themselves register here.

Whoever has something to say calls `send`. It gives the channel that took the message, or nothing when no channel can
reach this customer: then a colleague has to call, and the caller makes a task of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from suhui.platform.core.actors import Actor
from suhui.records.customers.models import Customer


@dataclass(frozen=True, kw_only=True)
class Message:
    """`about` is the subject key ("case:17"), `path` the customer's page on this host or nothing, `source` what makes a
    repeat harmless ("exception:9")."""

    text: str
    about: str
    path: str
    source: str
    customer: Customer | None
    phone: str


@dataclass(frozen=True)
class Sender:
    """`can_reach` says whether this customer has the channel; `send` hands the message over, in the caller's
    transaction."""

    channel: str
    can_reach: Callable[[Message], bool]
    send: Callable[[Message, Actor], None]


_senders: dict[str, Sender] = {}


def register_sender(sender: Sender) -> None:
    _senders[sender.channel] = sender


def send(message: Message, by: Actor) -> str:
    """Send by the first channel that reaches the customer and say which; empty when none does."""
    for sender in _senders.values():
        if sender.can_reach(message):
            sender.send(message, by)
            return sender.channel
    return ""
