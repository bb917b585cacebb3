from suhui.records.shipments.models.carriers import (
    Carrier,
    CarrierAccount,
    CarrierPush,
    NumberPattern,
    StatusCode,
    Subscription,
    UnknownCode,
)
from suhui.records.shipments.models.trouble import Amendment, CustomerWords, FollowUp, WaybillException, WaybillNote
from suhui.records.shipments.models.waybills import ScanEvent, Waybill

__all__ = [
    "Amendment",
    "Carrier",
    "CarrierAccount",
    "CarrierPush",
    "CustomerWords",
    "FollowUp",
    "NumberPattern",
    "ScanEvent",
    "StatusCode",
    "Subscription",
    "UnknownCode",
    "Waybill",
    "WaybillException",
    "WaybillNote",
]
