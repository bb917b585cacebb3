"""A caller of the programming interface for tests: a token and a client that speaks JSON."""

import json
from collections.abc import Iterable
from typing import Any

from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import services
from suhui.platform.rest.models import Token

ROOT = "/api/v1"


class Caller:
    """Calls with one token. `caller.get("/cases", state="open")`, `caller.post("/cases", {…})`."""

    def __init__(self, token: Token, secret: str, *, language: str = "en") -> None:
        self.token = token
        self.secret = secret
        self.language = language
        self.client = Client()

    def get(self, path: str, **words: Any) -> Any:
        return self.call("GET", path, words=words)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, headers=headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, headers=headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, headers=headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, headers=headers)

    def send(self, path: str, file: Any, *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """A form with a file, as an upload is sent."""
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language, **(headers or {})}
        return self.client.post(ROOT + path, {"file": file, **fields}, headers=sent)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        words: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """`headers` are named in Python's way: `idempotency_key`, `if_match`."""
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}
        sent |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        more: dict[str, Any] = {"query_params": words} if words else {}
        if body is not None:
            more |= {"data": body if isinstance(body, bytes) else json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, ROOT + path, headers=sent, **more)


def caller(
    user: User, *, scopes: Iterable[Perm] | None = None, branch: Branch | None = None, language: str = "en"
) -> Caller:
    """A caller who acts for `user`, with all they may unless said otherwise."""
    chosen = [permission for permission in Perm if user.may(permission)] if scopes is None else list(scopes)
    made = services.make_token(
        user=user, name="测试", scopes=[one.value for one in chosen], branch=branch, by=Actor.staff(user)
    )
    return Caller(made.token, made.secret, language=language)


def problem(response: Any) -> dict[str, Any]:
    """The problem that was answered; fails when it is none."""
    assert response["Content-Type"] == "application/problem+json", response.content
    found: dict[str, Any] = json.loads(response.content)
    assert found["status"] == response.status_code
    return found
