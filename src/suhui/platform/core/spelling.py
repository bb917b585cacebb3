"""Chinese in pinyin. The dictionary takes a second to load, so the first who asks waits for it and no start does."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

_HAN = re.compile(r"[\u4e00-\u9fff]+")


def syllables(text: str | Sequence[str]) -> list[str]:
    """`王小明` → `wang`, `xiao`, `ming`; what is not Chinese stays as it is. A list is spelled sign by sign."""
    if isinstance(text, str):
        return list(_phrase(text))
    return [syllable for sign in text for syllable in _phrase(sign)]


@lru_cache(maxsize=32_768)
def _phrase(text: str) -> tuple[str, ...]:
    """Names and streets come again and again, and spelling one takes longer than anything else done with it."""
    return tuple(chain.from_iterable(map(_word, _cutter().seg(text))))


@lru_cache(maxsize=32_768)
def _word(word: str) -> tuple[str, ...]:
    """One word of the dictionary, or one sign: a new name is made of known ones."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


@lru_cache(maxsize=1)
def _cutter() -> Any:
    from pypinyin.core import Pinyin

    return Pinyin()


def initials(text: str) -> list[str]:
    """`王小明` → `w`, `x`, `m`."""
    if _HAN.fullmatch(text) and len(spelled := _phrase(text)) == len(text):
        return [syllable[0] for syllable in spelled]
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.FIRST_LETTER)


@lru_cache(maxsize=8192)
def readings(sign: str) -> list[str]:
    """Every reading of one sign: `单` → `dan`, `shan`, `chan`."""
    from pypinyin import Style, pinyin

    found = pinyin(sign, style=Style.NORMAL, heteronym=True)
    return list(found[0]) if found else []
