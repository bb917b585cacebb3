"""Which carrier a number may belong to: ranked candidates with reasons. It never decides (SHP-2)."""

import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import DatabaseError
from django.utils.translation import gettext as _

from suhui.records.shipments.check_digits import CHECKS
from suhui.records.shipments.models import NumberPattern
from suhui.records.shipments.patterns import CARRIERS, PATTERNS, Pattern

_CHECK_PASSED = 10
_CHECK_FAILED_AT_MOST = 12
_SEPARATORS = re.compile(r"[\s\-‐‑–—_.·]+")
_CACHE_SECONDS = 30.0
_NAMES = {carrier.code: carrier.name for carrier in CARRIERS}


@dataclass(frozen=True)
class Candidate:
    """A carrier that may own the number. `score` is 0–100; `reasons` are sentences in the reader's language."""

    carrier: str
    name: str
    number: str
    score: int
    reasons: tuple[str, ...]


def normalise(text: str) -> str:
    """The number as carriers write it: half-width, upper case, without spaces, dots and hyphens."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def recognise(text: str, patterns: Sequence[Pattern] | None = None) -> list[Candidate]:
    """Candidates for one number, best first; empty when it looks like nobody's. `patterns` is for tests."""
    number = normalise(text)
    if not number or len(number) > 40:
        return []
    best: dict[str, Candidate] = {}
    for row in known_patterns() if patterns is None else patterns:
        found = _try(row, number)
        if found is not None and (row.carrier not in best or found.score > best[row.carrier].score):
            best[row.carrier] = found
    return sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.carrier))


def _try(row: Pattern, number: str) -> Candidate | None:
    if _compiled(row.regex).fullmatch(number) is None:
        return None
    score, reasons = row.score, [str(row.reason)]
    if row.check:
        if CHECKS[row.check](number):
            score += _CHECK_PASSED
            reasons.append(_("check digit right"))
        else:
            score = min(score, _CHECK_FAILED_AT_MOST)
            reasons.append(_("check digit wrong: perhaps misread"))
    return Candidate(row.carrier, carrier_name(row.carrier), number, min(score, 100), tuple(reasons))


@lru_cache(maxsize=512)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex, re.ASCII)


class _Cache:
    """The administrator's rows, read again every half minute: recognition runs on every text somebody types."""

    def __init__(self) -> None:
        self.read_at = -_CACHE_SECONDS
        self.rows: list[Pattern] = []
        self.names: dict[str, str] = {}

    def refresh(self) -> None:
        if time.monotonic() - self.read_at < _CACHE_SECONDS:
            return
        try:
            found = list(NumberPattern.objects.filter(carrier__active=True).select_related("carrier"))
        except DatabaseError:
            return
        self.rows = [Pattern(row.carrier.code, row.pattern, row.score, row.note or row.pattern) for row in found]
        self.names = {row.carrier.code: row.carrier.name for row in found}
        self.read_at = time.monotonic()


_cache = _Cache()


def known_patterns() -> Iterable[Pattern]:
    """The shipped rows and the administrator's. Without a database: the shipped rows."""
    _cache.refresh()
    return [*_cache.rows, *PATTERNS]


def forget_patterns() -> None:
    """Read the administrator's rows anew at the next question (in this process; others follow in half a minute)."""
    _cache.read_at = -_CACHE_SECONDS


def carrier_name(code: str) -> str:
    return _cache.names.get(code) or _NAMES.get(code, code)
