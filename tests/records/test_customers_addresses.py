import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suhui.records.customers import addresses
from suhui.records.customers.addresses import Parts
from suhui.records.customers.models import Address
from suhui.records.customers.personal import value_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("浙江杭州西湖区文三路478号3幢502室", ("浙江省", "杭州市", "西湖区", "文三路478号3幢502室")),
        ("浙江省 杭州市 西湖区 文三路478号", ("浙江省", "杭州市", "西湖区", "文三路478号")),
        ("北京市北京市朝阳区望京街10号", ("北京市", "北京市", "朝阳区", "望京街10号")),
        ("上海市市辖区浦东新区世纪大道1号", ("上海市", "上海市", "浦东新区", "世纪大道1号")),
        ("义乌市稠州北路1号", ("浙江省", "金华市", "义乌市", "稠州北路1号")),
        ("河南省济源市黄河大道", ("河南省", "济源市", "", "黄河大道")),
        ("广东东莞市长安镇振安路", ("广东省", "东莞市", "", "长安镇振安路")),
        (
            "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什市光明路1号",
            ("新疆维吾尔自治区", "克孜勒苏柯尔克孜自治州", "阿图什市", "光明路1号"),
        ),
        ("上海南京东路100号", ("上海市", "上海市", "", "南京东路100号")),
        ("南京路100号", ("", "", "", "南京路100号")),
        ("hello", ("", "", "", "hello")),
    ],
)
def test_a_pasted_address_is_split(text: str, parts: tuple[str, str, str, str]) -> None:
    assert addresses.split(text) == Parts(*parts)


def test_name_phone_and_address_are_recognised_in_one_line() -> None:
    found = addresses.read_paste("收件人：李小明，手机：138 0000 1234，地址：广东省深圳市南山区科技园路1号")
    assert (found.name, found.phone) == ("李小明", "+8613800001234")
    assert found.parts == Parts("广东省", "深圳市", "南山区", "科技园路1号")


@settings(max_examples=60)
@given(st.data())
def test_every_division_written_in_full_is_read_back(data: st.DataObject) -> None:
    provinces, cities, districts = addresses._divisions()
    code = data.draw(st.sampled_from(sorted(districts)))
    if code[:4] not in cities or code[:2] in addresses._MUNICIPALITIES:
        return
    province, city, district = provinces[code[:2]].name, cities[code[:4]].name, districts[code].name
    read = addresses.split(f"{province}{city}{district}人民路8号")
    assert (read.province, read.city, read.district, read.detail) == (province, city, district, "人民路8号")


@settings(max_examples=100)
@given(st.text(alphabet="浙江省杭州市西湖区文三路北京朝阳上海县镇村0123456789号室a b,", max_size=30))
def test_nothing_typed_is_lost(text: str) -> None:
    parts = addresses.split(text)
    typed = "".join(c for c in text if c not in " ,")
    assert typed.endswith(parts.detail)


def test_a_province_lists_its_cities() -> None:
    assert "杭州市" in addresses.cities_of("浙江省")
    assert addresses.cities_of("北京市") == ["北京市"]
    assert "仙桃市" in addresses.cities_of("湖北省")
    assert addresses.cities_of("nowhere") == []


@pytest.mark.parametrize(
    ("province", "city", "district", "detail", "line"),
    [
        ("北京市", "北京市", "朝阳区", "建国路1号", "北京市朝阳区建国路1号"),
        ("浙江省", "杭州市", "西湖区", "", "浙江省杭州市西湖区"),
        ("SP", "sao paulo", "", "01310", "SP sao paulo 01310"),
        ("", "", "", "某处", "某处"),
    ],
)
def test_an_address_is_one_word_in_chinese_and_several_elsewhere(
    province: str, city: str, district: str, detail: str, line: str
) -> None:
    assert value_of(Address(province=province, city=city, district=district, detail=detail)) == line
