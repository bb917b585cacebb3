"""kuaidi100 (快递100): query, subscription, signed pushes."""

import hashlib
import json
import re
from typing import Any

import httpx

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

ADDRESS = "https://poll.kuaidi100.com"
_LATER = {"500", "501", "502"}
_NOT_SERVED = {"700", "701", "702"}
_ALREADY = "501"
_PLACE = re.compile(r"【([^】]{2,40})】")
_COURIER = re.compile(r"(?<!\d)(1[3-9]\d{9})(?!\d)")
_WORDS = {
    "揽收": "1",
    "在途": "0",
    "疑难": "2",
    "签收": "3",
    "退签": "4",
    "派件": "5",
    "退回": "6",
    "转投": "7",
    "转单": "7",
    "清关": "8",
    "拒签": "14",
}
"""Status words of pushes that carry no statusCode."""


def md5(text: str) -> str:
    """Their signature: upper-case hexadecimal MD5 (their choice, not ours)."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


class Kuaidi100:
    def __init__(self, credentials: Credentials, client: httpx.Client | None = None) -> None:
        self.credentials = credentials
        self.client = client

    def query(self, ask: Ask) -> News:
        param: dict[str, str] = {"com": ask.carrier, "num": ask.number}
        if ask.phone_tail:
            param["phone"] = ask.phone_tail
        param["resultv2"] = "4"
        told = post(self.client, f"{self.credentials.address}/poll/query.do", data=self.query_form(param))
        if text_of(told.get("status")) != "200":
            raise _error(text_of(told.get("returnCode") or told.get("status")), text_of(told.get("message")))
        return _news(told)

    def query_form(self, param: dict[str, str]) -> dict[str, str]:
        """The form of /poll/query.do, signed: MD5 of param, key and customer."""
        text = json.dumps(param, ensure_ascii=False, separators=(",", ":"))
        key, customer = self.credentials.secrets.get("key", ""), self.credentials.customer
        return {"customer": customer, "sign": md5(text + key + customer), "param": text}

    def subscribe(self, ask: Ask) -> None:
        parameters = {
            "callbackurl": self.credentials.callback,
            "salt": self.credentials.secrets.get("salt", ""),
            "resultv2": "4",
            "autoCom": "1",
            "interCom": "0",
        }
        if ask.phone_tail:
            parameters["phone"] = ask.phone_tail
        param = {
            "company": ask.carrier,
            "number": ask.number,
            "key": self.credentials.secrets.get("key", ""),
            "parameters": parameters,
        }
        form = {"schema": "json", "param": json.dumps(param, ensure_ascii=False, separators=(",", ":"))}
        told = post(self.client, f"{self.credentials.address}/poll", data=form)
        code = text_of(told.get("returnCode"))
        if told.get("result") is True or code in ("200", _ALREADY):
            return
        raise _error(code, text_of(told.get("message")))

    def verify(self, fields: Fields) -> bool:
        salt = self.credentials.secrets.get("salt", "")
        return bool(salt) and same(fields.get("sign", "").upper(), md5(fields.get("param", "") + salt))

    def parse_push(self, fields: Fields) -> list[News]:
        param = read_json(fields.get("param", ""))
        status = text_of(param.get("status"))
        last = param.get("lastResult")
        last = last if isinstance(last, dict) else {}
        if not text_of(last.get("nu")):
            raise GiveUp("the push names no number")
        message = text_of(param.get("message"))[:200]
        # autoCheck 1: they tried another carrier by themselves and found the number there.
        found_elsewhere = text_of(param.get("autoCheck")) == "1"
        return [
            _news(
                last,
                end={"shutdown": "done", "abort": "gave_up"}.get(status, ""),
                new_carrier=text_of(param.get("comNew")) if found_elsewhere else "",
                message=message,
            )
        ]

    def answer(self, *, taken: bool, message: str = "") -> dict[str, Any]:
        if taken:
            return {"result": True, "returnCode": "200", "message": "成功"}
        return {"result": False, "returnCode": "500", "message": message or "失败"}


def _error(code: str, message: str) -> TryLater | GiveUp:
    text = f"{code} {message}".strip()[:200]
    if code in _LATER:
        return TryLater(text)
    return NotServed(text) if code in _NOT_SERVED else GiveUp(text)


def _news(last: dict[str, Any], *, end: Any = "", new_carrier: str = "", message: str = "") -> News:
    """`data` comes newest first; a line without any code takes the whole parcel's state when it is the newest."""
    lines = objects(last.get("data"))
    state = text_of(last.get("state"))
    scans = [scan for place, line in enumerate(lines) if (scan := _scan(line, state if place == 0 else "")) is not None]
    scans.reverse()
    return News(
        number=text_of(last.get("nu")),
        carrier=text_of(last.get("com")),
        scans=scans,
        end=end,
        new_carrier=new_carrier,
        message=message,
    )


def _scan(line: dict[str, Any], otherwise: str) -> Scan | None:
    at = beijing(text_of(line.get("ftime") or line.get("time")))
    if at is None:
        return None
    text = text_of(line.get("context"))
    code = text_of(line.get("statusCode")) or _WORDS.get(text_of(line.get("status")), "") or otherwise
    place = _PLACE.search(text)
    courier = _COURIER.search(text)
    return Scan(
        at=at,
        code=code,
        text=text,
        place=place.group(1) if place else text_of(line.get("areaName")),
        operator_phone=courier.group(1) if courier else "",
    )
