"""Banners: what must not be overlooked, on top of every page until it is seen to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suhui.platform.people.models import User


@dataclass(frozen=True)
class Banner:
    """One sentence and the one thing to do about it. tone: "" (blue), amber, red."""

    text: Any
    action: Any
    url_name: str
    tone: str = ""


Provider = Callable[[User], Banner | None]
_providers: dict[str, Provider] = {}


def register_banner(name: str, provider: Provider) -> None:
    """`provider(user)` is asked on every page: answer from the person's permissions before asking the database."""
    _providers[name] = provider


def banners_for(user: User) -> list[Banner]:
    return [banner for provider in _providers.values() if (banner := provider(user)) is not None]
