"""The shipped decision table "shipment.exceptions": when a sign is an exception, how grave, and what follows."""

from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.registry import Choices, Column, Row, TableSpec, any_of, at_least
from suhui.records.shipments.choices import ExceptionKind, Product, Severity, Status, Until
from suhui.records.shipments.models import Carrier
from suhui.records.shipments.signs import Sign

CODE = "shipment.exceptions"
_TRADE = "KDNiao 402/403/412"
_STATION = "house rule, unverified"


def _carriers() -> Choices:
    return list(Carrier.objects.filter(active=True).values_list("code", "name"))


def _then(
    kind: str, severity: str, hours: int, *, case: bool, tell: bool, until: str = Until.PERSON
) -> dict[str, object]:
    return {
        "exception": kind,
        "severity": severity,
        "handle_hours": hours,
        "open_case": case,
        "notify": tell,
        "until": until,
    }


_K, _S = ExceptionKind, Severity

ROWS = [
    Row(
        {"sign": Sign.NO_SIGN_OFF.value, "hours": at_least(36)},
        _then(_K.UNSIGNED, _S.HIGH, 4, case=True, tell=False, until=Until.MOVES),
        basis=_TRADE,
    ),
    Row(
        {"sign": Sign.NO_UPDATE.value, "hours": at_least(120)},
        _then(_K.STALE, _S.HIGH, 4, case=True, tell=False, until=Until.MOVES),
        basis=_TRADE,
    ),
    Row(
        {"sign": Sign.IN_LOCKER.value, "hours": at_least(18)},
        _then(_K.LOCKER, _S.LOW, 8, case=False, tell=True, until=Until.MOVES),
        basis=_TRADE,
    ),
    Row(
        {"sign": Sign.AT_STATION.value, "hours": at_least(72)},
        _then(_K.STATION, _S.LOW, 8, case=False, tell=True, until=Until.MOVES),
        basis=_STATION,
        verified=False,
    ),
    Row(
        {"sign": Sign.OVER_PROMISE.value, "hours": at_least(24)},
        _then(_K.LATE, _S.HIGH, 4, case=True, tell=True, until=Until.DELIVERED),
        basis=_STATION,
        verified=False,
    ),
    Row(
        {"sign": Sign.OVER_PROMISE.value, "hours": at_least(2), "product": any_of(Product.PRIORITY, Product.SAME_CITY)},
        _then(_K.LATE, _S.MEDIUM, 2, case=False, tell=False, until=Until.DELIVERED),
        basis=_STATION,
        verified=False,
    ),
    Row(
        {"sign": Sign.CAME_LATE.value},
        _then(_K.LATE, _S.LOW, 8, case=False, tell=False, until=Until.DELIVERED),
        basis=_STATION,
        verified=False,
    ),
    Row(
        {"sign": Sign.DAMAGED.value, "insured": True},
        _then(_K.DAMAGED, _S.HIGH, 2, case=True, tell=True),
        basis="快递暂行条例",
    ),
    Row({"sign": Sign.DAMAGED.value}, _then(_K.DAMAGED, _S.HIGH, 4, case=True, tell=True), basis="快递暂行条例"),
    Row({"sign": Sign.SHORT.value}, _then(_K.SHORT, _S.HIGH, 4, case=True, tell=True), basis="快递暂行条例"),
    Row(
        {"sign": any_of(Sign.LOST_SUSPECTED, Sign.LOST_CONFIRMED)},
        _then(_K.LOST, _S.HIGH, 2, case=True, tell=False),
        basis="快递暂行条例",
    ),
    Row(
        {"sign": Sign.MISSORTED.value},
        _then(_K.MISSORTED, _S.MEDIUM, 4, case=False, tell=False, until=Until.MOVES),
    ),
    Row(
        {"sign": Sign.FAILED.value, "attempts": at_least(2)},
        _then(_K.FAILED_ATTEMPT, _S.MEDIUM, 4, case=True, tell=True, until=Until.DELIVERED),
        basis="GB/T 27917.3",
        verified=False,
    ),
    Row(
        {"sign": any_of(Sign.ADDRESS_WRONG, Sign.PHONE_WRONG)},
        _then(_K.ADDRESS, _S.MEDIUM, 4, case=False, tell=True, until=Until.MOVES),
    ),
    Row({"sign": Sign.REFUSED.value}, _then(_K.REFUSED, _S.MEDIUM, 8, case=False, tell=True, until=Until.DELIVERED)),
    Row(
        {"sign": Sign.OUT_OF_AREA.value}, _then(_K.OUT_OF_AREA, _S.MEDIUM, 8, case=False, tell=True, until=Until.MOVES)
    ),
    Row({"sign": Sign.PROHIBITED.value}, _then(_K.PROHIBITED, _S.HIGH, 4, case=True, tell=True)),
    Row(
        {"sign": Sign.CUSTOMS_HELD.value, "hours": at_least(24)},
        _then(_K.CUSTOMS, _S.MEDIUM, 16, case=False, tell=True, until=Until.MOVES),
        basis=_STATION,
        verified=False,
    ),
    Row(
        {"sign": Sign.WEATHER.value},
        _then(_K.WEATHER, _S.LOW, 24, case=False, tell=True, until=Until.MOVES),
        basis="快递市场管理办法 39",
    ),
]

SPEC = TableSpec(
    code=CODE,
    title=_("Parcel exceptions"),
    help=_("Asked for every sign of trouble a parcel shows. No row: nothing is raised."),
    inputs=[
        Column("sign", _("Sign"), "enum", choices=Sign.choices),
        Column("hours", _("Hours since"), "number", unit=_("h")),
        Column("attempts", _("Failed attempts"), "number"),
        Column("status", _("Status"), "enum", choices=Status.choices),
        Column("product", _("Product"), "enum", choices=Product.choices),
        Column("carrier", _("Carrier"), "enum", choices=_carriers),
        Column("insured", _("Insured"), "flag"),
    ],
    outputs=[
        Column("exception", _("Exception"), "enum", choices=ExceptionKind.choices),
        Column("severity", _("Severity"), "enum", choices=Severity.choices),
        Column("handle_hours", _("Handle within"), "number", unit=_("working hours")),
        Column("open_case", _("Open a case"), "flag"),
        Column("notify", _("Tell the customer"), "flag"),
        Column("until", _("Ends by itself when"), "enum", choices=Until.choices),
    ],
    rows=ROWS,
    order=30,
)
