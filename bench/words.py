"""Plausible names, places and sentences, from the demo company's stock and more of the same; many, so that words are
as common and as rare as in a real archive. None of them is anybody's."""

from random import Random

from suhui.demo import names, texts

_GIVEN = (
    "伟强磊军勇杰涛明超辉芳娜敏静丽艳娟霞国志俊浩子文宇家晓海立建秀玉雪思欣梓雨佳春淑丹嘉博泽晨瑞凯鹏飞龙云"
    "兰梅琳琪瑶倩颖蕾莹薇洁萍红英华荣昌盛光耀祖德仁义礼智信忠孝廉安康宁静远山川江河湖松柏竹菊荷莲"
)
PLACES = (
    *(place for places in names.PLACES.values() for place in places),
    ("四川省", "成都市", "武侯区"),
    ("湖北省", "武汉市", "洪山区"),
    ("河南省", "郑州市", "金水区"),
    ("陕西省", "西安市", "雁塔区"),
    ("重庆市", "重庆市", "渝北区"),
    ("湖南省", "长沙市", "岳麓区"),
    ("山东省", "青岛市", "崂山区"),
    ("山东省", "济南市", "历下区"),
    ("福建省", "厦门市", "思明区"),
    ("福建省", "福州市", "鼓楼区"),
    ("安徽省", "合肥市", "蜀山区"),
    ("辽宁省", "沈阳市", "和平区"),
    ("辽宁省", "大连市", "中山区"),
    ("吉林省", "长春市", "朝阳区"),
    ("黑龙江省", "哈尔滨市", "南岗区"),
    ("云南省", "昆明市", "五华区"),
    ("贵州省", "贵阳市", "观山湖区"),
    ("广西壮族自治区", "南宁市", "青秀区"),
    ("江西省", "南昌市", "红谷滩区"),
    ("山西省", "太原市", "小店区"),
    ("甘肃省", "兰州市", "城关区"),
    ("海南省", "海口市", "龙华区"),
    ("浙江省", "宁波市", "鄞州区"),
    ("江苏省", "无锡市", "滨湖区"),
)
TAGS = (
    "月结客户",
    "生鲜",
    "保价",
    "二次投诉",
    "媒体风险",
    "大促",
    "高价值",
    "老人",
    "冷链",
    "退货",
    "电商平台",
    "偏远",
)
_MORE = (
    "电话{days}点以后才能接，请留言。",
    "同小区的邻居也遇到过同样的情况。",
    "之前打过两次客服电话，每次都要重新说一遍。",
    "附上聊天记录和付款截图，请核对。",
    "如果{time}前没有结果，我会向邮政管理部门申诉。",
    "地址没有变，请不要再放到代收点。",
    "卖家说已经赔不了，只能找快递公司。",
    "包装上有水渍，胶带也不是原来的。",
    "麻烦让站长直接联系我，不要再转来转去。",
    "这是送给老人的生日礼物，很着急。",
    "箱子里还有发票和合同原件，请务必找到。",
    "{goods}是在直播间买的，商家已经关店。",
    "从{city}过来一般两天就到，这次太慢了。",
    "我可以配合去网点看监控。",
    "门卫说没有见过这个快递员。",
    "",
    "",
    "",
)
_CITIES = tuple(city.removesuffix("市") for _province, city, _district in PLACES)
_YUAN = (35, 58, 128, 299, 460, 880, 1299, 2600)


def person(dice: Random) -> str:
    """Some thirty thousand different names, as unevenly common as real ones."""
    if dice.random() < 0.4:
        return names.person(dice)
    given = dice.choice(_GIVEN) + (dice.choice(_GIVEN[:24]) if dice.random() < 0.5 else "")
    return names._SURNAMES[int(len(names._SURNAMES) * dice.random() ** 2)] + given


def fill(sentence: str, dice: Random, number: str = "", who: str = "") -> str:
    return sentence.format(
        number=number,
        goods=dice.choice(texts.GOODS),
        yuan=dice.choice(_YUAN),
        city=dice.choice(_CITIES),
        days=dice.choice((2, 3, 4, 5, 7)),
        person=who,
        time=dice.choice(("今天17点", "明天上午十点", "今天下班")),
    )


def more(dice: Random) -> str:
    """A further sentence of the customer's, or none."""
    return dice.choice(_MORE)
