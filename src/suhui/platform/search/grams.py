"""Text into tokens: two-character grams and single characters, pinyin and initials, numbers and phone digits.

Tokens of one vector live in namespaces by their first sign: a gram stands bare, `~` pinyin pairs, `=` a name spelled
out in pinyin from some character on, `-` its initials, `^` the first two and the first three letters of either.
PostgreSQL keeps no positions; order is rechecked on the hits.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from operator import add

from suhui.platform.core import spelling

TEXT_LIMIT = 20_000
PINYIN_LIMIT = 2_000
NAME_LIMIT = 40
FEW_PAIRS = 5
BEGINNINGS = (2, 3)
"""So many first letters of a name are a token of their own: as a prefix they would be looked up in a thousand."""
_SPELLED = 48
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_HANS = re.compile(rf"{_HAN.pattern}+")


def normal(text: str) -> str:
    """Full width to half, capitals to small letters, compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def bare(text: str) -> str:
    """Only what counts: letters, figures and Chinese characters, in order."""
    known = normal(text)
    return known if known.isalnum() else "".join([sign for sign in known if sign.isalnum()])


def terms(query: str) -> list[str]:
    """The words of a query, apart by white space, each bare; at most eight, each at most 64 characters."""
    found = [bare(part)[:64] for part in normal(query)[:400].split()]
    return [term for term in dict.fromkeys(found) if term][:8]


def grams(text: str) -> set[str]:
    """All single characters and neighbouring pairs of a bare text."""
    return {*text, *map(add, text, text[1:])}


def query_grams(term: str) -> list[str]:
    """What a row must hold to hold the bare `term`: its pairs, or the one character."""
    return list(dict.fromkeys(a + b for a, b in pairwise(term))) or [term]


def enough_grams(term: str) -> list[str]:
    """Of a long term every second pair and the last: every character is in one of them, and half as many tokens are
    looked up. Whether the hits hold the term itself is looked at on the rows."""
    pairs = [a + b for a, b in pairwise(term)]
    return query_grams(term) if len(pairs) <= FEW_PAIRS else list(dict.fromkeys([*pairs[::2], pairs[-1]]))


def pinyin_pairs(text: str) -> list[str]:
    """Neighbouring syllables of the Chinese characters of a text, for homophones."""
    found: list[str] = []
    for run in _runs(text):
        found.extend(_pairs_of(run))
    return list(dict.fromkeys(found))


@lru_cache(maxsize=8192)
def _pairs_of(run: str) -> tuple[str, ...]:
    """Streets, towns and the sentences of macros come again and again; spelling one takes longer than all else."""
    return tuple(f"~{first}.{second}" for first, second in pairwise(spelling.syllables(run)))


def _runs(text: str) -> Iterator[str]:
    yield from _HANS.findall(text)


@lru_cache(maxsize=4096)
def name_tokens(name: str) -> frozenset[str]:
    """A name spelled in pinyin and in initials, from each of its characters on; several readings of the first.

    Figures are left out: nobody spells them, and the number in a case's title would be a dozen tokens of its own.
    """
    name = "".join(sign for sign in bare(name) if not sign.isdecimal())[:NAME_LIMIT]
    if not _HAN.search(name):
        return frozenset()
    syllables = [syllable.replace("ü", "v") for syllable in spelling.syllables(list(name))]
    found: set[str] = set()
    for readings in _readings(name, syllables):
        for start in range(len(readings)):
            found.add("=" + "".join(readings[start:])[:_SPELLED])
            found.add("-" + "".join(syllable[0] for syllable in readings[start:]))
    return frozenset(found | {f"^{token[1 : 1 + n]}" for token in found for n in BEGINNINGS if len(token) > n})


def letters_query(letters: str) -> str:
    """A tsquery for the names whose pinyin or initials begin, from some character on, with these small letters."""
    if len(letters) in BEGINNINGS:
        return f"'^{letters}'"
    return f"'={letters}':* | '-{letters}':*"


def _readings(name: str, syllables: list[str]) -> Iterator[list[str]]:
    yield syllables
    as_a_phrase = spelling.syllables(name)
    yield as_a_phrase if len(as_a_phrase) == len(syllables) else syllables
    for reading in spelling.readings(name[0])[:4]:
        yield [reading, *syllables[1:]]


def tokens(*, texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Every token of a row."""
    found: set[str] = set()
    for text in dict.fromkeys(texts):
        bared = bare(text[:TEXT_LIMIT])
        found |= grams(bared)
        if not bared.isascii():
            found.update(pinyin_pairs(bared[:PINYIN_LIMIT]))
    for name in dict.fromkeys(names):
        found |= name_tokens(name)
    return sorted([token for token in found if len(token) < 250 or len(token.encode()) < 1000])


def number_key(number: str) -> str:
    """A number as it is compared: capitals and figures without anything between."""
    if number.isascii() and number.isalnum():
        return number.upper()[:64]
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())[:64]


def phone_key(phone: str) -> str:
    """The digits people know: a Chinese number without +86, a landline with its 0."""
    if len(phone) == 14 and phone.startswith("+861") and phone[1:].isdecimal():
        return phone[3:]
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+86"):
        digits = digits[2:]
        if not re.fullmatch(r"1\d{10}|[48]00\d{7}", digits):
            digits = f"0{digits}"
    return digits[:32]
