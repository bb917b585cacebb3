"""Idempotency keys: the same call sent again does nothing again and gets the answer of the first.

The answer is written in the transaction of what the call did: either both are there or neither. A call that was
refused changed nothing and is not kept; it is looked at afresh when it comes again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from suhui.platform.core.clock import now
from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import FieldProblem, ProblemError

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_KEPT_HEADERS = ("ETag", "Location", "Content-Type")
_CLAIM = """
    SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 11)), kept.fingerprint, kept.status, kept.headers, kept.body
    FROM (SELECT 1) AS here LEFT JOIN rest_keptanswer AS kept ON kept.token_id = %s AND kept.key = %s AND kept.at > %s
"""
_KEEP = """
    INSERT INTO rest_keptanswer AS kept (token_id, key, fingerprint, status, headers, body, at)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s)
    ON CONFLICT (token_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
        headers = excluded.headers, body = excluded.body, at = excluded.at WHERE kept.at <= %s
"""


def once(call: Call, operate: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, or give the answer it got before under the same key. Without a key: just do it."""
    key = call.headers.get(HEADER)
    if key is None or call.token is None:
        return operate()
    if not _KEY.fullmatch(key):
        said = _("One to a hundred visible ASCII characters, for example a UUID.")
        raise ProblemError("invalid", said, errors=[FieldProblem(code="key_form", detail=said, header=HEADER)])
    fingerprint = _fingerprint(call)
    with transaction.atomic():
        kept = _claim(call.token.pk, key, fingerprint)
        if kept is not None:
            return kept
        response = operate()
        _keep(call.token.pk, key, fingerprint, response)
        return response


def _fingerprint(call: Call) -> str:
    """Of the method, the address and all that was sent, files included."""
    digest = hashlib.sha256(f"{call.method} {call.get_full_path()}\n".encode())
    if call.content_type != "multipart/form-data":
        digest.update(call.body)
        return digest.hexdigest()
    for name, values in sorted(call.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, uploads in sorted(call.FILES.lists(), key=lambda pair: pair[0]):
        for upload in uploads:
            digest.update(repr((name, upload.name)).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    return digest.hexdigest()


def _claim(token_id: int, key: str, fingerprint: str) -> HttpResponse | None:
    """The kept answer; None when the key is new and now this call's until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [f"rest:{token_id}:{key}", token_id, key, now() - KEPT])
        claimed, known, status, headers, body = cursor.fetchone()
    if known is not None and known != fingerprint:
        raise ProblemError("key_reused", _("Another body was sent under this key. Make a new key for a new call."))
    if known is not None:
        return _replayed(status, headers, bytes(body))
    if not claimed:
        raise ProblemError(
            "key_in_use",
            _("A call with this key is still at work. Ask again in a moment."),
            headers={"Retry-After": "1"},
        )
    return None


def _replayed(status: int, headers: dict[str, str] | str, body: bytes) -> HttpResponse:
    response = HttpResponse(body, status=status)
    for name, value in (json.loads(headers) if isinstance(headers, str) else headers).items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _keep(token_id: int, key: str, fingerprint: str, response: HttpResponse) -> None:
    at = now()
    headers = json.dumps({name: response[name] for name in _KEPT_HEADERS if name in response})
    values: list[Any] = [token_id, key, fingerprint, response.status_code, headers, response.content, at, at - KEPT]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        if cursor.rowcount == 0:
            # Another call with this key was committed between our look and our claim: what we did is taken back.
            raise ProblemError("key_in_use", headers={"Retry-After": "1"})
