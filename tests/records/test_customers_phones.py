"""Mobile numbers are read by a short way of our own: it must say what the tables of the whole world say."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType, carrier, geocoder

from suhui.records.customers import phones
from suhui.records.customers.choices import PhoneKind

_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.LANDLINE,
}
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(MOBILE)
@example("17400000000")
@example("17460000000")
@example("15400000000")
@example("19912345678")
def test_a_mobile_number_is_read_as_the_library_reads_it(digits: str) -> None:
    number = phonenumbers.parse(digits, "CN")
    mine = phones.read_or_none(digits)
    if not phonenumbers.is_possible_number(number):
        assert mine is None
        return
    assert mine is not None
    assert mine.e164 == phonenumbers.format_number(number, PhoneNumberFormat.E164)
    assert mine.extension == ""
    assert mine.kind == _KINDS.get(phonenumbers.number_type(number), PhoneKind.OTHER)


@given(MOBILE)
@example("17400000000")
@example("15400000000")
def test_its_region_and_carrier_are_those_of_the_library(digits: str) -> None:
    number = phonenumbers.parse(f"+86{digits}")
    region = geocoder.description_for_number(number, "zh")
    wanted = "" if region == "中国" else region, carrier.name_for_number(number, "zh")
    assert phones.attribution(f"+86{digits}") == wanted


@given(MOBILE.filter(lambda digits: not digits.startswith("179")), st.sampled_from(["", "+86", "+86 ", "+86-"]))
def test_however_it_is_grouped_it_is_the_same_number(digits: str, before: str) -> None:
    plain = phones.read(digits)
    for sign in (" ", "-"):
        assert phones.read(f" {before}{digits[:3]}{sign}{digits[3:7]}{sign}{digits[7:]}") == plain


@pytest.mark.parametrize("typed", ["17912345678", "1381234123", "138123412345", "13812341234 5", "+85 13812341234"])
def test_what_only_looks_like_one_is_left_to_the_library(typed: str) -> None:
    try:
        number = phonenumbers.parse(typed, "CN")
        wanted = phonenumbers.is_possible_number(number)
    except phonenumbers.NumberParseException:
        wanted = False
    assert (phones.read_or_none(typed) is not None) == wanted
