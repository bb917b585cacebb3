"""Every write of this room."""

from suhui.records.shipments.services.accounts import add_pattern, remove_pattern, save_account, set_meaning
from suhui.records.shipments.services.bulk import BulkRecorded, record_scans_in_bulk
from suhui.records.shipments.services.customer_words import write_words
from suhui.records.shipments.services.exceptions import (
    clear_exception,
    clear_exceptions,
    find_exceptions,
    link_case,
    look_again,
    note_told,
    reopen_exceptions,
)
from suhui.records.shipments.services.follow_up import (
    add_follow_up,
    amend,
    move_follow_up,
    note,
    settle_amendment,
)
from suhui.records.shipments.services.naming import register_named
from suhui.records.shipments.services.pushes import account_of, process_again, receive_push
from suhui.records.shipments.services.registering import NewWaybill, Registered, register_many
from suhui.records.shipments.services.scans import Recorded, Scan, record_scans, remap
from suhui.records.shipments.services.subscriptions import ask_provider, subscribe_now, want_news
from suhui.records.shipments.services.taking import take_pushes
from suhui.records.shipments.services.waybills import (
    Facts,
    change_carrier,
    change_facts,
    ensure_carrier,
    name_carrier,
    register_waybill,
)

__all__ = [
    "BulkRecorded",
    "Facts",
    "NewWaybill",
    "Recorded",
    "Registered",
    "Scan",
    "account_of",
    "add_follow_up",
    "add_pattern",
    "amend",
    "ask_provider",
    "change_carrier",
    "change_facts",
    "clear_exception",
    "clear_exceptions",
    "ensure_carrier",
    "find_exceptions",
    "link_case",
    "look_again",
    "move_follow_up",
    "name_carrier",
    "note",
    "note_told",
    "process_again",
    "receive_push",
    "record_scans",
    "record_scans_in_bulk",
    "register_many",
    "register_named",
    "register_waybill",
    "remap",
    "remove_pattern",
    "reopen_exceptions",
    "save_account",
    "set_meaning",
    "settle_amendment",
    "subscribe_now",
    "take_pushes",
    "want_news",
    "write_words",
]
