"""Sending: at least once, with retries over three days; what came of it is written down."""

import time
from datetime import timedelta

import httpx
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.events import hint
from suhui.platform.notifications import services as notices
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.webhooks import guard, signing
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Attempt, Endpoint, Message
from suhui.platform.webhooks.services.endpoints import switch_off

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
ANSWER = 2000
"""Characters of an answer that are kept."""
WAITS = [
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
]
"""After the first failure, the second, … After the last wait one more attempt is made."""
IN_ORDER = 3
"""Failed attempts after which later messages about the same subject no longer wait."""
LONG = timedelta(days=5)
"""An endpoint that has failed for longer is switched off."""
GONE = 410
BY = Actor.system("webhooks")

_NEXT = """
    SELECT m.id FROM webhooks_message m
    WHERE m.endpoint_id = %(endpoint)s AND m.state = 'pending' AND m.next_at <= %(at)s
      AND NOT EXISTS (
        SELECT 1 FROM webhooks_message earlier
        WHERE earlier.endpoint_id = m.endpoint_id AND earlier.subject = m.subject AND earlier.state = 'pending'
          AND earlier.event_id < m.event_id AND earlier.attempts_made < %(held)s)
    ORDER BY m.next_at, m.event_id LIMIT 1
"""


def send_due(*, endpoint_id: int, longest: float = 20.0) -> int:
    """Send what is due to this endpoint, one after another, for some `longest` seconds; how many attempts.

    One process at a time does so for an endpoint (the job's lock). A process that dies after sending and before
    writing that down has the message sent twice, under the same id.
    """
    began, tries = time.monotonic(), 0
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        while time.monotonic() - began < longest:
            endpoint = Endpoint.objects.filter(pk=endpoint_id, active=True).first()
            message = _next(endpoint) if endpoint else None
            if endpoint is None or message is None:
                break
            _record(endpoint, message, _try(client, endpoint, message))
            tries += 1
    return tries


def _next(endpoint: Endpoint) -> Message | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"endpoint": endpoint.pk, "at": now(), "held": IN_ORDER})
        row = cursor.fetchone()
    return Message.objects.filter(pk=row[0]).first() if row else None


def _try(client: httpx.Client, endpoint: Endpoint, message: Message) -> Attempt:
    began = time.monotonic()
    attempt = Attempt(message=message, at=now(), millis=0)
    try:
        target = guard.aim(endpoint.url)
        signed = signing.headers(
            _secrets(endpoint), uid=message.uid, timestamp=int(attempt.at.timestamp()), body=message.body
        )
        headers = {
            "Host": target.header,
            "Content-Type": "application/json",
            "User-Agent": "Suhui-Webhooks/1",
            **signed,
        }
        more = {"sni_hostname": target.host}
        with client.stream(
            "POST", target.url, content=message.body.encode(), headers=headers, extensions=more
        ) as response:
            attempt.status = response.status_code
            attempt.answer = _beginning(response)
    except guard.Unsafe as unsafe:
        attempt.error = str(unsafe)[:300]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        attempt.error = f"{type(error).__name__}: {error}"[:300]
    attempt.millis = int((time.monotonic() - began) * 1000)
    return attempt


def _secrets(endpoint: Endpoint) -> list[str]:
    both = endpoint.old_secret and endpoint.old_until and endpoint.old_until > now()
    return [endpoint.secret, endpoint.old_secret] if both else [endpoint.secret]


def _beginning(response: httpx.Response) -> str:
    """The first part of an answer; the rest of a long one is never read."""
    read = b""
    for chunk in response.iter_raw(ANSWER):
        read += chunk
        if len(read) >= ANSWER:
            break
    return read[:ANSWER].decode(errors="replace").replace("\0", "")


@transaction.atomic
def _record(endpoint: Endpoint, message: Message, attempt: Attempt) -> None:
    attempt.save()
    there = Message.objects.filter(pk=message.pk, state=MessageState.PENDING)
    if attempt.status is not None and 200 <= attempt.status < 300:
        there.update(state=MessageState.DELIVERED, done_at=attempt.at, attempts_made=message.attempts_made + 1)
        Endpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(failing_since=None)
    elif message.attempts_made < len(WAITS):
        wait = WAITS[message.attempts_made]
        there.update(attempts_made=message.attempts_made + 1, next_at=attempt.at + wait)
        _failed(endpoint, attempt)
    else:
        there.update(state=MessageState.FAILED, done_at=attempt.at, attempts_made=message.attempts_made + 1)
        _failed(endpoint, attempt)
    hint([f"webhook:{endpoint.pk}"])


def _failed(endpoint: Endpoint, attempt: Attempt) -> None:
    Endpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=attempt.at)
    since = endpoint.failing_since or attempt.at
    if (attempt.status == GONE or attempt.at - since > LONG) and switch_off(endpoint, BY):
        people = User.objects.filter(is_active=True, posts__role__permissions__contains=[Perm.SYSTEM_MANAGE.value])
        notices.notify(
            to=people.distinct(),
            text=gettext_noop("Webhooks to %(name)s were switched off: nobody has taken them for days."),
            params={"name": endpoint.name},
            url=reverse("webhooks:endpoint", args=[endpoint.pk]),
            key=f"webhook:{endpoint.pk}:off:{attempt.at.isoformat()}",
            level="urgent",
        )
