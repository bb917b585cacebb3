"""What is shown instead of a person's data: the masking rule for electronic waybills, as pure functions.

The rule (electronic waybill standard, in force since 2023-02-01): at least one character of the name, at least six
digits of the phone number, and the unit and room of the address are hidden. (138****1234 hides four and fails.)
"""

import re
from collections.abc import Callable

STAR = "*"
LEAST_HIDDEN_DIGITS = 6

_NUMERAL = r"[0-9０-９一二三四五六七八九十百零〇两]"
_STREET_NUMBER = re.compile(
    rf"(?:路|街|道|巷|弄|里|胡同|条){_NUMERAL}{{1,6}}(?:[-－]{_NUMERAL}{{1,4}})?(?:号|弄)(?!楼|院{_NUMERAL})"
)
_UNIT_WORD = re.compile(
    rf"[0-9０-９A-Za-zＡ-Ｚａ-ｚ]|{_NUMERAL}{{1,6}}(?:号(?![路街线])|楼|层|室|栋|幢|座|单元|房|户|组|队|期|排|弄|门(?![路街巷内外口]))"
    rf"|{_NUMERAL}{{3,}}|[甲乙丙丁东西南北](?:单元|座|栋|幢|户|楼)"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9A-Za-z])0\d{2,3}-\d{7,8}(?![0-9A-Za-z])")
_MASKED_PHONE = re.compile(r"(?<!\d)\d{3}\*{6,}\d{2}$")
_MADE_NAME = re.compile(r"[^\d*#]+ [A-Z]{2} #[0-9a-f]{6}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def mask_name(name: str) -> str:
    """A person's name with everything but its beginning hidden: `王小明` → `王**`, `张三` → `张*`, `John` → `J***`.

    A name of one character is hidden whole. The stars do not tell how long a long name is. What a caller without a name
    is called by (`来电 138******34`) is masked already and stays, and so does what somebody is called of whom a shop
    tells only the place and an id (`Rio de Janeiro RJ #57b2a9`).
    """
    name = name.strip()
    if _MASKED_PHONE.search(name) or _MADE_NAME.fullmatch(name):
        return name
    if len(name) <= 1:
        return STAR * len(name)
    return name[0] + STAR * min(len(name) - 1, 3)


def mask_phone(number: str) -> str:
    """A phone number with at least six digits hidden: `+8613812341234` → `138******34`.

    Takes E.164 or anything with digits in it. Chinese numbers lose +86 and landlines get their 0 back. Up to three
    leading and two last digits stay, fewer when the number is short.
    """
    digits = re.sub(r"\D", "", number)
    plus = "+" if number.strip().startswith("+") else ""
    if plus and digits.startswith("86") and len(digits) >= 11:
        digits = digits[2:] if re.fullmatch(r"861\d{10}|86[48]00\d{7}", digits) else "0" + digits[2:]
        plus = ""
    visible = max(0, len(digits) - LEAST_HIDDEN_DIGITS)
    tail = min(2, visible // 2)
    head = min(3, visible - tail)
    hidden = len(digits) - head - tail
    return plus + digits[:head] + STAR * hidden + (digits[len(digits) - tail :] if tail else "")


def mask_address(detail: str) -> str:
    """An address below the district with building, unit and room hidden: `文三路478号3幢502室` → `文三路478号***`.

    What stays ends after the first street number; without one, before the first figure or word that may be a building,
    unit or room. A place without any of them (`火车站候车厅`) has nothing the rule hides.
    """
    detail = detail.strip()
    street = _STREET_NUMBER.search(detail)
    unit = _UNIT_WORD.search(detail)
    end = len(detail) if unit is None else unit.start()
    if street is not None and street.start() <= end <= street.end():
        end = street.end()
    return detail if end >= len(detail) else detail[:end].rstrip() + STAR * 3


def mask_email(address: str) -> str:
    """`wangfang@example.com` → `w***@example.com`."""
    name, at, host = address.strip().rpartition("@")
    if not at:
        return STAR * 3 if address.strip() else ""
    return (name[:1] if len(name) > 1 else "") + STAR * 3 + at + host


def mask_handle(handle: str) -> str:
    """A WeChat or other account name: the first character stays."""
    handle = handle.strip()
    return handle[:1] + STAR * 3 if len(handle) > 1 else STAR * len(handle)


def mask_text(text: str) -> str:
    """Free text with the phone numbers and e-mail addresses in it masked; everything else is untouched."""
    for pattern, mask in _IN_TEXT:
        text = pattern.sub(lambda found, mask=mask: mask(found[0]), text)  # type: ignore[misc]
    return text


def restore_text(edited: str, original: str) -> str:
    """The edited form of a text that was shown masked, with the masks that are still in it turned back.

    `original` is the text before it was masked; each of its numbers and addresses takes back its own mask, in order.
    """
    for pattern, mask in _IN_TEXT:
        for found in pattern.finditer(original):
            edited = edited.replace(mask(found[0]), found[0], 1)
    return edited


def _mask_mobile(number: str) -> str:
    return mask_phone(number.replace(" ", "").replace("-", ""))


_IN_TEXT: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_MOBILE, _mask_mobile),
    (_LANDLINE, mask_phone),
    (_EMAIL, mask_email),
)
