"""The signature of Standard Webhooks 1.0: v1, HMAC-SHA256 over id, time stamp and body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, *, uid: str, timestamp: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{uid}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(known: Iterable[str], *, uid: str, timestamp: int, body: str) -> dict[str, str]:
    """The three headers, with a signature for every secret that is good at the moment."""
    signatures = " ".join(sign(secret, uid=uid, timestamp=timestamp, body=body) for secret in known)
    return {"webhook-id": uid, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}
