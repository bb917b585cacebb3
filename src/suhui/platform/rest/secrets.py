"""What a token's secret looks like and how it is recognised: 256 random bits, so a plain hash is enough."""

import hashlib
import secrets

MARK = "suhui_"
"""How every secret begins, so that scanners of leaked keys and people know what it is."""
SHOWN = len(MARK) + 6


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
