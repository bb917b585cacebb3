"""The door of every operation: whose token, how often, may they, is it JSON. In this order, so that nobody learns
about the house's inside without a token, nor burdens it without an allowance."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.fencing import fence
from suhui.platform.people.models import Post, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import bodies, limits, secrets
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.models import Token
from suhui.platform.rest.problems import ProblemError

READING = frozenset({"GET", "HEAD"})
OFTEN = 60
"""Seconds within which a token's last use is written down once."""


class Door:
    """Ninja's guard of one operation. `takes` reads the body; None where there is none. With `person`, a token bound
    to a branch does not come in: what is asked for is the person's own and knows no branch."""

    def __init__(
        self,
        permissions: tuple[Perm, ...],
        *,
        pace: Pace,
        takes: Callable[[HttpRequest], Any] | None = None,
        answers: tuple[str, ...] = ("application/json",),
        person: bool = False,
    ) -> None:
        self.permissions = permissions
        self.pace = pace
        self.takes = takes
        self.answers = answers
        self.person = person

    def __call__(self, request: Call) -> bool:
        self._let_in(request)
        self._demand_permission(request)
        if not any(request.accepts(kind) for kind in (*self.answers, "application/problem+json")):
            raise ProblemError("not_acceptable", _("Accept %(type)s.") % {"type": ", ".join(self.answers)})
        bodies.look_over_words(request)
        request.sent = self.takes(request) if self.takes is not None else None
        return True

    def _let_in(self, request: Call) -> None:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if kind:
            token = _token(secret.strip()) if kind.lower() == "bearer" else None
            if token is None:
                raise ProblemError("unauthenticated", _("Send the header “Authorization: Bearer …” with your token."))
            _by_token(request, token)
            request.allowance = limits.take(token.pk, self.pace)
            if request.allowance.wait:
                said = _("Ask again in %(seconds)s seconds.") % {"seconds": request.allowance.wait}
                raise ProblemError("rate_limited", said)
            return
        _by_session(request)

    def _demand_permission(self, request: Call) -> None:
        if self.person and request.token is not None and request.token.branch_id is not None:
            raise ProblemError(
                "person_needed", _("This belongs to a person. Use a token that is not bound to a branch.")
            )
        if not self.permissions or any(request.user.may(permission) for permission in self.permissions):
            return
        if request.token is not None and not set(request.token.scopes) & {one.value for one in self.permissions}:
            names = ", ".join(permission.value for permission in self.permissions)
            raise ProblemError(
                "scope_missing", _("Make a token with one of these scopes: %(names)s.") % {"names": names}
            )
        raise ProblemError("not_allowed", _("Your post does not include this. Ask your administrator if you need it."))


def _token(secret: str) -> Token | None:
    rows = Token.objects.select_related("user__branch", "user__department", "branch")
    return rows.filter(secret_hash=secrets.hashed(secret)).first()


def _by_token(request: Call, token: Token) -> None:
    at = now()
    if token.revoked_at is not None:
        raise ProblemError("token_revoked", _("Make a new one on the page of tokens."))
    if token.is_expired(at):
        raise ProblemError("token_expired", _("Make a new one on the page of tokens."))
    if not token.user.is_active:
        raise ProblemError("unauthenticated", _("Whom the token acts for does not work here any more."))
    if token.last_used_at is None or (at - token.last_used_at).total_seconds() > OFTEN:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
    posts = list(Post.objects.filter(user_id=token.user_id).select_related("role", "branch"))
    request.token = token
    request.user = fence(token.user, permissions=token.scopes, branch=token.branch, posts=posts)
    request.actor = Actor("staff", f"{token.user.name} · {token.name}"[:120], token.user_id)


def _by_session(request: Call) -> None:
    """A page of the house asks for data: reading only, from the same origin only; nothing here is CSRF's to guard."""
    user = request.user
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    if (not isinstance(user, User) and not user.is_authenticated) or not from_here:
        raise ProblemError("unauthenticated", _("Send the header “Authorization: Bearer …” with your token."))
    if request.method not in READING:
        raise ProblemError("session_read_only", _("Make a token on the page of tokens and send it with the call."))
    if user.must_change_password:
        raise ProblemError("not_allowed", _("Choose a password of your own first."))
    request.actor = Actor.staff(user)
