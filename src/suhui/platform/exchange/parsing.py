"""From what stands in a cell to a value: makers of parsers for the fields of a kind."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from django.utils import translation

from suhui.platform.core.clock import BEIJING
from suhui.platform.exchange.errors import Wrong

Parser = Callable[[str, Any], Any]
_LANGUAGES = ("zh-hans", "en")
_YES = frozenset({"是", "有", "真", "对", "y", "yes", "true", "1", "√", "✓", "vip"})
_NO = frozenset({"否", "无", "假", "不是", "n", "no", "false", "0", "×", "-"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A column's or choice's name as it is compared: small letters, half width, no signs, no remarks in brackets."""
    name = unicodedata.normalize("NFKC", name).lower()
    name = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", name)
    return "".join(sign for sign in name if sign.isalnum())


def text(most: int) -> Parser:
    """Any text in one line of at most `most` characters."""

    def parse(raw: str, _context: Any) -> str:
        value = " ".join(raw.split())
        if len(value) > most:
            raise Wrong("long", most=most)
        return value

    return parse


def paragraph(most: int) -> Parser:
    """Any text; its lines stay."""

    def parse(raw: str, _context: Any) -> str:
        if len(raw) > most:
            raise Wrong("long", most=most)
        return raw

    return parse


def one_of(choices: Iterable[tuple[str, Any]], also: Mapping[str, str] | None = None) -> Parser:
    """A choice by its code or its label in either language; `also` maps further words to codes."""
    options = [(value, label) for value, label in choices if value]

    @cache
    def known() -> dict[str, str]:
        words = {normal(value): value for value, _label in options}
        for language in _LANGUAGES:
            with translation.override(language):
                words.update({normal(str(label)): value for value, label in options})
        return words | {normal(word): value for word, value in (also or {}).items()}

    def parse(raw: str, _context: Any) -> str:
        found = known().get(normal(raw))
        if found is None:
            raise Wrong("choice", known=", ".join(str(label) for _value, label in options))
        return found

    return parse


def yes_no(raw: str, _context: Any) -> bool:
    word = normal(raw) or raw.strip()
    if word in _YES or word in _NO:
        return word in _YES
    raise Wrong("flag", value=raw[:40])


def scaled(factor: int, most: int = 10**15) -> Parser:
    """A number that is not negative, times `factor`, as a whole: yuan to fen, kilograms to grams."""

    def parse(raw: str, _context: Any) -> int:
        bare = re.sub(r"[¥￥元,，\s]|kg|千克|公斤", "", unicodedata.normalize("NFKC", raw), flags=re.IGNORECASE)
        try:
            value = Decimal(bare) * factor
        except InvalidOperation as error:
            raise Wrong("number", value=raw[:40]) from error
        if not value.is_finite():
            raise Wrong("number", value=raw[:40])
        if value < 0:
            raise Wrong("negative")
        if value > most:
            raise Wrong("large")
        return int(value.to_integral_value(rounding="ROUND_HALF_UP"))

    return parse


def moment(raw: str, _context: Any) -> str:
    """A day or a time on the house's wall clock, as ISO text: 2026-11-22 18:00, 2026/11/22, 20261122."""
    value = unicodedata.normalize("NFKC", raw).strip()
    found = _DATE.fullmatch(value) or _COMPACT.fullmatch(value)
    if found is None:
        raise Wrong("date", value=raw[:40])
    try:
        parts = [int(part) for part in found.groups() if part]
        return datetime(*parts, tzinfo=BEIJING).isoformat()  # type: ignore[arg-type, misc]
    except ValueError as error:
        raise Wrong("date", value=raw[:40]) from error
