"""Codes of carriers themselves: SF route operations, and the house's own scans (status, or status/detail)."""

from suhui.records.shipments.choices import Fault as F
from suhui.records.shipments.choices import Status as S
from suhui.records.shipments.choices import SubStatus as D
from suhui.records.shipments.mapping.meaning import Meaning as M

SF: dict[str, M] = {
    "50": M(S.COLLECTED),
    "51": M(S.COLLECTED),
    "54": M(S.COLLECTED),
    "43": M(S.COLLECTED),
    "30": M(S.IN_TRANSIT, D.TRUNK),
    "36": M(S.IN_TRANSIT, D.TRUNK),
    "10": M(S.IN_TRANSIT, D.TRUNK),
    "31": M(S.IN_TRANSIT, D.AT_HUB),
    "11": M(S.IN_TRANSIT, D.AT_HUB),
    "3036": M(S.IN_TRANSIT, D.TRUNK),
    "44": M(S.OUT_FOR_DELIVERY),
    "204": M(S.OUT_FOR_DELIVERY),
    "125": M(S.AWAITING_PICKUP, D.LOCKER),
    "126": M(S.OUT_FOR_DELIVERY),
    "130": M(S.AWAITING_PICKUP, D.STATION),
    "607": M(S.DELIVERED, D.BY_PROXY),
    "80": M(S.DELIVERED),
    "8000": M(S.DELIVERED),
    "33": M(S.EXCEPTION),
    "34": M(S.EXCEPTION, D.STALE),
    "70": M(S.ATTEMPT_FAILED),
    "77": M(S.EXCEPTION, D.OUT_OF_AREA),
    "99": M(S.IN_TRANSIT, D.REDIRECTED),
    "648": M(S.RETURNING),
    "604": M(S.CUSTOMS, D.CUSTOMS_PROCESSING),
    "605": M(S.CUSTOMS, D.CUSTOMS_CLEARED),
    "606": M(S.CUSTOMS, D.CUSTOMS_HELD, F.CUSTOMS),
}

_DETAILS: dict[S, list[D]] = {
    S.CREATED: [D.ORDERED, D.TO_COLLECT, D.PICKUP_FAILED],
    S.COLLECTED: [],
    S.IN_TRANSIT: [D.AT_HUB, D.TRUNK, D.DEST_COUNTRY, D.DEST_CITY, D.DEST_BRANCH, D.REDIRECTED, D.TRANSFERRED],
    S.CUSTOMS: [D.CUSTOMS_PENDING, D.CUSTOMS_PROCESSING, D.CUSTOMS_CLEARED, D.CUSTOMS_HELD, D.DUTY_UNPAID],
    S.OUT_FOR_DELIVERY: [D.RESCHEDULED, D.APPOINTMENT],
    S.AWAITING_PICKUP: [D.LOCKER, D.STATION, D.OVERDUE],
    S.DELIVERED: [
        D.BY_SELF,
        D.BY_PROXY,
        D.BY_GUARD,
        D.FROM_LOCKER,
        D.FROM_STATION,
        D.COD_PAID,
        D.AFTER_EXCEPTION,
    ],
    S.ATTEMPT_FAILED: [D.UNREACHABLE, D.ABSENT, D.ADDRESS_WRONG, D.PHONE_WRONG, D.CLOSED],
    S.EXCEPTION: [
        D.MISSORTED,
        D.DAMAGED,
        D.SHORT,
        D.LOST_SUSPECTED,
        D.LOST_CONFIRMED,
        D.STALE,
        D.UNSIGNED,
        D.OUT_OF_AREA,
        D.PROHIBITED,
        D.INTERCEPTED,
        D.WEATHER,
    ],
    S.REFUSED: [],
    S.RETURNING: [],
    S.RETURNED: [],
    S.CANCELLED: [],
}
_FAULTS: dict[S | D, F] = {
    D.MISSORTED: F.CARRIER,
    D.DAMAGED: F.CARRIER,
    D.SHORT: F.CARRIER,
    D.LOST_SUSPECTED: F.CARRIER,
    D.LOST_CONFIRMED: F.CARRIER,
    D.ADDRESS_WRONG: F.SENDER,
    D.PHONE_WRONG: F.SENDER,
    D.PROHIBITED: F.SENDER,
    D.UNREACHABLE: F.RECIPIENT,
    D.ABSENT: F.RECIPIENT,
    D.CLOSED: F.RECIPIENT,
    S.REFUSED: F.RECIPIENT,
    D.CUSTOMS_HELD: F.CUSTOMS,
    D.DUTY_UNPAID: F.RECIPIENT,
    D.WEATHER: F.WEATHER,
}


def _own() -> dict[str, M]:
    table: dict[str, M] = {}
    for status, details in _DETAILS.items():
        table[status.value] = M(status, D.NONE, _FAULTS.get(status, F.NONE))
        for detail in details:
            table[f"{status.value}/{detail.value}"] = M(status, detail, _FAULTS.get(detail, F.NONE))
    return table


OWN: dict[str, M] = _own()
