"""How much one waybill, address or visitor may try, and for how long it is closed after wrong tries.

The figures are the rule tables "portal.lockout" and "portal.limits"; the counts are rows, taken under a lock.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.engines.rules import selectors as rules
from suhui.engines.rules.registry import Column, Row, TableSpec, at_least
from suhui.platform.core.errors import Refused
from suhui.screens.portal.choices import Guarded, Metered
from suhui.screens.portal.models import Meter

LOCKOUT, LIMITS = "portal.lockout", "portal.limits"
FORGOTTEN_AFTER = {Guarded.NUMBER: timedelta(days=30), Guarded.ADDRESS: timedelta(hours=24)}
"""Wrong tries older than this no longer count."""
_HOUSE = "公司内部规定"
_LOCK = """
    INSERT INTO portal_meter (key, count, since, last_at) VALUES (%s, 0, %s, %s)
    ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING *
"""

LOCKOUT_TABLE = TableSpec(
    code=LOCKOUT,
    title=gettext_lazy("Customer pages: wrong phone digits"),
    inputs=[
        Column("guarded", gettext_lazy("Counted against"), "enum", choices=Guarded.choices),
        Column("wrong", gettext_lazy("Wrong tries"), "number"),
    ],
    outputs=[Column("minutes", gettext_lazy("Closed for"), "number", unit=gettext_lazy("minutes"))],
    rows=[
        Row({"guarded": "number", "wrong": at_least(12)}, {"minutes": 10080}, basis=_HOUSE),
        Row({"guarded": "number", "wrong": at_least(8)}, {"minutes": 1440}, basis=_HOUSE),
        Row({"guarded": "number", "wrong": at_least(5)}, {"minutes": 30}, basis=_HOUSE),
        Row({"guarded": "address", "wrong": at_least(40)}, {"minutes": 1440}, basis=_HOUSE),
        Row({"guarded": "address", "wrong": at_least(10)}, {"minutes": 60}, basis=_HOUSE),
    ],
    basis=_HOUSE,
    help=gettext_lazy("After so many wrong tries a waybill or an address is closed. No row: it stays open."),
    order=200,
)
LIMITS_TABLE = TableSpec(
    code=LIMITS,
    title=gettext_lazy("Customer pages: how much one may ask"),
    inputs=[Column("what", gettext_lazy("Counted"), "enum", choices=Metered.choices)],
    outputs=[
        Column("most", gettext_lazy("At most"), "number"),
        Column("minutes", gettext_lazy("Within"), "number", unit=gettext_lazy("minutes")),
    ],
    rows=[
        Row({"what": "tracks"}, {"most": 120, "minutes": 60}, basis=_HOUSE),
        Row({"what": "matters"}, {"most": 10, "minutes": 1440}, basis=_HOUSE),
        Row({"what": "parcel_matters"}, {"most": 5, "minutes": 1440}, basis=_HOUSE),
        Row({"what": "messages"}, {"most": 20, "minutes": 1440}, basis=_HOUSE),
        Row({"what": "photos"}, {"most": 60, "minutes": 1440}, basis=_HOUSE),
    ],
    basis=_HOUSE,
    order=210,
)


def address_key(address: str) -> str:
    """A network address as it is counted: a keyed hash; of IPv6 the /64, which one subscriber holds whole."""
    try:
        parsed = ip_address(address)
        whole = str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
    except ValueError:
        whole = "unknown"
    return hmac.new(settings.SECRET_KEY.encode(), f"portal:{whole}".encode(), hashlib.sha256).hexdigest()[:32]


@transaction.atomic
def spend(what: Metered, key: str, *, at: datetime) -> None:
    """Count one use. Raises Refused when there were too many; then nothing else of the caller's has happened yet."""
    outputs = rules.peek(LIMITS, {"what": what.value}).outputs
    most, minutes = outputs.get("most"), outputs.get("minutes")
    meter = lock(f"{what.value}:{key}", at)
    if minutes and meter.since + timedelta(minutes=minutes) <= at:
        meter.count, meter.since = 0, at
    if most is not None and meter.count >= most:
        raise Refused(_("That was a lot in a short time. Please try again later, or call us."))
    meter.count += 1
    meter.last_at = at
    meter.save(update_fields=["count", "since", "last_at"])


def lock(key: str, at: datetime) -> Meter:
    """The row of a meter, locked until the transaction ends: two at once wait for each other."""
    return Meter.objects.raw(_LOCK, [key, at, at])[0]


def count_wrong(meter: Meter, guarded: Guarded, at: datetime) -> None:
    """One more wrong try on a locked meter; the table says whether it closes now."""
    if meter.last_at + FORGOTTEN_AFTER[guarded] <= at:
        meter.count, meter.since = 0, at
    meter.count += 1
    meter.last_at = at
    minutes = rules.peek(LOCKOUT, {"guarded": guarded.value, "wrong": meter.count}).outputs.get("minutes")
    if minutes:
        meter.closed_until = at + timedelta(minutes=minutes)
    meter.save(update_fields=["count", "since", "last_at", "closed_until"])


def is_closed(meter: Meter, at: datetime) -> bool:
    return meter.closed_until is not None and meter.closed_until > at
