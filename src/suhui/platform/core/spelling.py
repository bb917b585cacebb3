"""Chinese in pinyin. The dictionary takes a second to load, so the first who asks waits for it and no start does."""

from collections.abc import Sequence


def syllables(text: str | Sequence[str]) -> list[str]:
    """`王小明` → `wang`, `xiao`, `ming`; what is not Chinese stays as it is. A list is spelled sign by sign."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text if isinstance(text, str) else list(text))


def initials(text: str) -> list[str]:
    """`王小明` → `w`, `x`, `m`."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.FIRST_LETTER)


def readings(sign: str) -> list[str]:
    """Every reading of one sign: `单` → `dan`, `shan`, `chan`."""
    from pypinyin import Style, pinyin

    found = pinyin(sign, style=Style.NORMAL, heteronym=True)
    return list(found[0]) if found else []
