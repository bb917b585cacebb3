"""Which encoding a text file of unknown origin is in: by its mark, by its bytes, by how Chinese it reads."""

import codecs
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

UTF8, UTF16, GB, BIG5 = "utf-8-sig", "utf-16", "gb18030", "big5hkscs"
LABELS: dict[str, Any] = {
    UTF8: _("UTF-8"),
    GB: _("GB18030 (GBK, GB2312): Excel on a Chinese computer"),
    BIG5: _("Big5: Taiwan, Hong Kong, Macau"),
    UTF16: _("UTF-16 (“Unicode text”)"),
    "utf-16-le": _("UTF-16, little end first"),
    "utf-16-be": _("UTF-16, big end first"),
}
_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, UTF16), (codecs.BOM_UTF16_BE, UTF16))
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小"
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "姓名电话手机地址省市区县路街号楼室公司客户单运件收寄编码日期备注邮箱微信部门网点金额重量状态类型来源"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮許傅呂蘇盧蔣賈閻葉電話機縣號樓戶單運編碼備註郵網點額狀態類來這個們為時說會對"
    "北京上海天津重庆广东浙江苏州杭南宁武汉成都深圳西安臺灣香港澳門九龍新界東路段巷弄之樓，。、：；（）"
)


@dataclass(frozen=True)
class Guess:
    """`sure` is False where another encoding reads nearly as well: the page then asks to look twice."""

    encoding: str
    sure: bool


def guess(head: bytes) -> Guess:
    """The encoding of a file that begins with these bytes (cut anywhere)."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Guess(encoding, True)
    if found := _wide(head):
        return Guess(found, True)
    if _decodes(head, "utf-8"):
        return Guess(UTF8, True)
    scores = sorted(((_likeness(head, encoding), encoding) for encoding in (GB, BIG5)), reverse=True)
    return Guess(scores[0][1], scores[0][0] - scores[1][0] > 0.05)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every second byte of its figures and commas is nothing."""
    sample = head[: len(head) // 2 * 2][:4096]
    if len(sample) < 4:
        return ""
    half = len(sample) / 2
    if sample[1::2].count(0) > half * 0.2 and sample[::2].count(0) < half * 0.02:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > half * 0.2 and sample[1::2].count(0) < half * 0.02 else ""


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(head: bytes, encoding: str) -> float:
    """How much of the text, read so, is what people in China write; what cannot be read counts against it."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, final=False)
    foreign = [sign for sign in text if ord(sign) > 127]
    if not foreign:
        return 0.0
    usual = sum(1 for sign in foreign if "\u4e00" <= sign <= "\u9fff" or sign in _COMMON)
    known = sum(1 for sign in foreign if sign in _COMMON)
    return (usual + 3 * known - 3 * text.count("\ufffd")) / (4 * len(foreign))
