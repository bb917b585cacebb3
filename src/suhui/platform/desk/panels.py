"""Panels: what other rooms show beside a customer or a parcel (open cases, waybills), put there without being known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from suhui.platform.people.models import User


@dataclass(frozen=True)
class Panel:
    """One box of a context pane. `template` is a fragment of the room that gives it, rendered with `context`;
    `url` leads to the whole list, `count` stands beside the title."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    icon: str = ""
    url: str = ""
    count: int | None = None


Provider = Callable[[User, int], Panel | None]
_providers: dict[str, dict[str, tuple[int, Provider]]] = {}


def register_panel(subject_kind: str, name: str, provider: Provider, *, order: int = 100) -> None:
    """`provider(user, subject_id)` gives the panel, or None when there is nothing the person may see."""
    _providers.setdefault(subject_kind, {})[name] = (order, provider)


def panels(user: User, subject_kind: str, subject_id: int) -> list[Panel]:
    """All rooms' panels for this subject, lowest order first."""
    found = sorted(_providers.get(subject_kind, {}).values(), key=lambda entry: entry[0])
    return [panel for _order, provider in found if (panel := provider(user, subject_id)) is not None]
