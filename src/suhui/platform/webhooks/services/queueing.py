"""Messages: made of events by the dispatcher, made again by a person."""

import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.events import Happened
from suhui.platform.people.models import Branch
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Endpoint, Message
from suhui.platform.webhooks.registry import Kind, Told


def queue(kind: Kind, happened: Happened) -> None:
    """A message for every endpoint that wants to hear of it. Again is harmless."""
    endpoints = list(Endpoint.objects.select_related("branch").filter(active=True, kinds__contains=[kind.name]))
    told = kind.tell(happened) if endpoints else None
    if told is None:
        return
    paths = list(Branch.objects.filter(pk__in=told.branch_ids).values_list("path", flat=True))
    hearing = [one for one in endpoints if one.branch is None or any(_below(path, one.branch) for path in paths)]
    body = body_of(kind, happened, told)
    Message.objects.bulk_create(
        [message_to(one, kind.name, happened.data.subject, happened.event_id, body) for one in hearing],
        ignore_conflicts=True,
    )


def _below(path: str, branch: Branch) -> bool:
    return path.startswith(branch.path)


def body_of(kind: Kind, happened: Happened, told: Told) -> str:
    return text_of(kind.name, kind.version, happened.event_id, happened.data.subject, happened.at, told.data)


def text_of(name: str, version: int, sequence: int, subject: str, at: datetime, data: dict[str, object]) -> str:
    """What is signed and sent, in the form that Standard Webhooks recommends, with our version and sequence."""
    whole = {"type": name, "timestamp": at, "version": version, "sequence": sequence, "subject": subject, "data": data}
    return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def message_to(endpoint: Endpoint, kind: str, subject: str, event_id: int, body: str) -> Message:
    moment = now()
    return Message(
        endpoint=endpoint, event_id=event_id, kind=kind, subject=subject, body=body, next_at=moment, made_at=moment
    )


@transaction.atomic
def replay(*, message: Message, by: Actor) -> None:
    """Send it once more from the beginning, under the same id; harmless while it is on its way."""
    _again(Message.objects.filter(pk=message.pk).exclude(state=MessageState.PENDING))


@transaction.atomic
def replay_failed(*, endpoint: Endpoint, since: datetime, by: Actor) -> int:
    """Send again what was given up since then; how many."""
    return _again(Message.objects.filter(endpoint=endpoint, state=MessageState.FAILED, made_at__gte=since))


def _again(messages: QuerySet[Message]) -> int:
    return messages.update(state=MessageState.PENDING, attempts_made=0, next_at=now(), done_at=None)


def forget_old(*, delivered_before: datetime, failed_before: datetime) -> int:
    """Messages that are done with go, with their attempts; how many."""
    done = Message.objects.filter(state=MessageState.DELIVERED, done_at__lt=delivered_before)
    lost = Message.objects.filter(state=MessageState.FAILED, done_at__lt=failed_before)
    return sum(rows.delete()[1].get("webhooks.Message", 0) for rows in (done, lost))
