"""How a person can be reached now (ORG-4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.people import events
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.models import BusyReason, Presence, User

SILENCE = timedelta(minutes=5)
"""A browser says every minute that it is open; longer than a restart or a tunnel, shorter than a call's patience."""


@transaction.atomic
def set_presence(*, user: User, state: str, reason: str = "", at: datetime, by: Actor) -> Presence:
    """Say how the person can be reached from `at` on. Busy needs a reason. Saying the same twice changes nothing.

    Raises BadInput for an unknown state or a missing reason.
    """
    if state not in PresenceState.values:
        raise BadInput(_("There is no such presence."), {"state": _("There is no such presence.")})
    reason = reason.strip()[:80] if state == PresenceState.BUSY else ""
    if state == PresenceState.BUSY and not reason:
        raise BadInput(_("Say why you are busy."), {"reason": _("Say why you are busy.")})
    presence, _made = Presence.objects.select_for_update().get_or_create(user=user)
    if (presence.state, presence.reason) == (state, reason):
        return presence
    before = presence.state
    presence.state, presence.reason, presence.since = state, reason, at
    presence.left_state = presence.left_reason = ""
    presence.save(update_fields=["state", "reason", "since", "left_state", "left_reason"])
    topics = [f"presence:{branch_id}" for branch_id in user.branch.ancestor_ids]
    event = events.PresenceChanged(user_id=user.pk, state=state, before=before, reason=reason)
    stored.store(event, by=by, topics=topics)
    return presence


@transaction.atomic
def seen(*, users: Iterable[int], at: datetime) -> None:
    """These people's browsers were heard of at `at`. Not an event: it comes every minute. Whoever had been taken for
    gone is again what they were."""
    rows = Presence.objects.filter(user__in=list(users))
    for presence in rows.exclude(left_state="").select_related("user__branch"):
        state, reason = presence.left_state, presence.left_reason
        set_presence(user=presence.user, state=state, reason=reason, at=at, by=Actor.system("presence"))
    rows.update(last_seen_at=at)


def let_go_the_unseen(*, at: datetime) -> int:
    """Take for gone whose browser has been silent for SILENCE; how many. Who has never been heard of (a browser that
    may not open the live line) is left as they said."""
    edge = at - SILENCE
    silent = Presence.objects.exclude(state=PresenceState.OFFLINE).filter(last_seen_at__lt=edge, since__lt=edge)
    return sum(_let_go(presence, edge, at) for presence in silent.select_related("user__branch"))


@transaction.atomic
def _let_go(presence: Presence, edge: datetime, at: datetime) -> bool:
    """Once: another process may have done it, or the browser may have come back, since the list was read."""
    row = Presence.objects.filter(pk=presence.pk)
    if not row.select_for_update().filter(state=presence.state, last_seen_at__lt=edge).exists():
        return False
    set_presence(user=presence.user, state=PresenceState.OFFLINE, at=at, by=Actor.system("presence"))
    row.update(left_state=presence.state, left_reason=presence.reason)
    return True


@transaction.atomic
def add_busy_reason(*, name: str, by: Actor, english_name: str = "") -> BusyReason:
    """Offer one more reason in the presence menu. Raises BadInput for an empty or known one."""
    name = name.strip()[:40]
    if not name or BusyReason.objects.filter(name=name).exists():
        raise BadInput(_("Give a reason that is not there yet."), {"name": _("Give a reason that is not there yet.")})
    last = BusyReason.objects.order_by("-order").values_list("order", flat=True).first() or 0
    return BusyReason.objects.create(name=name, english_name=english_name.strip()[:40], order=last + 1)


@transaction.atomic
def remove_busy_reason(*, reason: BusyReason, by: Actor) -> None:
    """Offer it no more. Whoever is busy for it stays so."""
    BusyReason.objects.filter(pk=reason.pk).delete()
