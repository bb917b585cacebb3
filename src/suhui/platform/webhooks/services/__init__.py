from suhui.platform.webhooks.services.endpoints import pause, ping, resume, rotate_secret, save_endpoint
from suhui.platform.webhooks.services.queueing import forget_old, replay, replay_failed
from suhui.platform.webhooks.services.sending import send_due

__all__ = [
    "forget_old",
    "pause",
    "ping",
    "replay",
    "replay_failed",
    "resume",
    "rotate_secret",
    "save_endpoint",
    "send_due",
]
