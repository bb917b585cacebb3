"""Codes of the international trackers: AfterShip, 17TRACK (main status and sub-status), UPU EMSEVT (UPU M17)."""

from suhui.records.shipments.choices import Fault as F
from suhui.records.shipments.choices import Status as S
from suhui.records.shipments.choices import SubStatus as D
from suhui.records.shipments.mapping.meaning import Meaning as M

AFTERSHIP: dict[str, M] = {
    "Pending": M(S.UNKNOWN),
    "InfoReceived": M(S.CREATED, D.ORDERED),
    "InTransit": M(S.IN_TRANSIT),
    "OutForDelivery": M(S.OUT_FOR_DELIVERY),
    "AttemptFail": M(S.ATTEMPT_FAILED),
    "Delivered": M(S.DELIVERED),
    "AvailableForPickup": M(S.AWAITING_PICKUP, D.STATION),
    "Exception": M(S.EXCEPTION),
    "Expired": M(S.EXCEPTION, D.STALE),
}

TRACK17: dict[str, M] = {
    "NotFound": M(S.UNKNOWN),
    "InfoReceived": M(S.CREATED, D.ORDERED),
    "InTransit": M(S.IN_TRANSIT),
    "InTransit_PickedUp": M(S.COLLECTED),
    "InTransit_Departure": M(S.IN_TRANSIT, D.TRUNK),
    "InTransit_Arrival": M(S.IN_TRANSIT, D.DEST_COUNTRY),
    "InTransit_CustomsProcessing": M(S.CUSTOMS, D.CUSTOMS_PROCESSING),
    "InTransit_CustomsReleased": M(S.CUSTOMS, D.CUSTOMS_CLEARED),
    "InTransit_CustomsRequiringInformation": M(S.CUSTOMS, D.CUSTOMS_HELD, F.CUSTOMS),
    "Expired": M(S.EXCEPTION, D.STALE),
    "AvailableForPickup": M(S.AWAITING_PICKUP, D.STATION),
    "OutForDelivery": M(S.OUT_FOR_DELIVERY),
    "DeliveryFailure": M(S.ATTEMPT_FAILED),
    "DeliveryFailure_NoBody": M(S.ATTEMPT_FAILED, D.ABSENT, F.RECIPIENT),
    "DeliveryFailure_Rejected": M(S.REFUSED, D.NONE, F.RECIPIENT),
    "DeliveryFailure_InvalidAddress": M(S.ATTEMPT_FAILED, D.ADDRESS_WRONG, F.SENDER),
    "Delivered": M(S.DELIVERED),
    "Exception": M(S.EXCEPTION),
    "Exception_Returning": M(S.RETURNING),
    "Exception_Returned": M(S.RETURNED),
    "Exception_NoBody": M(S.ATTEMPT_FAILED, D.ABSENT, F.RECIPIENT),
    "Exception_Damage": M(S.EXCEPTION, D.DAMAGED, F.CARRIER),
    "Exception_Rejected": M(S.REFUSED, D.NONE, F.RECIPIENT),
    "Exception_Delayed": M(S.EXCEPTION, D.STALE, F.CARRIER),
    "Exception_Lost": M(S.EXCEPTION, D.LOST_CONFIRMED, F.CARRIER),
    "Exception_Cancel": M(S.CANCELLED, D.NONE, F.SENDER),
}

EMSEVT: dict[str, M] = {
    "EMA": M(S.COLLECTED),
    "EMB": M(S.IN_TRANSIT, D.AT_HUB),
    "EMC": M(S.IN_TRANSIT, D.TRUNK),
    "EMD": M(S.IN_TRANSIT, D.DEST_COUNTRY),
    "EME": M(S.CUSTOMS, D.CUSTOMS_HELD, F.CUSTOMS),
    "EMF": M(S.IN_TRANSIT, D.DEST_COUNTRY),
    "EMG": M(S.IN_TRANSIT, D.DEST_BRANCH),
    "EMH": M(S.ATTEMPT_FAILED),
    "EMI": M(S.DELIVERED),
    "EMJ": M(S.IN_TRANSIT, D.TRUNK),
    "EMK": M(S.IN_TRANSIT, D.TRUNK),
    "EXA": M(S.CUSTOMS, D.CUSTOMS_PENDING),
    "EXB": M(S.CUSTOMS, D.CUSTOMS_HELD, F.CUSTOMS),
    "EXC": M(S.CUSTOMS, D.CUSTOMS_CLEARED),
    "EDB": M(S.CUSTOMS, D.CUSTOMS_PENDING),
    "EDC": M(S.CUSTOMS, D.CUSTOMS_CLEARED),
    "EDD": M(S.IN_TRANSIT, D.AT_HUB),
    "EDE": M(S.IN_TRANSIT, D.TRUNK),
    "EDG": M(S.OUT_FOR_DELIVERY),
    "EDH": M(S.AWAITING_PICKUP, D.STATION),
}
