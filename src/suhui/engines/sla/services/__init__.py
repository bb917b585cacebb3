"""What may be done to service levels and their clocks."""

from suhui.engines.sla.services.clocks import cancel, hand_to, meet, pause, restart, resume, settle, start_clocks, told
from suhui.engines.sla.services.policies import EscalationDraft, TargetDraft, choose, retire_policy, save_policy, ship
from suhui.engines.sla.services.recounting import recount
from suhui.engines.sla.services.ticking import tick

__all__ = [
    "EscalationDraft",
    "TargetDraft",
    "cancel",
    "choose",
    "hand_to",
    "meet",
    "pause",
    "recount",
    "restart",
    "resume",
    "retire_policy",
    "save_policy",
    "settle",
    "ship",
    "start_clocks",
    "tick",
    "told",
]
