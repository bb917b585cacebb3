"""How the numbers of each carrier look: shipped rows, as observed. Public descriptions contradict each other, so a row
gives a score and a reason, and nothing here decides. An administrator adds rows (models.NumberPattern)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ShippedCarrier:
    """A carrier that every installation knows. The two codes are what the aggregators call it."""

    code: str
    name: str
    english_name: str
    kuaidi100: str = ""
    kdniao: str = ""
    phone: str = ""
    asks_phone_tail: bool = False


CARRIERS: list[ShippedCarrier] = [
    ShippedCarrier("sf", "顺丰速运", "SF Express", "shunfeng", "SF", "95338", asks_phone_tail=True),
    ShippedCarrier("zto", "中通快递", "ZTO Express", "zhongtong", "ZTO", "95311", asks_phone_tail=True),
    ShippedCarrier("yto", "圆通速递", "YTO Express", "yuantong", "YTO", "95554"),
    ShippedCarrier("sto", "申通快递", "STO Express", "shentong", "STO", "95543"),
    ShippedCarrier("yunda", "韵达快递", "Yunda Express", "yunda", "YD", "95546"),
    ShippedCarrier("jt", "极兔速递", "J&T Express", "jtexpress", "JTSD", "956025"),
    ShippedCarrier("jd", "京东快递", "JD Logistics", "jd", "JD", "950616"),
    ShippedCarrier("ems", "邮政 EMS", "China Post EMS", "ems", "EMS", "11183"),
    ShippedCarrier("deppon", "德邦快递", "Deppon", "debangkuaidi", "DBL", "95353"),
    ShippedCarrier("kye", "跨越速运", "KYE Express", "kuayue", "KYSY", "95324", asks_phone_tail=True),
    ShippedCarrier("post", "外国邮政", "Foreign post", "", "", ""),
    ShippedCarrier("yunexpress", "云途物流", "YunExpress", "yuntu", "", ""),
    ShippedCarrier("dhl", "DHL 国际快递", "DHL Express", "dhl", "DHL", "95380"),
    ShippedCarrier("ups", "UPS 国际快递", "UPS", "ups", "UPS", "400-820-8388"),
    ShippedCarrier("fedex", "联邦快递", "FedEx", "fedex", "FEDEX", "400-886-1888"),
]


@dataclass(frozen=True)
class Pattern:
    """One row: numbers that match `regex` whole may be `carrier`'s, this likely (0–100), for this reason.

    `check` names a function of check_digits: passed, it adds 10 to the score; failed, little is left of it.
    """

    carrier: str
    regex: str
    score: int
    reason: Any
    check: str = ""


PATTERNS: list[Pattern] = [
    Pattern("sf", r"SF\d{13}", 95, _("SF and 13 digits")),
    Pattern("sf", r"\d{12}", 50, _("12 digits, as on older SF labels")),
    Pattern("yto", r"YT\d{13}", 95, _("YT and 13 digits")),
    Pattern("yto", r"\d{12}", 42, _("12 digits, as on older YTO labels")),
    Pattern("yto", r"88\d{16}", 82, _("18 digits that begin with 88")),
    Pattern("yunexpress", r"YT\d{16}", 95, _("YT and 16 digits: YunExpress shares YTO's letters, the length differs")),
    Pattern("zto", r"73\d{12}", 88, _("14 digits that begin with 73")),
    Pattern("zto", r"\d{12}", 46, _("12 digits, as on older ZTO labels")),
    Pattern("sto", r"773\d{12}", 90, _("15 digits that begin with 773")),
    Pattern("sto", r"\d{12,13}", 38, _("12 or 13 digits, as on older STO labels")),
    Pattern("yunda", r"[34]\d{12}", 72, _("13 digits that begin with 3 or 4")),
    Pattern("yunda", r"(?:43415|31250)\d{10}", 90, _("15 digits that begin with 43415 or 31250")),
    Pattern("jt", r"JT\d{13}", 95, _("JT and 13 digits")),
    Pattern("jd", r"JD\d{13}", 92, _("JD and 13 digits")),
    Pattern("jd", r"JDVA\d{11}", 95, _("JDVA and 11 digits")),
    Pattern("ems", r"1\d{12}", 60, _("13 digits that begin with 1, as EMS uses inside China")),
    Pattern("ems", r"\d{13}", 45, _("13 digits, as EMS uses inside China")),
    Pattern("ems", r"[A-Z]{2}\d{9}CN", 85, _("postal number (UPU S10) of China"), check="s10"),
    Pattern("post", r"[A-Z]{2}\d{9}(?!CN)[A-Z]{2}", 78, _("postal number (UPU S10) of another country"), check="s10"),
    Pattern("deppon", r"DPK\d{12}", 92, _("DPK and 12 digits")),
    Pattern("kye", r"KY\d{13}", 90, _("KY and 13 digits")),
    Pattern("dhl", r"\d{10}", 28, _("10 digits"), check="dhl"),
    Pattern("dhl", r"\d{11}", 20, _("11 digits"), check="dhl"),
    Pattern("ups", r"1Z[0-9A-Z]{15}\d", 88, _("1Z and 16 characters"), check="ups"),
    Pattern("fedex", r"\d{12}", 40, _("12 digits"), check="fedex"),
]
