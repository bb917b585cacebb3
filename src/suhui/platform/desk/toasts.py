"""Toasts: one sentence about what just happened, with a way back while there is one.

A toast waits on the request. It goes out with a page as data, with a fragment as a header, over a redirect in the
session.
"""

import json
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Text
from suhui.platform.desk.models import UndoOffer
from suhui.platform.desk.undo import SHORT

Level = Literal["info", "urgent"]
HEADER = "X-Suhui-Toasts"
_KEPT = "toasts"


def add(request: HttpRequest, text: Text, undo: UndoOffer | None = None, *, level: Level = "info") -> None:
    """Say `text` to the person when the answer to this request arrives; with `undo`, its way back for ten seconds.
    One that stays open longer is offered on by the page of what was changed (`undo.still_open`).

    Leave it out where the change itself is visible and cannot be taken back.
    """
    toast: dict[str, Any] = {"text": str(text), "level": level}
    if undo is not None:
        toast |= {
            "undo": reverse("desk:undo", args=[undo.token]),
            "until": undo.expires_at.isoformat(),
            "seconds": max(0, int(min(undo.expires_at - now(), SHORT).total_seconds())),
        }
    _waiting(request).append(toast)


def take(request: HttpRequest) -> list[dict[str, Any]]:
    """Everything not shown yet, once: what this request added and what an earlier one kept over its redirect."""
    kept = request.session.pop(_KEPT, []) if _KEPT in request.session else []
    taken = [*kept, *_waiting(request)]
    _waiting(request).clear()
    return taken


def send(request: HttpRequest, response: HttpResponse) -> None:
    """Let what is still waiting travel with `response`: as a header to a script, in the session over a redirect."""
    if not _waiting(request):
        return
    if 300 <= response.status_code < 400:
        request.session[_KEPT] = [*request.session.get(_KEPT, []), *_waiting(request)]
        _waiting(request).clear()
    elif request.headers.get("HX-Request") or request.headers.get("X-Suhui-Page"):
        response[HEADER] = json.dumps(take(request))


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    if not hasattr(request, "_toasts"):
        request._toasts = []  # type: ignore[attr-defined]  # noqa: SLF001
    waiting: list[dict[str, Any]] = request._toasts  # type: ignore[attr-defined]  # noqa: SLF001
    return waiting
