"""All rooms' operations under one roof. A room that has an `api` module is found by that alone."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from ninja import NinjaAPI

from suhui.platform.rest import mounting, rooms

VERSION = "1.0.0"


@cache
def assembled() -> NinjaAPI:
    """The interface with every room's operations; read once per process."""
    for room in settings.ROOMS:
        if find_spec(f"{room}.api") is not None and room != "suhui.screens.api":
            import_module(f"{room}.api")
    return mounting.interface(rooms.rooms, namespace="v1", version=VERSION)


def operations() -> dict[str, rooms.Operation]:
    """Every operation by its id."""
    assembled()
    return {one.name: one for room in rooms.rooms for one in room.operations}
