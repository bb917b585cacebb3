"""Every write of the room of cases. Others call these; how they are made is in the modules of this package."""

from suhui.service.cases.services.bulk import (
    Bulk,
    assign_all,
    categorise_all,
    move_all,
    prioritise_all,
    tag_all,
    watch_all,
)
from suhui.service.cases.services.closing import close, may_reopen, open_work, rate, reopen, resolve
from suhui.service.cases.services.complaints import Step, propose, record_answer, request_facts, withdraw
from suhui.service.cases.services.habits import (
    change_view,
    drop_view,
    open_first,
    order_views,
    run_macro,
    save_row,
    save_view,
)
from suhui.service.cases.services.handling import (
    Assigned,
    assign,
    change_particulars,
    link_waybills,
    release,
    set_priority,
    take,
    tick,
    unlink_waybill,
    watch,
)
from suhui.service.cases.services.informing import inform, inform_without_case
from suhui.service.cases.services.intake import Intake, intake
from suhui.service.cases.services.joining import link, merge, split, unlink
from suhui.service.cases.services.moving import change_state
from suhui.service.cases.services.promising import promise
from suhui.service.cases.services.talking import hear, log_contact, note, publish_due, reply, unsend

__all__ = [
    "Assigned",
    "Bulk",
    "Intake",
    "Step",
    "assign",
    "assign_all",
    "categorise_all",
    "change_particulars",
    "change_state",
    "change_view",
    "close",
    "drop_view",
    "hear",
    "inform",
    "inform_without_case",
    "intake",
    "link",
    "link_waybills",
    "log_contact",
    "may_reopen",
    "merge",
    "move_all",
    "note",
    "open_first",
    "open_work",
    "order_views",
    "prioritise_all",
    "promise",
    "propose",
    "publish_due",
    "rate",
    "record_answer",
    "release",
    "reopen",
    "reply",
    "request_facts",
    "resolve",
    "run_macro",
    "save_row",
    "save_view",
    "set_priority",
    "split",
    "tag_all",
    "take",
    "tick",
    "unlink",
    "unlink_waybill",
    "unsend",
    "watch",
    "watch_all",
    "withdraw",
]
