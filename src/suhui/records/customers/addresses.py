"""Chinese addresses: a pasted line split into province, city, district and detail, with the shipped table of divisions.

`data/divisions.tsv` holds the six-digit codes and names of administrative divisions (Ministry of Civil Affairs, 2026).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from suhui.records.customers import phones

_TABLE = Path(__file__).parent / "data" / "divisions.tsv"
_MUNICIPALITIES = {"11", "12", "31", "50"}
_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市|地区|盟"
    r"|(?:蒙古|回|藏|苗|彝|壮|布依|朝鲜|侗|白|土家|哈尼|哈萨克|傣|傈僳|羌|景颇|柯尔克孜|蒙古族藏|藏族羌|苗族侗|布依族苗|傣族景颇"
    r"|哈尼族彝|土家族苗|壮族苗)族?自治州|自治州)$"
)
_LABEL = re.compile(
    r"(?:收货|收件|寄件|发货|详细|所在)?(?:地址|地区|姓名|收货人|收件人|寄件人|联系人|手机号码|手机|电话)[:：]?"
)
_BETWEEN = re.compile(r"[\s,，、;；]+")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8})(?![0-9A-Za-z])")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:先生|女士|小姐|经理|老师)?")
_PLACE = re.compile(r"[省市区县镇乡村路街道巷弄号楼栋幢室]|小区|花园|大厦|单元")


@dataclass(frozen=True)
class Division:
    code: str
    name: str

    @cached_property
    def short(self) -> str:
        """杭州 for 杭州市; the whole name where shortening would leave one character."""
        short = _SUFFIX.sub("", self.name)
        return short if len(short) > 1 else self.name


@dataclass(frozen=True)
class Parts:
    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Pasted:
    """What was recognised in a pasted line; what was not is empty. `phone` is E.164."""

    name: str
    phone: str
    parts: Parts


@cache
def _divisions() -> tuple[dict[str, Division], dict[str, Division], dict[str, Division]]:
    """Provinces by two digits of the code, cities by four, districts by six."""
    provinces: dict[str, Division] = {}
    cities: dict[str, Division] = {}
    districts: dict[str, Division] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        code, name = line.split("\t")
        if code.endswith("0000"):
            provinces[code[:2]] = Division(code, name)
        elif code.endswith("00"):
            cities[code[:4]] = Division(code, name)
        else:
            districts[code] = Division(code, name)
    return provinces, cities, districts


def provinces() -> list[str]:
    """The names of all provinces, in the order of their codes."""
    return [division.name for _code, division in sorted(_divisions()[0].items())]


def cities_of(province: str) -> list[str]:
    """The cities of a province; a municipality is its own city."""
    found = _named(_divisions()[0].values(), province)
    if found is None:
        return []
    if found.code[:2] in _MUNICIPALITIES:
        return [found.name]
    cities = [city.name for code, city in sorted(_divisions()[1].items()) if code[:2] == found.code[:2]]
    return cities + [division.name for division in _directly_under(found.code[:2])]


def split(text: str) -> Parts:
    """`浙江杭州西湖区文三路478号` → 浙江省, 杭州市, 西湖区, 文三路478号.

    Missing levels are filled from the table when the lower one leaves no doubt; what is not recognised stays in the
    detail, so that nothing typed is ever lost.
    """
    rest = _BETWEEN.sub("", _LABEL.sub("", text))
    rest = rest.removeprefix("中国")
    province, rest = _take(_provinces(), rest)
    city, rest = _take_city(province, rest)
    if city is not None and province is None:
        province = _divisions()[0].get(city.code[:2])
    district, rest = _take_district(province, city, rest)
    if district is not None and province is None:
        province = _divisions()[0].get(district.code[:2])
    if district is not None and city is None:
        city = _divisions()[1].get(district.code[:4])
    parts = Parts(province.name if province else "", city.name if city else "", district.name if district else "", rest)
    return _tidy(parts, province)


def read_paste(text: str) -> Pasted:
    """A line as customers send it (`王芳 13812341234 浙江省杭州市…`), taken apart into name, phone and address."""
    phone = ""
    if found := _PHONE.search(text):
        number = phones.read_or_none(found[0])
        phone = number.e164 if number else ""
        text = f"{text[: found.start()]} {text[found.end() :]}"
    words = [word for word in re.split(r"[\s,，、;；/|]+", _LABEL.sub(" ", text)) if word]
    name = ""
    for word in words:
        if _NAME.fullmatch(word) and not _PLACE.search(word) and split(word).province == "":
            name = word
            words.remove(word)
            break
    return Pasted(name, phone, split("".join(words)))


def _take_city(province: Division | None, rest: str) -> tuple[Division | None, str]:
    if province is not None and province.code[:2] in _MUNICIPALITIES:
        for again in (province.name, "市辖区", "县"):
            rest = rest.removeprefix(again)
        return None, rest
    within = province.code[:2] if province else ""
    return _take(_cities_within(within), rest)


Beginnings = dict[str, list[Division]]
"""Divisions by the first two signs of their names: no name, full or short, has fewer."""


def _by_beginning(divisions: Iterable[Division]) -> Beginnings:
    found: Beginnings = {}
    for division in divisions:
        found.setdefault(division.name[:2], []).append(division)
    return found


@cache
def _provinces() -> Beginnings:
    return _by_beginning(_divisions()[0].values())


@cache
def _cities_within(province_code: str) -> Beginnings:
    cities = [city for code, city in _divisions()[1].items() if code.startswith(province_code)]
    return _by_beginning([*cities, *(_directly_under(province_code) if province_code else ())])


@cache
def _districts_within(code_begins: str) -> Beginnings:
    return _by_beginning(district for code, district in _divisions()[2].items() if code.startswith(code_begins))


def _take_district(province: Division | None, city: Division | None, rest: str) -> tuple[Division | None, str]:
    within = city.code[:4] if city else province.code[:2] if province else ""
    districts = _districts_within(within).get(rest[:2], [])
    full = [district for district in districts if rest.startswith(district.name)]
    if len(full) == 1 or (full and within):
        best = max(full, key=lambda division: len(division.name))
        return best, rest[len(best.name) :]
    if not within:
        return None, rest
    short = [d for d in districts if d.name.endswith("市") and rest.startswith(d.short)]
    return (short[0], rest[len(short[0].short) :]) if len(short) == 1 else (None, rest)


def _take(divisions: Beginnings, rest: str) -> tuple[Division | None, str]:
    """The division the text begins with: by its full name, else by its short one when no road is called like it."""
    known = divisions.get(rest[:2], [])
    full = [division for division in known if rest.startswith(division.name)]
    if full:
        best = max(full, key=lambda division: len(division.name))
        return best, rest[len(best.name) :]
    short = [division for division in known if rest.startswith(division.short)]
    if not short:
        return None, rest
    best = max(short, key=lambda division: len(division.short))
    after = rest[len(best.short) :]
    if re.match(r"(?:[东南西北中]?[一二三]?)?(?:路|街|大道|道|巷|大厦|花园|新村)", after):
        return None, rest
    return best, after


def _directly_under(province_code: str) -> Iterator[Division]:
    """County-level places that belong to no city (济源市, 仙桃市): they stand in the city's place."""
    _provinces, cities, districts = _divisions()
    for code, division in sorted(districts.items()):
        if code.startswith(province_code) and code[:4] not in cities:
            yield division


def _tidy(parts: Parts, province: Division | None) -> Parts:
    if province is not None and province.code[:2] in _MUNICIPALITIES:
        return replace(parts, city=parts.province)
    if parts.district and not parts.city:
        return replace(parts, city=parts.district, district="")
    return replace(parts, district="") if parts.district == parts.city else parts


def _named(divisions: Iterable[Division], name: str) -> Division | None:
    return next((division for division in divisions if name in {division.name, division.short}), None)
