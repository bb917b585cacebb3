import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suhui.records.shipments.candidates import normalise, recognise
from suhui.records.shipments.check_digits import s10
from suhui.records.shipments.findings import find_in_text, read
from suhui.records.shipments.patterns import PATTERNS


def carriers_of(number: str) -> list[str]:
    return [candidate.carrier for candidate in recognise(number, PATTERNS)]


@pytest.mark.parametrize(
    ("number", "first"),
    [
        ("SF1234567890123", "sf"),
        ("YT9693083639795", "yto"),
        ("YT2108921266000001", "yunexpress"),
        ("881234567890123456", "yto"),
        ("73123456789012", "zto"),
        ("773123456789012", "sto"),
        ("3999043346251", "yunda"),
        ("434151234567890", "yunda"),
        ("JT0001234567890", "jt"),
        ("JD0012345678901", "jd"),
        ("JDVA12345678901", "jd"),
        ("1Z5R89390357567127", "ups"),
        ("1Z999AA10123456784", "ups"),
        ("986578788855", "fedex"),
        ("RB123456785CN", "ems"),
        ("RB123456785GB", "post"),
    ],
)
def test_the_likeliest_carrier_stands_first(number: str, first: str) -> None:
    assert carriers_of(number)[0] == first


def test_twelve_digits_leave_several_carriers_open() -> None:
    assert set(carriers_of("123456789012")) >= {"sf", "yto", "zto", "sto"}


def test_a_wrong_check_digit_leaves_a_weak_candidate_that_says_why() -> None:
    (candidate,) = recognise("RB123456784CN", PATTERNS)
    assert candidate.score <= 12
    assert len(candidate.reasons) == 2


def test_full_width_spaces_and_hyphens_are_read_through() -> None:
    assert normalise(" ｓｆ－1234 5678 9012 3 ") == "SF1234567890123"


def test_nonsense_has_no_candidate() -> None:
    for text in ("", "你好", "12", "x" * 60):
        assert recognise(text, PATTERNS) == []


PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
SURE = [
    *(
        row.regex.replace(r"\d", "[0-9]")
        for row in PATTERNS
        if row.score >= 82 and not row.check and row.regex[0] in string.ascii_uppercase
    ),
    "773[0-9]{12}",
    "73[0-9]{12}",
    "(43415|31250)[0-9]{10}",
]
NUMBERS = st.one_of(*(st.from_regex(regex, fullmatch=True) for regex in SURE))
HAN = st.text(alphabet="我的快递怎么还没到请帮忙查一下谢谢，。！：\n", max_size=12)


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isalnum() else char for char in text)


def fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@settings(max_examples=40, deadline=None)
@given(HAN, NUMBERS, HAN, st.sampled_from([str, wide, fours, str.lower]))
def test_a_number_is_found_however_it_is_written(before: str, number: str, after: str, write: object) -> None:
    text = f"{before}{write(number)}{after}"  # type: ignore[operator]
    found = find_in_text(text, PATTERNS)
    assert [item.number for item in found] == [number]
    assert normalise(text[found[0].start : found[0].end]) == number


@settings(max_examples=40, deadline=None)
@given(HAN, PHONES, HAN, st.sampled_from(["{}", "+86{}", "电话{}", "单号查不到，联系{}"]))
def test_a_phone_is_not_taken_for_a_waybill(before: str, phone: str, after: str, frame: str) -> None:
    assert find_in_text(f"{before}。{frame.format(phone)}{after}", PATTERNS) == []


@settings(max_examples=40, deadline=None)
@given(NUMBERS, PHONES)
def test_a_waybill_and_a_phone_side_by_side_are_both_read(number: str, phone: str) -> None:
    readings = read(f"{fours(number)} {phone}", PATTERNS)
    assert [(item.kind, item.number) for item in readings] == [("waybill", number), ("phone", phone)]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_without_harm_and_without_overlap(text: str) -> None:
    end = 0
    for reading in read(text, PATTERNS):
        assert reading.start >= end
        end = reading.end
    assert end <= len(text)


@given(st.from_regex(r"[A-Z]{2}[0-9]{8}", fullmatch=True))
def test_every_postal_number_has_exactly_one_check_digit(stem: str) -> None:
    assert sum(s10(f"{stem}{digit}CN") for digit in "0123456789") == 1


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("我的单号是773123456789012一直没动", ["773123456789012"]),
        ("SF1234567890123和SF1234567890124都没收到", ["SF1234567890123", "SF1234567890124"]),
        ("773123456789012 773123456789013", ["773123456789012", "773123456789013"]),
        ("收件人电话0571-88886666", []),
        ("身份证330106199001011239", []),
        ("订单号 20261122，金额 128.50 元", []),
        ("DHL单号3318810025到哪了", ["3318810025"]),
        ("快递单号：７７３１２３４５６７８９０１２", ["773123456789012"]),
    ],
)
def test_sentences_as_customers_write_them(text: str, numbers: list[str]) -> None:
    assert [item.number for item in find_in_text(text, PATTERNS)] == numbers
