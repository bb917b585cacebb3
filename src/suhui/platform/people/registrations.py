from typing import Any

from suhui.platform.core.live import register_topic
from suhui.platform.people.permissions import Perm


def _may_watch_presence(user: Any, key: str) -> bool:
    """The key is a branch; who is there is open to whoever may see the organisation."""
    return bool(user.may(Perm.ORG_VIEW))


register_topic("presence", _may_watch_presence)
