import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from suhui.records.shipments.adapters.base import Ask, Credentials, GiveUp, NotServed, TryLater
from suhui.records.shipments.adapters.kdniao import KDNiao, data_sign
from suhui.records.shipments.adapters.kuaidi100 import Kuaidi100, md5
from suhui.records.shipments.adapters.sf import SFExpress, digest

SECRET = "a-very-secret-word"


class FakeServer:
    """Answers every call with what it was told to, and remembers what it was asked."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.answer, self.status = answer, status
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.url.path, dict(parse_qsl(request.content.decode()))))
        if isinstance(self.answer, Exception):
            raise self.answer
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer, ensure_ascii=False)
        return httpx.Response(self.status, text=text)

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self))


def kuaidi100(server: FakeServer) -> Kuaidi100:
    secrets = {"key": SECRET, "salt": "salt"}
    return Kuaidi100(Credentials("customer", secrets, "http://127.0.0.1", "http://127.0.0.1/cb/"), server.client)


def kdniao(server: FakeServer) -> KDNiao:
    return KDNiao(Credentials("1237100", {"key": "apikey"}, "http://127.0.0.1"), server.client)


def sf(server: FakeServer) -> SFExpress:
    return SFExpress(Credentials("partner", {"checkword": SECRET}, "http://127.0.0.1"), server.client)


MakeAdapter = Callable[[FakeServer], Any]
ALL: list[MakeAdapter] = [kuaidi100, kdniao, sf]
ASK = Ask("SF1234567890123", "shunfeng", "5678")

KUAIDI100_TOLD = {
    "message": "ok",
    "nu": "YT9693083639795",
    "ischeck": "1",
    "com": "yuantong",
    "status": "200",
    "state": "3",
    "data": [
        {"time": "2026-11-20 15:02:11", "ftime": "2026-11-20 15:02:11", "context": "已签收，签收人：本人"},
        {
            "time": "2026-11-20 09:10:00",
            "ftime": "2026-11-20 09:10:00",
            "context": "【杭州西湖网点】的小李（13812345678）正在派件",
            "statusCode": "5",
        },
        {"time": "2026-11-19 20:00:00", "context": "已发往杭州转运中心", "status": "在途", "areaName": "浙江,杭州市"},
        {"time": "not a time", "context": "?"},
    ],
}


def test_the_check_values_of_the_interfaces() -> None:
    adapter = Kuaidi100(Credentials("c", {"key": "k"}, ""))
    form = adapter.query_form({"com": "yuantong", "num": "YT9693083639795"})
    assert form["param"] == '{"com":"yuantong","num":"YT9693083639795"}'
    assert form["sign"] == "71616BC4C5CBB95151760746B1C7132F"
    asked = '{"ShipperCode":"YD","LogisticCode":"3999043346251"}'
    assert data_sign(asked, "apikey") == "NzE2MTFiNjBhMTE3NDQ0YzY4MDVmNjEwYWExYjc0NjI="


def test_kuaidi100_tells_scans_oldest_first_with_code_place_and_courier() -> None:
    server = FakeServer(KUAIDI100_TOLD)
    news = kuaidi100(server).query(ASK)
    path, form = server.asked[0]
    assert path == "/poll/query.do"
    assert json.loads(form["param"])["phone"] == "5678"
    assert form["sign"] == md5(form["param"] + SECRET + "customer")
    assert [scan.code for scan in news.scans] == ["0", "5", "3"]
    assert news.scans[1].place == "杭州西湖网点"
    assert news.scans[1].operator_phone == "13812345678"
    assert news.scans[0].at.isoformat() == "2026-11-19T20:00:00+08:00"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}, TryLater),
        ({"result": False, "returnCode": "503", "message": "验证签名失败"}, GiveUp),
        ({"result": False, "returnCode": "601", "message": "POLL:KEY 已过期"}, GiveUp),
    ],
)
def test_kuaidi100_errors_say_whether_to_try_again(answer: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        kuaidi100(FakeServer(answer)).query(ASK)


def test_kuaidi100_subscribes_with_salt_and_callback_and_takes_a_repeat_for_success() -> None:
    server = FakeServer({"result": True, "returnCode": "200", "message": "提交成功"})
    kuaidi100(server).subscribe(ASK)
    path, form = server.asked[0]
    param = json.loads(form["param"])
    assert (path, form["schema"]) == ("/poll", "json")
    assert param["parameters"]["callbackurl"] == "http://127.0.0.1/cb/"
    assert (param["parameters"]["salt"], param["parameters"]["phone"]) == ("salt", "5678")
    kuaidi100(FakeServer({"result": False, "returnCode": "501", "message": "重复订阅"})).subscribe(ASK)
    with pytest.raises(NotServed):
        kuaidi100(FakeServer({"result": False, "returnCode": "700", "message": "不支持"})).subscribe(ASK)


def push_fields(**changes: Any) -> dict[str, str]:
    param = {"status": "polling", "message": "", "autoCheck": "0", "lastResult": KUAIDI100_TOLD, **changes}
    text = json.dumps(param, ensure_ascii=False)
    return {"sign": md5(text + "salt"), "param": text}


def test_a_push_is_genuine_only_with_our_salt() -> None:
    adapter = kuaidi100(FakeServer({}))
    fields = push_fields()
    assert adapter.verify(fields)
    assert adapter.verify({**fields, "sign": fields["sign"].lower()})
    assert not adapter.verify({**fields, "param": fields["param"].replace("签收", "退回")})
    assert not adapter.verify({})
    assert not Kuaidi100(Credentials("c", {}, "")).verify({"sign": md5(fields["param"]), "param": fields["param"]})


def test_a_push_says_its_end_and_the_carrier_found_anew() -> None:
    adapter = kuaidi100(FakeServer({}))
    assert adapter.parse_push(push_fields())[0].end == ""
    assert adapter.parse_push(push_fields(status="shutdown"))[0].end == "done"
    (gone,) = adapter.parse_push(
        push_fields(status="abort", message="3天查询无记录", autoCheck="1", comOld="yuantong", comNew="shentong")
    )
    assert (gone.end, gone.new_carrier, gone.message) == ("gave_up", "shentong", "3天查询无记录")
    for nonsense in ({"param": "no json"}, {"param": "[]"}, {"param": '{"lastResult":null}'}, {}):
        with pytest.raises(GiveUp):
            adapter.parse_push(nonsense)


KDNIAO_TOLD = {
    "EBusinessID": "1237100",
    "ShipperCode": "YD",
    "Success": True,
    "LogisticCode": "390141793061",
    "State": "3",
    "StateEx": "304",
    "Location": "威海市",
    "Traces": [
        {
            "AcceptTime": "Thu Mar 26 15:37:57 CST 2026",
            "AcceptStation": "【北京环铁站】已收件",
            "Location": "北京市",
            "Action": "1",
        },
        {"AcceptTime": "2026-03-27 06:37:57", "AcceptStation": "已签收,签收人是【毕森】", "Location": "威海市"},
    ],
}


def test_kdniao_reads_both_ways_of_writing_time_and_the_finest_state() -> None:
    server = FakeServer(KDNIAO_TOLD)
    news = kdniao(server).query(Ask("390141793061", "YD", "5678"))
    form = server.asked[0][1]
    assert form["RequestType"] == "8001"
    assert form["DataSign"] == data_sign(form["RequestData"], "apikey")
    assert json.loads(form["RequestData"])["CustomerName"] == "5678"
    assert [scan.code for scan in news.scans] == ["1", "304"]
    assert news.scans[0].at.isoformat() == "2026-03-26T15:37:57+08:00"


def test_kdniao_pushes_many_numbers_at_once_and_signs_them() -> None:
    adapter = kdniao(FakeServer({}))
    data = json.dumps({"EBusinessID": "1237100", "Count": "2", "Data": [KDNIAO_TOLD, KDNIAO_TOLD]})
    fields = {"RequestData": data, "RequestType": "102", "DataSign": data_sign(data, "apikey")}
    assert adapter.verify(fields)
    assert not adapter.verify({**fields, "RequestData": data + " "})
    assert [news.number for news in adapter.parse_push(fields)] == ["390141793061"] * 2
    assert adapter.answer(taken=True)["Success"] is True


def test_kdniao_errors_say_whether_to_try_again() -> None:
    with pytest.raises(TryLater):
        kdniao(FakeServer({"Success": False, "Reason": "暂无轨迹信息"})).query(ASK)
    with pytest.raises(GiveUp):
        kdniao(FakeServer({"Success": False, "Reason": "非法参数"})).query(ASK)
    kdniao(FakeServer({"Success": False, "Reason": "重复订阅"})).subscribe(ASK)


SF_ROUTES = [
    {"acceptTime": "2026-11-20 09:00:00", "acceptAddress": "杭州市", "remark": "正在派送", "opCode": "44"},
    {"acceptTime": "2026-11-19 09:00:00", "acceptAddress": "深圳市", "remark": "已收取快件", "opCode": "50"},
]


def sf_answer(code: str = "A1000", **inner: Any) -> dict[str, Any]:
    told = {"success": True, "errorCode": "S0000", **inner}
    return {"apiResultCode": code, "apiErrorMsg": "", "apiResultData": json.dumps(told)}


def test_sf_signs_the_message_and_reads_the_routes_of_the_number() -> None:
    routes = {"routeResps": [{"mailNo": "SF1234567890123", "routes": SF_ROUTES}]}
    server = FakeServer(sf_answer(msgData=routes))
    news = sf(server).query(ASK)
    path, form = server.asked[0]
    assert (path, form["serviceCode"]) == ("/std/service", "EXP_RECE_SEARCH_ROUTES")
    assert form["msgDigest"] == digest(form["msgData"], form["timestamp"], SECRET)
    assert [scan.code for scan in news.scans] == ["50", "44"]


def test_sf_pushes_are_checked_and_read() -> None:
    adapter = sf(FakeServer({}))
    body = json.dumps({"Body": {"WaybillRoute": [{**route, "mailno": "SF1"} for route in SF_ROUTES]}})
    fields = {"msgData": body, "timestamp": "1", "msgDigest": digest(body, "1", SECRET)}
    assert adapter.verify(fields)
    assert not adapter.verify({**fields, "timestamp": "2"})
    assert [scan.code for scan in adapter.parse_push(fields)[0].scans] == ["50", "44"]
    with pytest.raises(GiveUp):
        sf(FakeServer({"apiResultCode": "A1002", "apiErrorMsg": "签名错误"})).query(ASK)
    with pytest.raises(TryLater):
        sf(FakeServer({"apiResultCode": "A1011", "apiErrorMsg": "OSP"})).query(ASK)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (httpx.ConnectTimeout("slow"), 200, TryLater),
        (httpx.ReadError("gone"), 200, TryLater),
        ("busy", 502, TryLater),
        ("slow down", 429, TryLater),
        ("nothing here", 404, GiveUp),
        ("<html>login</html>", 200, GiveUp),
        ([], 200, GiveUp),
    ],
)
def test_trouble_on_the_way_says_whether_to_try_again_and_tells_no_secret(
    make: MakeAdapter, answer: Any, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        make(FakeServer(answer, status)).query(ASK)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(make(FakeServer({})).credentials)
