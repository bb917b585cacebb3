import pytest
from hypothesis import given
from hypothesis import strategies as st

from suhui.platform.search import grams

TEXT = st.text(alphabet="收件人说外包装破损已签收王小明张单abcXYZ019，。！ （）ＡＢ９-", max_size=60)


@given(TEXT)
def test_every_pair_of_a_text_asks_for_tokens_the_text_has(text: str) -> None:
    held = set(grams.tokens(texts=[text], names=[]))
    for start in range(len(text) - 1):
        for term in grams.terms(text[start : start + 2]):
            assert set(grams.query_grams(term)) <= held


@given(TEXT, st.integers(0, 60), st.integers(1, 20))
def test_every_part_of_a_text_asks_for_tokens_the_text_has(text: str, start: int, length: int) -> None:
    held = set(grams.tokens(texts=[text], names=[]))
    for term in grams.terms(text[start : start + length]):
        assert set(grams.query_grams(term)) <= held
        assert set(grams.enough_grams(term)) <= held


@given(st.text("快递网点签收破损", min_size=1, max_size=30))
def test_the_pairs_looked_up_hold_every_character(term: str) -> None:
    assert set("".join(grams.enough_grams(term))) == set(term)
    assert len(grams.enough_grams(term)) <= len(term) // 2 + 2 or len(term) <= grams.FEW_PAIRS + 1


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("王小明", "=wangxiaoming"),
        ("王小明", "-wxm"),
        ("王小明", "=xiaoming"),
        ("单晓红", "=shanxiaohong"),
        ("单晓红", "=danxiaohong"),
        ("杭州西湖电子有限公司", "-xhdzyxgs"),
        ("重庆分部", "-cqfb"),
        ("重庆分部", "=chongqingfenbu"),
        ("重庆分部", "^cq"),
        ("重庆分部", "^qfb"),
        ("重庆分部", "^cho"),
        ("重庆分部", "^fe"),
    ],
)
def test_names_are_spelled_and_shortened(name: str, token: str) -> None:
    assert token in grams.name_tokens(name)


def test_latin_names_need_no_pinyin() -> None:
    assert grams.name_tokens("John Smith 12") == frozenset()


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("+8613812341234", "13812341234"),
        ("+8657188886666", "057188886666"),
        ("+864008111111", "4008111111"),
        ("+85221234567", "85221234567"),
        ("138 1234-1234", "13812341234"),
    ],
)
def test_phones_are_compared_as_people_say_them(phone: str, key: str) -> None:
    assert grams.phone_key(phone) == key
