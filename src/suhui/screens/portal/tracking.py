"""A customer's way to a parcel: the number and the last four digits of a phone, and what they then see of it."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import settled
from suhui.platform.core.clock import local
from suhui.platform.core.errors import BadInput, Missing, Refused
from suhui.platform.privacy import masks
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import limits
from suhui.screens.portal.choices import Guarded, Metered, Side

PASS_LASTS = timedelta(hours=12)
MOST_PASSES = 20
_KEY = "portal_passes"
_ROLE = (
    r"(?:快递员|派件员|派送员|业务员|收件员|揽件员|揽投员|投递员|配送员|小哥"
    r"|联系人|签收人|收件人|收货人|寄件人|经手人|代收人)"
)
_NAMED = re.compile(rf"({_ROLE}\s*[:：【\[（(]\s*)([\u4e00-\u9fff·]{{2,10}}|[A-Za-z][A-Za-z .'-]{{1,40}})")
_CALLED = re.compile(rf"({_ROLE})([\u4e00-\u9fff]{{2,4}})(?=\s*[,，、;；(（\[【]?\s*(?:电话|手机|联系|TEL|\d{{3}}\*))")
_SIGNED = re.compile(r"(签收人\s*(?:是|为)\s*)([\u4e00-\u9fff·]{2,10})")


@dataclass(frozen=True)
class Scan:
    """One line of the parcel's story as a customer reads it: masked, the place apart."""

    at: datetime
    words: str
    text: str
    place: str


@transaction.atomic(savepoint=False)
def _try(number: str, tail: str, address: str, at: datetime) -> tuple[Waybill | None, datetime | None]:
    """The waybill when the digits are right; else until when it is closed, if it is. The count is kept either way."""
    key = re.sub(r"[^0-9A-Z]", "", number.upper())[:40]
    wrong_by_number = limits.lock(f"number:{key}", at)
    wrong_by_address = limits.lock(f"address:{limits.address_key(address)}", at)
    for meter in (wrong_by_number, wrong_by_address):
        if limits.is_closed(meter, at):
            return None, meter.closed_until
    found = parcels.for_phone_tail(number, tail)
    if found is not None:
        wrong_by_number.count, wrong_by_number.closed_until = 0, None
        wrong_by_number.save(update_fields=["count", "closed_until"])
        return found, None
    limits.count_wrong(wrong_by_number, Guarded.NUMBER, at)
    limits.count_wrong(wrong_by_address, Guarded.ADDRESS, at)
    ends = [m.closed_until for m in (wrong_by_number, wrong_by_address) if m.closed_until and m.closed_until > at]
    return None, max(ends) if ends else None


@settled.steady()
def check(*, number: str, tail: str, address: str, at: datetime) -> Waybill:
    """The parcel of this number when `tail` ends the sender's or the recipient's phone.

    Raises BadInput for digits that are not four, and when number or digits are wrong, in the same words; Refused while
    the waybill or the network `address` is closed, without looking at the digits.
    """
    tail = _plain(tail)
    if not re.fullmatch(r"[0-9]{4}", tail):
        raise BadInput(_("Enter the last four digits of the phone."), {"tail": _("Enter the last four digits.")})
    if not number.strip():
        raise BadInput(_("Enter the waybill number."), {"number": _("Enter the waybill number.")})
    limits.spend(Metered.TRACKS, limits.address_key(address), at=at)
    found, closed_until = _try(number[:80], tail, address, at)
    if found is not None:
        return found
    if closed_until is not None:
        when = local(closed_until).strftime("%m-%d %H:%M")
        raise Refused(
            _(
                "Too many wrong tries. To protect the parcel it can be asked for again from %(time)s. Our service desk "
                "helps at once."
            )
            % {"time": when}
        )
    raise BadInput(
        _(
            "Number and digits do not fit together. Please check both: the number is on the receipt, the digits are "
            "the last four of the recipient's or the sender's phone."
        )
    )


def side_of(waybill: Waybill, tail: str) -> Side:
    """Whose phone it was."""
    return Side.RECIPIENT if waybill.recipient_phone.endswith(_plain(tail)) else Side.SENDER


def _plain(tail: str) -> str:
    return tail.translate(str.maketrans("０１２３４５６７８９", "0123456789")).strip()


def give_pass(session: MutableMapping[str, Any], waybill: Waybill, side: Side, at: datetime) -> None:
    """Let this browser see the parcel for twelve hours."""
    passes = dict(session.get(_KEY, {}))
    passes[str(waybill.pk)] = [side.value, (at + PASS_LASTS).timestamp()]
    newest = sorted(passes.items(), key=lambda entry: entry[1][1])[-MOST_PASSES:]
    session[_KEY] = dict(newest)


def take_pass(session: MutableMapping[str, Any], waybill_id: int) -> None:
    """Forget it: on somebody else's phone."""
    passes = dict(session.get(_KEY, {}))
    passes.pop(str(waybill_id), None)
    session[_KEY] = passes


def with_pass(session: MutableMapping[str, Any], waybill_id: int, at: datetime) -> tuple[Waybill, Side]:
    """The parcel this browser may see, and as whom. Raises Missing without a pass or when it has run out."""
    side, until = session.get(_KEY, {}).get(str(waybill_id), ["", 0])
    if until > at.timestamp():
        rows = Waybill.objects.select_related("carrier", "origin", "destination", "current_branch")
        if (found := rows.filter(pk=waybill_id).first()) is not None:
            return found, Side(side)
    raise Missing(_("Please enter the number and the phone digits again: this page closes after some hours."))


def passes(session: MutableMapping[str, Any], at: datetime) -> list[Waybill]:
    """The parcels this browser may see now, newest first."""
    ids = [int(pk) for pk, (_side, until) in session.get(_KEY, {}).items() if until > at.timestamp()]
    return list(Waybill.objects.filter(pk__in=ids).select_related("carrier").order_by("-last_event_at", "-pk"))


def phone_of(waybill: Waybill, side: str) -> str:
    """The phone that was shown to be known (E.164), empty when none was."""
    return {Side.RECIPIENT.value: waybill.recipient_phone, Side.SENDER.value: waybill.sender_phone}.get(side, "")


def story(waybill: Waybill) -> list[Scan]:
    """The parcel's track, the present on top, nothing personal in it."""
    return [
        Scan(
            at=scan.at,
            words=str(scan.get_sub_status_display() if scan.sub_status else scan.get_status_display()),
            text=masked(scan.raw_text),
            place=scan.place,
        )
        for scan in parcels.track(waybill, 100)
    ]


def masked(text: str) -> str:
    """A carrier's line with phones masked and, as far as they can be told, the names of couriers and signers."""
    text = masks.mask_text(text)
    for pattern in (_NAMED, _CALLED, _SIGNED):
        text = pattern.sub(lambda found: found[1] + masks.mask_name(found[2]), text)
    return text
