"""What an administrator sets up: where to, which kinds, whose data; secrets and trial messages."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch
from suhui.platform.webhooks import events, guard, registry, signing
from suhui.platform.webhooks.models import Endpoint, Message
from suhui.platform.webhooks.services.queueing import message_to, text_of

BOTH_SIGN = timedelta(hours=24)
"""How long the old secret signs beside the new one."""


@transaction.atomic
def save_endpoint(
    *, endpoint: Endpoint | None, name: str, url: str, kinds: Collection[str], branch: Branch | None, by: Actor
) -> Endpoint:
    """Make an endpoint or change one. A new one's secret is in its `secret`, to be shown once. Raises BadInput."""
    guard.check(url.strip())
    known = {kind.name for kind in registry.kinds()}
    if not kinds or not set(kinds) <= known:
        sentence = _("Choose what it is told.")
        raise BadInput(sentence, {"kinds": sentence})
    if not name.strip():
        sentence = _("Say whom it tells.")
        raise BadInput(sentence, {"name": sentence})
    row = endpoint or Endpoint(secret=signing.new_secret())
    row.name, row.url, row.kinds, row.branch = name.strip()[:60], url.strip(), sorted(kinds), branch
    row.save()
    _changed(row, "made" if endpoint is None else "changed", by)
    return row


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: Actor) -> Endpoint:
    """Give it a new secret; the old one signs beside it for a day. The new one is in `secret`, to be shown once."""
    endpoint.old_secret, endpoint.old_until = endpoint.secret, now() + BOTH_SIGN
    endpoint.secret = signing.new_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_until", "updated_at"])
    _changed(endpoint, "secret", by)
    return endpoint


@transaction.atomic
def pause(*, endpoint: Endpoint, by: Actor) -> None:
    """Tell it nothing for now: what is on its way waits, what happens meanwhile it never hears of."""
    if Endpoint.objects.filter(pk=endpoint.pk, active=True).update(active=False):
        _changed(endpoint, "paused", by)


@transaction.atomic
def resume(*, endpoint: Endpoint, by: Actor) -> None:
    """Tell it again; what waits is sent at once."""
    there = Endpoint.objects.filter(pk=endpoint.pk, active=False)
    if there.update(active=True, failing_since=None, switched_off_at=None):
        endpoint.messages.filter(state="pending").update(next_at=now())
        _changed(endpoint, "resumed", by)


@transaction.atomic
def ping(*, endpoint: Endpoint, by: Actor) -> Message:
    """Send a trial message by the ordinary way."""
    event = stored.store(events.EndpointPinged(endpoint_id=endpoint.pk), by=by)
    body = text_of(registry.PING, 1, event.pk, event.subject, event.at, {"endpoint": endpoint.name})
    message = message_to(endpoint, registry.PING, event.subject, event.pk, body)
    message.save()
    return message


def switch_off(endpoint: Endpoint, by: Actor) -> bool:
    """For the sender: it has failed for too long, or is gone. True for the one who did it."""
    done = Endpoint.objects.filter(pk=endpoint.pk, active=True).update(active=False, switched_off_at=now())
    if done:
        _changed(endpoint, "switched off", by)
    return bool(done)


def _changed(endpoint: Endpoint, what: str, by: Actor) -> None:
    wanted = {kind for kinds in Endpoint.objects.filter(active=True).values_list("kinds", flat=True) for kind in kinds}
    stored.want(registry.PREFIX, {registry.PREFIX + kind for kind in wanted})
    stored.store(events.EndpointChanged(endpoint_id=endpoint.pk, what=what), by=by)
