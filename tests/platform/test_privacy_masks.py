import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suhui.platform.privacy import masks

CHINESE = st.text(alphabet="王李张刘陈杨赵黄周吴小明芳伟娜静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英", min_size=1, max_size=5)
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
INTERNATIONAL = st.from_regex(r"\+[1-9][0-9]{6,13}", fullmatch=True)
STREET = st.sampled_from(["文三路", "人民大道", "延安西路", "东门街", "解放巷", "三门路", "朝阳门内大街"])
ESTATE = st.sampled_from(["", "东方花园", "幸福小区", "三里屯社区", "万达广场", "张家村"])


@given(CHINESE | st.text(min_size=1, max_size=40))
def test_a_masked_name_hides_at_least_one_character(name: str) -> None:
    shown = masks.mask_name(name)
    stripped = name.strip()
    assert shown.rstrip("*") in {stripped[:1], ""}
    if stripped:
        assert "*" in shown
        assert len(shown) <= 4


@given(MOBILE, st.sampled_from(["", "+86", "86"]))
def test_a_masked_mobile_hides_at_least_six_digits(number: str, prefix: str) -> None:
    shown = masks.mask_phone(prefix + number)
    assert len(re.sub(r"\D", "", prefix + number)) - len(re.sub(r"\D", "", shown)) >= 6
    assert shown.count("*") >= 6
    assert number[3:9] not in shown


@given(INTERNATIONAL | st.from_regex(r"0[1-9][0-9]{1,2}-[0-9]{7,8}", fullmatch=True))
def test_any_masked_number_hides_at_least_six_digits(number: str) -> None:
    shown = masks.mask_phone(number)
    assert shown.count("*") >= 6


@given(st.text(alphabet="0123456789 -()+", max_size=8))
def test_short_numbers_never_show_more_than_two_digits(number: str) -> None:
    assert len(re.sub(r"\D", "", masks.mask_phone(number))) <= max(0, len(re.sub(r"\D", "", number)) - 6)


@given(
    STREET,
    st.integers(1, 9999),
    ESTATE,
    st.sampled_from(["{b}幢{u}单元{r}室", "{b}号楼{r}", "{b}-{u}-{r}", "{b}栋{r}房", "A座{r}", "{u}单元{r}"]),
    st.integers(1, 40),
    st.integers(1, 9),
    st.integers(101, 3299),
)
def test_unit_and_room_are_never_shown(
    street: str, number: int, estate: str, form: str, building: int, unit: int, room: int
) -> None:
    tail = form.format(b=building, u=unit, r=room)
    with_number = masks.mask_address(f"{street}{number}号{estate}{tail}")
    assert tail not in with_number
    assert with_number.endswith("***")
    assert re.sub(r"\D", "", with_number) in {str(number), ""}
    without = masks.mask_address(f"{street}{estate}{tail}")
    assert re.search(r"\d|单元|室", without) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("文三路478号3幢502室", "文三路478号***"),
        ("文三路478号", "文三路478号"),
        ("幸福小区三单元五零二室", "幸福小区***"),
        ("幸福小区五零二", "幸福小区***"),
        ("张家村8号", "张家村***"),
        ("东方花园甲单元", "东方花园***"),
        ("火车站候车厅", "火车站候车厅"),
        ("朝阳门内大街5号院", "朝阳门内大街5号***"),
        ("三号路9号1单元", "三号路9号***"),
        ("", ""),
    ],
)
def test_addresses_keep_the_street_and_lose_the_door(address: str, shown: str) -> None:
    assert masks.mask_address(address) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613812341234", "138******34"),
        ("+8657188881234", "057*******34"),
        ("+864008111111", "40******11"),
        ("95338", "*****"),
        ("", ""),
    ],
)
def test_phones_look_familiar(number: str, shown: str) -> None:
    assert masks.mask_phone(number) == shown


@given(MOBILE, st.sampled_from(["请打{}", "电话 +86{} 找王", "{}，家里", "手机:{}。"]))
def test_numbers_inside_a_text_are_masked(number: str, form: str) -> None:
    assert number not in masks.mask_text(form.format(number))


def test_waybill_numbers_inside_a_text_stay() -> None:
    text = "运单 SF1390000123456 和 731380001234567 未到，联系 13800001234 或 0571-88881234 或 wang@qq.com"
    shown = masks.mask_text(text)
    assert "SF1390000123456" in shown
    assert "731380001234567" in shown
    assert "13800001234" not in shown
    assert "88881234" not in shown
    assert "wang@qq.com" not in shown


def test_mail_and_account_names() -> None:
    assert masks.mask_email("wangfang@example.com") == "w***@example.com"
    assert masks.mask_email("w@example.com") == "***@example.com"
    assert masks.mask_handle("wx_wangfang") == "w***"


def test_an_edited_note_gets_its_numbers_back() -> None:
    original = "白天打 13711112222，晚上 13811113322 或 wang@qq.com"
    shown = masks.mask_text(original)
    assert masks.restore_text(shown, original) == original
    assert masks.restore_text("急：" + shown.replace("晚上", "夜里"), original) == "急：" + original.replace(
        "晚上", "夜里"
    )
    assert masks.restore_text("", original) == ""


def test_a_caller_who_is_called_by_a_masked_number_is_not_masked_again() -> None:
    assert masks.mask_name("来电 138******34") == "来电 138******34"
    assert masks.mask_name("王小明 13812341234") == "王***"


def test_what_a_shop_makes_up_of_a_place_and_an_id_hides_nobody_and_is_shown() -> None:
    assert masks.mask_name("Rio de Janeiro RJ #57b2a9") == "Rio de Janeiro RJ #57b2a9"
    assert masks.mask_name("João Silva #57b2a9") == "J***"
    assert masks.mask_name("João 2 RJ #57b2a9 ") == "J***"
