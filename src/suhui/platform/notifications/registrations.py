from typing import Any

from suhui.platform.core.live import register_topic


def _is_oneself(user: Any, key: str) -> bool:
    """A person's own topic: bell, presence, messages to them."""
    return str(user.pk) == key


register_topic("user", _is_oneself)
