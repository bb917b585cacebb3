"""KDNiao (快递鸟): query 1002/8001, subscription 1008/8008, pushes with DataSign."""

import base64
import hashlib
import json
from typing import Any

import httpx

from suhui.platform.core.clock import local, now
from suhui.records.shipments.adapters.base import (
    Ask,
    Credentials,
    Fields,
    GiveUp,
    News,
    NotServed,
    TryLater,
    beijing,
    objects,
    post,
    read_json,
    same,
    text_of,
)
from suhui.records.shipments.told import Scan

ADDRESS = "https://api.kdniao.com"
QUERY, SUBSCRIBE = "8001", "8008"
_TIMES = ("%Y-%m-%d %H:%M:%S", "%a %b %d %H:%M:%S CST %Y", "%Y/%m/%d %H:%M:%S")
_LATER_WORDS = ("暂无", "没有", "稍后", "超时", "繁忙")
_ALREADY_WORDS = ("重复", "已订阅")


def data_sign(request_data: str, key: str) -> str:
    """base64 of the lower-case hexadecimal MD5 of the data and the key (their choice, not ours)."""
    digest = hashlib.md5((request_data + key).encode(), usedforsecurity=False).hexdigest()
    return base64.b64encode(digest.encode()).decode()


class KDNiao:
    def __init__(self, credentials: Credentials, client: httpx.Client | None = None) -> None:
        self.credentials = credentials
        self.client = client

    def query(self, ask: Ask) -> News:
        told = self._call(QUERY, ask)
        return _news(told)

    def subscribe(self, ask: Ask) -> None:
        self._call(SUBSCRIBE, ask)

    def _call(self, kind: str, ask: Ask) -> dict[str, Any]:
        wanted = {"ShipperCode": ask.carrier, "LogisticCode": ask.number}
        if ask.phone_tail:
            wanted["CustomerName"] = ask.phone_tail
        data = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
        form = {
            "RequestData": data,
            "EBusinessID": self.credentials.customer,
            "RequestType": kind,
            "DataSign": data_sign(data, self.credentials.secrets.get("key", "")),
            "DataType": "2",
        }
        told = post(self.client, f"{self.credentials.address}/Ebusiness/EbusinessOrderHandle.aspx", data=form)
        if told.get("Success") is True:
            return told
        reason = text_of(told.get("Reason"))[:200]
        if kind == SUBSCRIBE and any(word in reason for word in _ALREADY_WORDS):
            return told
        if any(word in reason for word in _LATER_WORDS):
            raise TryLater(reason)
        if kind == SUBSCRIBE and "不支持" in reason:
            raise NotServed(reason)
        raise GiveUp(reason or "refused without a reason")

    def verify(self, fields: Fields) -> bool:
        key = self.credentials.secrets.get("key", "")
        return bool(key) and same(fields.get("DataSign", ""), data_sign(fields.get("RequestData", ""), key))

    def parse_push(self, fields: Fields) -> list[News]:
        told = read_json(fields.get("RequestData", ""))
        items = [item for item in objects(told.get("Data")) if text_of(item.get("LogisticCode"))]
        if not items:
            raise GiveUp("the push names no number")
        return [_news(item) for item in items]

    def answer(self, *, taken: bool, message: str = "") -> dict[str, Any]:
        return {
            "EBusinessID": self.credentials.customer,
            "UpdateTime": local(now()).strftime("%Y-%m-%d %H:%M:%S"),
            "Success": taken,
            "Reason": "" if taken else message,
        }


def _news(told: dict[str, Any]) -> News:
    """Traces come oldest first (Sort 0); sorted here, because some accounts turn it round."""
    lines = objects(told.get("Traces"))
    whole = text_of(told.get("StateEx") or told.get("State"))
    scans = [scan for line in lines if (scan := _scan(line)) is not None]
    scans.sort(key=lambda scan: scan.at)
    if scans and not scans[-1].code and whole not in ("", "0"):
        newest = scans[-1]
        scans[-1] = Scan(at=newest.at, code=whole, text=newest.text, place=newest.place)
    return News(
        number=text_of(told.get("LogisticCode")),
        carrier=text_of(told.get("ShipperCode")),
        scans=scans,
        message=text_of(told.get("Reason"))[:200],
    )


def _scan(line: dict[str, Any]) -> Scan | None:
    at = beijing(text_of(line.get("AcceptTime")), *_TIMES)
    if at is None:
        return None
    return Scan(
        at=at,
        code=text_of(line.get("Action")),
        text=text_of(line.get("AcceptStation")),
        place=text_of(line.get("Location")),
    )
