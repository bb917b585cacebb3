"""A pasted text taken apart for the quick form: number, carrier, name, phone, address."""

import re
from dataclasses import dataclass, field

from suhui.records.customers import addresses
from suhui.records.shipments.findings import find_in_text

_SAYS_NUMBER = re.compile(
    r"(?:快递|运|包裹|物流)?单号码?(?:是|为)?[:：]?|(?:顺丰|中通|圆通|申通|韵达|极兔|京东|快递|快件)"
)


@dataclass(frozen=True)
class Read:
    """`fields` fill the form (names as in RegisterForm); `found` says in short what was recognised."""

    fields: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


def read(text: str) -> Read:
    """The first waybill number with its likeliest carrier, and the person of the rest."""
    text = text[:2000]
    fields: dict[str, str] = {}
    found: list[str] = []
    numbers = find_in_text(text)
    rest = text
    for item in reversed(numbers):
        rest = f"{rest[: item.start]} {rest[item.end :]}"
    if numbers:
        best = numbers[0].candidates[0]
        fields |= {"number": numbers[0].number, "carrier": best.carrier}
        found.append(f"{numbers[0].number} · {best.name}")
    person = addresses.read_paste(_SAYS_NUMBER.sub(" ", rest))
    where = f"{person.parts.province}{person.parts.city}{person.parts.district}{person.parts.detail}"
    known = bool(person.parts.city or person.parts.province)
    for name, value in (
        ("recipient_name", person.name),
        ("recipient_phone", person.phone.removeprefix("+86")),
        ("recipient_address", where if known else ""),
    ):
        if value:
            fields[name] = value
            found.append(value)
    return Read(fields, found)
