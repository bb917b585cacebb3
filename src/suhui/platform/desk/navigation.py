"""The rail and the settings index: rooms put their places here in `registrations.py`."""

from dataclasses import dataclass
from typing import Any

from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


@dataclass(frozen=True)
class Place:
    """One entry of the rail. `key` is the letter after `g`; `icon` a Tabler name; lower `order` stands higher."""

    name: str
    label: Any
    icon: str
    permission: Perm
    order: int
    key: str = ""


@dataclass(frozen=True)
class SettingsPage:
    """One card of the settings index."""

    name: str
    label: Any
    help: Any
    icon: str
    permission: Perm
    order: int


_places: list[Place] = []
_settings: list[SettingsPage] = []


def register_place(place: Place) -> None:
    """Put a place on the rail. Its key is its own: `g` and a letter leads to one place only."""
    taken = next((one for one in _places if place.key and one.key == place.key and one.name != place.name), None)
    if taken is not None:
        raise ValueError(f"the key {place.key!r} of {place.name} is {taken.name}'s")
    _places.append(place)


def register_settings(page: SettingsPage) -> None:
    _settings.append(page)


def places_for(user: User) -> list[Place]:
    """What this person's rail shows, top first. Settings stands last when there is any page to open."""
    return sorted((place for place in _places if user.may(place.permission)), key=lambda place: place.order)


def settings_for(user: User) -> list[SettingsPage]:
    return sorted((page for page in _settings if user.may(page.permission)), key=lambda page: page.order)
