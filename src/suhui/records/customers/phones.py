"""Telephone numbers: from what people type to E.164, and back to what people read."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from suhui.platform.core.errors import BadInput
from suhui.records.customers.choices import PhoneKind

HOME = "CN"
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|,)\s*(\d{1,8})\s*$", re.IGNORECASE)
_MOBILE = re.compile(r"(?:\+86[ -]?)?(1(?:[3-689][0-9]|7[0-8]))[ -]?([0-9]{4})[ -]?([0-9]{4})")
"""How nearly every number in China is written: read here in a twentieth of the time, with the same answer."""
_WIDE = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")


@dataclass(frozen=True)
class Number:
    """`e164` is "+8613812341234"; `region` and `carrier` are the attribution in Chinese, empty when unknown."""

    e164: str
    extension: str
    kind: PhoneKind

    @property
    def region(self) -> str:
        return attribution(self.e164)[0]

    @property
    def carrier(self) -> str:
        return attribution(self.e164)[1]

    @property
    def backwards(self) -> str:
        return backwards(self.e164)


def read(text: str) -> Number:
    """Read a number as typed: `138 1234 1234`, `0571-88881234转802`, `+1 650 253 0000`. Raises BadInput."""
    text = text.translate(_WIDE).strip()
    if found := _MOBILE.fullmatch(text):
        digits = "".join(found.groups())
        return Number(e164=f"+86{digits}", extension="", kind=_kind_of_mobile(digits[:5]))
    return _read_any(text)


def _read_any(text: str) -> Number:
    sentence = _("This is not a telephone number.")
    extension = ""
    if found := _EXTENSION.search(text):
        extension, text = found[1], text[: found.start()]
    try:
        number = phonenumbers.parse(text, HOME)
    except NumberParseException as error:
        raise BadInput(sentence, {"phone": sentence}) from error
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 5:
        raise BadInput(sentence, {"phone": sentence})
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Number(e164=e164, extension=extension, kind=_kind(number))


def attribution(e164: str) -> tuple[str, str]:
    """(region, carrier) of a number in E.164, in Chinese, each empty when unknown."""
    # The last four digits of a Chinese mobile never decide: ten thousand neighbours are looked up once.
    if len(e164) == 14 and e164.startswith("+861") and e164[4] in "3456789":
        return _attribution_of_mobile(e164[1:-4])
    return _attribution(e164)


@lru_cache(maxsize=16_384)
def _attribution(e164: str) -> tuple[str, str]:
    # The tables of the whole world take more than a second to load; most processes and callers never ask.
    from phonenumbers import carrier, geocoder

    number = phonenumbers.parse(e164)
    region = geocoder.description_for_number(number, "zh")
    return "" if region == "中国" else region, carrier.name_for_number(number, "zh")


@lru_cache(maxsize=16_384)
def _attribution_of_mobile(begins: str) -> tuple[str, str]:
    """The same for all Chinese mobile numbers that begin so (86 and seven digits), from the same tables."""
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA

    if _kind_of_mobile(begins[2:7]) != PhoneKind.MOBILE:
        return "", ""
    return _nearest(GEOCODE_DATA, begins), _nearest(CARRIER_DATA, begins)


def _nearest(table: Any, begins: str) -> str:
    """What the table says in Chinese of the longest beginning it knows; these tables know none longer than these."""
    names = (table[begins[:length]].get("zh") for length in range(len(begins), 0, -1) if begins[:length] in table)
    return next((str(name) for name in names if name), "")


def read_or_none(text: str) -> Number | None:
    """The same, None for what is not a number: for search boxes and pasted texts."""
    try:
        return read(text)
    except BadInput:
        return None


def backwards(number: str) -> str:
    """The digits from the last to the first: a tail of the number is a prefix of this."""
    digits = number.removeprefix("+")
    return (digits if digits.isdecimal() and digits.isascii() else re.sub(r"\D", "", number))[::-1]


def national(number: str) -> str:
    """As it is dialled at home: `13812341234`, `0571 8888 1234`; foreign numbers keep their country code."""
    try:
        parsed = phonenumbers.parse(number, HOME)
    except NumberParseException:
        return number
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)


@lru_cache(maxsize=8192)
def _kind_of_mobile(begins: str) -> PhoneKind:
    """Of a number that is written like a Chinese mobile one, by its first five digits: some are given to nobody."""
    return _kind(phonenumbers.parse(f"+86{begins}000000"))


def _kind(number: phonenumbers.PhoneNumber) -> PhoneKind:
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.MOBILE:
        return PhoneKind.MOBILE
    if kind in {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}:
        return PhoneKind.LANDLINE
    return PhoneKind.OTHER
