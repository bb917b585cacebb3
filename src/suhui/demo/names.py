"""Plausible Chinese names, streets and companies. None of them is anybody's: they are drawn from common syllables."""

from random import Random

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = ("欧阳", "司马", "诸葛", "上官", "皇甫", "阿不都热合曼·买买提")
_MEN = (
    "伟",
    "强",
    "磊",
    "军",
    "勇",
    "杰",
    "涛",
    "明",
    "超",
    "辉",
    "建国",
    "志强",
    "俊杰",
    "浩然",
    "子轩",
    "文博",
    "宇航",
    "家豪",
    "国栋",
    "晓东",
    "海波",
    "立新",
)
_WOMEN = (
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "艳",
    "娟",
    "霞",
    "秀英",
    "玉兰",
    "雪梅",
    "晓燕",
    "思雨",
    "欣怡",
    "梓涵",
    "雨桐",
    "佳慧",
    "海燕",
    "文静",
    "丹丹",
    "春梅",
    "淑华",
)
_ROADS = (
    "人民路",
    "解放大道",
    "中山北路",
    "文三西路",
    "科技园南路",
    "建设街",
    "和平里东街",
    "学院路",
    "滨江大道",
    "民生路",
    "友谊巷",
    "青年路",
    "工业园一路",
    "迎宾大道",
    "长江路",
    "幸福里",
)
_ESTATES = (
    "阳光花园",
    "锦绣江南",
    "金色家园",
    "翠湖天地",
    "绿城桂花苑",
    "万和新城",
    "东方明珠苑",
    "书香门第",
    "保利香槟",
    "碧水湾",
    "丽景苑",
    "世纪佳园",
    "丽江花园北区",
)
_TRADES = (
    ("服饰", "fashion"),
    ("电子科技", "electronics"),
    ("食品", "fresh"),
    ("家居用品", "retail"),
    ("美妆", "retail"),
    ("图书文化", "print"),
    ("医疗器械", "health"),
    ("进出口贸易", "trade"),
    ("户外用品", "retail"),
    ("母婴用品", "retail"),
)
_BRANDS = (
    "锦程",
    "天悦",
    "华瑞",
    "优品",
    "新禾",
    "云裳",
    "百川",
    "鼎盛",
    "暖居",
    "小鹿",
    "森野",
    "嘉禾",
    "博雅",
    "致远",
    "启明",
    "海纳",
    "同心",
    "佳美",
)
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "EAST": (
        ("上海市", "上海市", "浦东新区"),
        ("浙江省", "杭州市", "西湖区"),
        ("江苏省", "苏州市", "工业园区"),
        ("江苏省", "南京市", "江宁区"),
    ),
    "SOUTH": (
        ("广东省", "广州市", "天河区"),
        ("广东省", "深圳市", "南山区"),
        ("广东省", "东莞市", "虎门镇"),
        ("广东省", "佛山市", "顺德区"),
    ),
    "NORTH": (
        ("北京市", "北京市", "朝阳区"),
        ("天津市", "天津市", "滨海新区"),
        ("河北省", "石家庄市", "裕华区"),
        ("新疆维吾尔自治区", "克孜勒苏柯尔克孜自治州", "阿图什市"),
    ),
}
_PREFIXES = ("138", "139", "136", "150", "158", "159", "186", "187", "133", "177", "199", "131")


def person(random: Random) -> str:
    surname = random.choice(_COMPOUND) if random.random() < 0.015 else random.choice(_SURNAMES)
    if "·" in surname:
        return surname
    return surname + random.choice(_WOMEN if random.random() < 0.5 else _MEN)


def company(random: Random, city: str) -> tuple[str, str]:
    """A company's name and its trade's code."""
    word, code = random.choice(_TRADES)
    return f"{city.removesuffix('市')}{random.choice(_BRANDS)}{word}有限公司", code


def mobile(random: Random) -> str:
    """A mobile number as people write it, without the country."""
    return f"{random.choice(_PREFIXES)}{random.randrange(10**8):08d}"


def detail(random: Random) -> str:
    """The part of an address below the district, down to the room."""
    road = f"{random.choice(_ROADS)}{random.randrange(1, 899)}号"
    building, stair = random.randrange(1, 36), random.randrange(1, 5)
    room = f"{random.randrange(1, 33)}0{random.randrange(1, 5)}"
    home = f"{random.choice(_ESTATES)}{building}幢{stair}单元{room}室"
    return road + home if random.random() < 0.8 else f"{road}{random.choice(_BRANDS)}大厦{random.randrange(2, 30)}层"
