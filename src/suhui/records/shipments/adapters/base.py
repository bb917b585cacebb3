"""The one protocol of carrier machines, and what its calls give and raise."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

import httpx

from suhui.platform.core.clock import BEIJING
from suhui.records.shipments.told import Scan

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
Fields = Mapping[str, str]


class AdapterError(Exception):
    """A call that did not work. `retry` says whether trying later can help; the text never holds a secret."""

    retry = False


class TryLater(AdapterError):
    """The network, a busy server, a number not known yet."""

    retry = True


class GiveUp(AdapterError):
    """Wrong credentials, a carrier they do not serve, an answer that makes no sense."""


class NotServed(GiveUp):
    """They cannot subscribe this number or carrier; asking by schedule may still work."""


@dataclass(frozen=True)
class Credentials:
    """What an adapter needs of an account. Never shown: its repr is bare."""

    customer: str
    secrets: Mapping[str, str]
    address: str
    callback: str = ""

    def __repr__(self) -> str:
        return "<Credentials>"


@dataclass(frozen=True)
class Ask:
    """The number asked about, under the provider's code for its carrier; `phone_tail` is the last four digits of the
    sender's or recipient's phone, which some carriers demand."""

    number: str
    carrier: str
    phone_tail: str = ""


@dataclass(frozen=True)
class News:
    """What a provider says about one number. Scans are oldest first. `end` tells that no more pushes will come:
    "done" (it has arrived) or "gave_up" (nothing found, or nothing new for long); `new_carrier` that the provider
    found the number to be another carrier's."""

    number: str
    carrier: str
    scans: list[Scan] = field(default_factory=list)
    end: Literal["", "done", "gave_up"] = ""
    new_carrier: str = ""
    message: str = ""


class CarrierAdapter(Protocol):
    def query(self, ask: Ask) -> News:
        """Ask now. Raises TryLater or GiveUp."""

    def subscribe(self, ask: Ask) -> None:
        """Ask to be told. Raises TryLater, NotServed or GiveUp; asking twice is harmless."""

    def verify(self, fields: Fields) -> bool:
        """Whether a push was signed with our secret."""

    def parse_push(self, fields: Fields) -> list[News]:
        """What a push says. Raises GiveUp for nonsense."""

    def answer(self, *, taken: bool, message: str = "") -> dict[str, Any]:
        """What the provider wants to hear after a push."""


def post(
    client: httpx.Client | None, url: str, *, data: Mapping[str, str] | None = None, body: Any = None
) -> dict[str, Any]:
    """POST a form (or JSON) and read the JSON answer. Network trouble, 5xx and 429 are TryLater, the rest GiveUp."""
    try:
        if client is not None:
            response = client.post(url, data=data, json=body, timeout=TIMEOUT)
        else:
            with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as own:
                response = own.post(url, data=data, json=body)
    except httpx.HTTPError as error:
        raise TryLater(type(error).__name__) from None
    if response.status_code >= 500 or response.status_code == 429:
        raise TryLater(f"HTTP {response.status_code}")
    if response.status_code != 200:
        raise GiveUp(f"HTTP {response.status_code}")
    return read_json(response.text)


def read_json(text: str) -> dict[str, Any]:
    """A JSON object. Raises GiveUp for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        raise GiveUp("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise GiveUp("the answer is not an object")
    return found


def objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects, whatever came: null, a single one, rubbish in between."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def text_of(value: Any) -> str:
    return "" if value is None else str(value).strip()


def beijing(text: str, *patterns: str) -> datetime | None:
    """A moment on Beijing's wall clock; None when it cannot be read (the scan is then left out)."""
    for pattern in patterns or ("%Y-%m-%d %H:%M:%S",):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=BEIJING)
        except ValueError:
            continue
    return None


def same(given: str, expected: str) -> bool:
    """Compare signatures without telling by time how much was right."""
    return hmac.compare_digest(given.encode(), expected.encode())
