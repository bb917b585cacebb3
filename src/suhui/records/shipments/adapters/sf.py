"""SF Express (顺丰 丰桥): routes by EXP_RECE_SEARCH_ROUTES, registration for route pushes."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import httpx

from suhui.platform.core.clock import now
from suhui.records.shipments.adapters.base import (
    Ask,
    Credentials,
    Fields,
    GiveUp,
    News,
    TryLater,
    beijing,
    objects,
    post,
    read_json,
    same,
    text_of,
)
from suhui.records.shipments.told import Scan

ADDRESS = "https://sfapi.sf-express.com"
CODE = "sf"
_OK = "A1000"
_LATER = {"A1011", "A1099", "S0001"}
"""A1011 too many calls, A1099 and S0001 trouble on their side."""


def digest(message: str, timestamp: str, checkword: str) -> str:
    """base64 of the raw MD5 of the URL-encoded message, time stamp and checkword (their choice, not ours)."""
    text = quote_plus(message + timestamp + checkword)
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


class SFExpress:
    def __init__(self, credentials: Credentials, client: httpx.Client | None = None) -> None:
        self.credentials = credentials
        self.client = client

    def query(self, ask: Ask) -> News:
        wanted = {
            "language": "zh-CN",
            "trackingType": "1",
            "trackingNumber": [ask.number],
            "methodType": "1",
            "checkPhoneNo": ask.phone_tail,
        }
        told = self._call("EXP_RECE_SEARCH_ROUTES", wanted)
        for answer in objects(told.get("routeResps")):
            if text_of(answer.get("mailNo")) == ask.number:
                return _news(ask.number, objects(answer.get("routes")))
        return News(ask.number, CODE)

    def subscribe(self, ask: Ask) -> None:
        wanted = {
            "type": "2",
            "attributeNo": ask.number,
            "checkPhoneNo": ask.phone_tail,
            "language": "zh-CN",
            "country": "CN",
        }
        self._call("EXP_RECE_REGISTER_ROUTE", wanted)

    def _call(self, service: str, wanted: dict[str, Any]) -> dict[str, Any]:
        message = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
        timestamp = str(int(now().timestamp()))
        form = {
            "partnerID": self.credentials.customer,
            "requestID": str(uuid4()),
            "serviceCode": service,
            "timestamp": timestamp,
            "msgDigest": digest(message, timestamp, self.credentials.secrets.get("checkword", "")),
            "msgData": message,
        }
        told = post(self.client, f"{self.credentials.address}/std/service", data=form)
        _check(text_of(told.get("apiResultCode")), _OK, text_of(told.get("apiErrorMsg")))
        inner = told.get("apiResultData")
        result = inner if isinstance(inner, dict) else read_json(text_of(inner))
        if result.get("success") is not True:
            _check(text_of(result.get("errorCode")), "S0000", text_of(result.get("errorMsg")))
        data = result.get("msgData")
        return data if isinstance(data, dict) else {}

    def verify(self, fields: Fields) -> bool:
        checkword = self.credentials.secrets.get("checkword", "")
        expected = digest(fields.get("msgData", ""), fields.get("timestamp", ""), checkword)
        return bool(checkword) and same(fields.get("msgDigest", ""), expected)

    def parse_push(self, fields: Fields) -> list[News]:
        told = read_json(fields.get("msgData", ""))
        body = told.get("Body")
        routes = objects(body.get("WaybillRoute") if isinstance(body, dict) else told.get("WaybillRoute"))
        by_number: dict[str, list[dict[str, Any]]] = {}
        for route in routes:
            if number := text_of(route.get("mailno") or route.get("mailNo")):
                by_number.setdefault(number, []).append(route)
        if not by_number:
            raise GiveUp("the push names no number")
        return [_news(number, found) for number, found in by_number.items()]

    def answer(self, *, taken: bool, message: str = "") -> dict[str, Any]:
        code, words = ("0000", "成功") if taken else ("1000", message or "失败")
        return {"return_code": code, "return_msg": words}


def _check(code: str, fine: str, message: str) -> None:
    if code == fine:
        return
    text = f"{code} {message}".strip()[:200]
    raise TryLater(text) if code in _LATER else GiveUp(text)


def _news(number: str, routes: list[dict[str, Any]]) -> News:
    scans = [scan for route in routes if (scan := _scan(route)) is not None]
    scans.sort(key=lambda scan: scan.at)
    return News(number, CODE, scans)


def _scan(route: dict[str, Any]) -> Scan | None:
    at = beijing(text_of(route.get("acceptTime")))
    if at is None:
        return None
    return Scan(
        at=at,
        code=text_of(route.get("opCode") or route.get("opcode")),
        text=text_of(route.get("remark")),
        place=text_of(route.get("acceptAddress")),
    )
