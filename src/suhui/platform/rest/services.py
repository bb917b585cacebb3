"""Tokens made and revoked, limits changed, old answers forgotten."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.fencing import may_fence
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import secrets
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.events import LimitChanged, TokenMade, TokenRevoked
from suhui.platform.rest.models import KeptAnswer, Limit, Token

MOST_PER_MINUTE = 1_000_000


class Made(NamedTuple):
    """A new token and its secret, which is nowhere else and cannot be shown again."""

    token: Token
    secret: str


@transaction.atomic
def make_token(
    *,
    user: User,
    name: str,
    scopes: Collection[str],
    branch: Branch | None = None,
    expires_at: datetime | None = None,
    by: Actor,
) -> Made:
    """A token that acts for `user`. Raises BadInput for a scope they do not hold, or a branch they do not see."""
    chosen = [permission for permission in Perm if permission.value in set(scopes)]
    _demand_usable(user, name, chosen, branch, expires_at)
    secret = secrets.new_secret()
    token = Token.objects.create(
        user=user,
        name=name.strip()[:60],
        prefix=secret[: secrets.SHOWN],
        secret_hash=secrets.hashed(secret),
        scopes=[permission.value for permission in chosen],
        branch=branch,
        made_at=now(),
        expires_at=expires_at,
    )
    stored.store(
        TokenMade(
            token_id=token.pk,
            user_id=user.pk,
            name=token.name,
            scopes=token.scopes,
            branch_id=branch.pk if branch else None,
        ),
        by=by,
    )
    return Made(token, secret)


def _demand_usable(
    user: User, name: str, chosen: list[Perm], branch: Branch | None, expires_at: datetime | None
) -> None:
    if not name.strip():
        said = _("Say what will use this token.")
        raise BadInput(said, {"name": said})
    if not chosen:
        said = _("Choose at least one permission.")
        raise BadInput(said, {"scopes": said})
    if any(not user.may(permission) for permission in chosen):
        said = _("A token cannot do more than you may yourself.")
        raise BadInput(said, {"scopes": said})
    if expires_at is not None and expires_at <= now():
        said = _("This day is over already.")
        raise BadInput(said, {"expires_at": said})
    if branch is not None and not may_fence(user, branch, chosen):
        said = _("Your posts do not reach this branch with these permissions.")
        raise BadInput(said, {"branch": said})


@transaction.atomic
def revoke_token(*, token: Token, by: Actor) -> Token:
    """No call with it is answered from now on. Revoking again is harmless."""
    at = now()
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        stored.store(TokenRevoked(token_id=token.pk, user_id=token.user_id, name=token.name), by=by)
        token.revoked_at = at
    return token


@transaction.atomic
def change_limit(*, pace: str, per_minute: int, by: Actor) -> Limit:
    """Raises BadInput when the number is not one a house could want."""
    if pace not in Pace.values or not 1 <= per_minute <= MOST_PER_MINUTE:
        said = _("Between 1 and %(most)s calls a minute.") % {"most": f"{MOST_PER_MINUTE:,}"}
        raise BadInput(said, {pace: said})
    limit = Limit.objects.select_for_update().get(pk=pace)
    if limit.per_minute != per_minute:
        before, limit.per_minute = limit.per_minute, per_minute
        limit.save(update_fields=["per_minute"])
        stored.store(LimitChanged(pace=pace, before=before, after=per_minute), by=by)
    return limit


def forget_answers(*, before: datetime) -> int:
    """Remove kept answers of idempotency keys; gives how many."""
    gone, _by_model = KeptAnswer.objects.filter(at__lt=before).delete()
    return gone
