"""Every write to tasks: asking and answering, promises, chasing, and the absent person's work."""

from suhui.engines.tasks.services.asking import cancel, create, postpone, send_again
from suhui.engines.tasks.services.chasing import chase, remind, tick
from suhui.engines.tasks.services.doing import claim, complete, delegate, give_back, note, release, tick_item
from suhui.engines.tasks.services.promises import break_promise, keep_promise, promise
from suhui.engines.tasks.services.recounting import recount
from suhui.engines.tasks.services.standing_in import give_back_work, hand_over

__all__ = [
    "break_promise",
    "cancel",
    "chase",
    "claim",
    "complete",
    "create",
    "delegate",
    "give_back",
    "give_back_work",
    "hand_over",
    "keep_promise",
    "note",
    "postpone",
    "promise",
    "recount",
    "release",
    "remind",
    "send_again",
    "tick",
    "tick_item",
]
