"""Act, then undo: a service offers a way back, a toast shows it, one click takes it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing, Refused
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User

SHORT = timedelta(seconds=10)
LONG = timedelta(hours=24)
Undoer = Callable[[dict[str, Any], Actor], None]
_undoers: dict[str, Undoer] = {}


def undoes(kind: str) -> Callable[[Undoer], Undoer]:
    """Register how to take back offers of `kind` ("cases.merge"). The undoer gets the payload and the actor, runs in
    a transaction, and raises Refused when the world has moved on (compare before you set back)."""

    def register(undoer: Undoer) -> Undoer:
        _undoers[kind] = undoer
        return undoer

    return register


def offer(*, kind: str, payload: dict[str, Any], text: str, user: User, within: timedelta = SHORT) -> UndoOffer:
    """Write down a way back, inside the transaction that did the thing. `payload` holds JSON values."""
    return UndoOffer.objects.create(
        user=user, kind=kind, payload=payload, text=text[:200], made_at=now(), expires_at=now() + within
    )


def still_open(*, user: User, kinds: Iterable[str], at: datetime, about: Iterable[dict[str, Any]]) -> list[UndoOffer]:
    """The ways back this person still has, of these kinds, whose payload holds all of one of `about`; newest first."""
    wanted = Q(pk__in=[])
    for part in about:
        wanted |= Q(payload__contains=part)
    rows = UndoOffer.objects.filter(wanted, user=user, kind__in=list(kinds), undone_at=None, expires_at__gt=at)
    return list(rows.order_by("-made_at")[:20])


@transaction.atomic
def take_back(*, token: UUID, user: User) -> UndoOffer:
    """Undo it. Only by whom it was offered to, once, in time; raises Missing or Refused otherwise."""
    found = UndoOffer.objects.select_for_update().filter(token=token, user=user).first()
    if found is None:
        raise Missing(_("There is nothing to undo."))
    if found.undone_at is not None:
        return found
    if found.expires_at < now():
        raise Refused(_("It is too late to undo this."))
    _undoers[found.kind](found.payload, Actor.staff(user))
    found.undone_at = now()
    found.save(update_fields=["undone_at"])
    return found
