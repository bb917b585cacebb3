"""Spelling keeps the words it knows; the answer stays the dictionary's."""

from hypothesis import example, given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from suhui.platform.core import spelling

SIGNS = st.text(alphabet="王小明张单长行重庆分部银行乐音乐数都市头发了解放路人民 abＡ9-，・", max_size=12)


@given(SIGNS | st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=8))
@example("重庆银行行长长大了")
@example("")
def test_a_text_is_spelled_as_the_dictionary_spells_it(text: str) -> None:
    assert spelling.syllables(text) == lazy_pinyin(text)
    assert spelling.initials(text) == lazy_pinyin(text, style=Style.FIRST_LETTER)
