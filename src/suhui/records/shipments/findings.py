"""Finds waybill numbers and phones in what people write: full-width digits, groups of four, Chinese all around.

Every run of letters and digits is cut in the way that reads best as a whole, so that `7731 2345 6789 012 13812345678`
is one waybill and one phone, and a phone is never taken for a waybill when it reads better as a phone.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from suhui.records.shipments.candidates import Candidate, known_patterns, recognise
from suhui.records.shipments.patterns import Pattern

_RUN = re.compile(r"[A-Za-z0-9]+(?:[ \t\-–—][A-Za-z0-9]+)*")
_ATOM = re.compile(r"[A-Za-z0-9]+")
_LETTERS_FIRST = re.compile(r"([A-Za-z]+)(\d{10,})")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
_MOBILE_GROUPS = {(11,), (13,), (2, 11), (3, 4, 4), (2, 3, 4, 4), (5, 4, 4)}
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_HOTLINE = re.compile(r"[48]00\d{7}")
_IDENTITY = re.compile(r"\d{6}(19|20)(\d{2})(\d{2})(\d{2})\d{3}[0-9X]")
_SAYS_WAYBILL = re.compile(
    r"(单号|运单|快递|包裹|物流|件号|面单|DHL|FEDEX|TRACKING|WAYBILL)[^0-9]{0,8}$", re.IGNORECASE
)
_SAYS_PHONE = re.compile(r"(电话|手机|号码|联系|回电|致电|来电|拨打|微信|TEL|PHONE|MOBILE)[^0-9]{0,6}$", re.IGNORECASE)
_MOST_ATOMS = 6
_MOST_CHARS = 30
_THRESHOLD = 38
_CONTEXT = 15
_ODD_GROUPS = 25
_LEFT_OUT = 3
"""What it costs to leave a stretch unread: of two ways to read, the one that explains more."""


@dataclass(frozen=True)
class Reading:
    """One stretch of the text, read as something. `text[start:end]` is what was written."""

    kind: Literal["waybill", "phone", "other"]
    number: str
    start: int
    end: int
    score: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class FoundNumber:
    """A waybill number in a text, with the carriers it may belong to, best first."""

    number: str
    start: int
    end: int
    candidates: tuple[Candidate, ...]


def find_in_text(text: str, patterns: Sequence[Pattern] | None = None) -> list[FoundNumber]:
    """The waybill numbers in a free text, in the order they stand there."""
    return [
        FoundNumber(reading.number, reading.start, reading.end, reading.candidates)
        for reading in read(text, patterns)
        if reading.kind == "waybill"
    ]


def phones_in_text(text: str) -> list[Reading]:
    """The phone numbers in a free text; `number` holds digits only, without the country code."""
    return [reading for reading in read(text) if reading.kind == "phone"]


def read(text: str, patterns: Sequence[Pattern] | None = None) -> list[Reading]:
    """The best way to read the numbers of `text`: waybills, phones and identity numbers that do not overlap."""
    plain = half_width(text)
    rows = list(known_patterns()) if patterns is None else patterns
    found: list[Reading] = []
    for run in _RUN.finditer(plain):
        found += _best_cut(plain, run, rows)
    return [reading for reading in found if reading.kind != "other"]


def half_width(text: str) -> str:
    """The same text, character for character, with full-width letters, digits, spaces and signs made plain."""
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char in "\u00a0\u2002\u2003\u3000":
        return " "
    if char in "‐‑－":
        return "-"
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def _best_cut(plain: str, run: re.Match[str], rows: Sequence[Pattern]) -> list[Reading]:
    """Dynamic programming over the atoms of one run: the cut with the highest sum of scores."""
    atoms = [(run.start() + a.start(), run.start() + a.end()) for a in _ATOM.finditer(run.group())]
    best: list[tuple[int, list[Reading]]] = [(0, [])]
    for last in range(len(atoms)):
        choices = [(best[last][0] - _LEFT_OUT, best[last][1])]
        for first in range(max(0, last - _MOST_ATOMS + 1), last + 1):
            if atoms[last][1] - atoms[first][0] > _MOST_CHARS + _MOST_ATOMS:
                continue
            reading = _read_one(plain, atoms[first : last + 1], rows)
            if reading is not None:
                score, before = best[first]
                choices.append((score + reading.score, [*before, reading]))
        best.append(max(choices, key=lambda choice: choice[0]))
    return best[-1][1]


def _read_one(plain: str, atoms: list[tuple[int, int]], rows: Sequence[Pattern]) -> Reading | None:
    parts = [plain[start:end].upper() for start, end in atoms]
    number = "".join(parts)
    start, end = atoms[0][0], atoms[-1][1]
    if len(number) < 8 or not any(char.isdigit() for char in number):
        return None
    readings = [_as_waybill(plain, number, parts, start, end, rows), _as_other(plain, number, parts, start, end)]
    inside = _LETTERS_FIRST.fullmatch(number) if len(parts) == 1 else None
    if inside is not None:
        offset = start + len(inside.group(1))
        readings.append(_as_waybill(plain, inside.group(2), [inside.group(2)], offset, end, rows))
        readings.append(_as_other(plain, inside.group(2), [inside.group(2)], offset, end))
    sure = [reading for reading in readings if reading is not None]
    return max(sure, key=lambda reading: reading.score, default=None)


def _as_waybill(
    plain: str, number: str, parts: list[str], start: int, end: int, rows: Sequence[Pattern]
) -> Reading | None:
    candidates = tuple(recognise(number, rows))
    if not candidates:
        return None
    score = candidates[0].score - 2 * (len(parts) - 1)
    if not _tidy_groups(parts):
        score -= _ODD_GROUPS
    if _SAYS_WAYBILL.search(plain[max(0, start - 16) : start]):
        score += _CONTEXT
    if score < _THRESHOLD:
        return None
    return Reading("waybill", number, start, end, score, candidates)


def _tidy_groups(parts: list[str]) -> bool:
    """Whether a person or a machine would write one number in these groups: fours, or letters and then the rest."""
    if len(parts) > 1 and parts[0].isalpha() and 2 <= len(parts[0]) <= 4:
        parts = parts[1:]
    return all(len(part) in (3, 4, 5) for part in parts[:-1]) and (len(parts) == 1 or len(parts[-1]) <= 5)


def _as_other(plain: str, number: str, parts: list[str], start: int, end: int) -> Reading | None:
    bonus = _CONTEXT if _SAYS_PHONE.search(plain[max(0, start - 16) : start]) else 0
    mobile = _MOBILE.fullmatch(number)
    if mobile is not None:
        grouped = tuple(len(part) for part in parts) in _MOBILE_GROUPS
        return Reading("phone", mobile.group(1), start, end, (90 if grouped else 65) + bonus)
    if _HOTLINE.fullmatch(number):
        return Reading("phone", number, start, end, 60 + bonus)
    if _LANDLINE.fullmatch(number):
        hyphen = "-" in plain[start:end]
        return Reading("phone", number, start, end, (85 if hyphen else 58) + bonus)
    if _is_identity(number):
        return Reading("other", number, start, end, 97)
    return None


def _is_identity(number: str) -> bool:
    """An identity card number (GB 11643): a date of birth inside and a check character modulo 11."""
    found = _IDENTITY.fullmatch(number)
    if found is None:
        return False
    century, year, month, day = found.groups()
    try:
        date(int(century + year), int(month), int(day))
    except ValueError:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17]
