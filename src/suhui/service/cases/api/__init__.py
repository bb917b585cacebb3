"""The operations on cases: everything the work list and the case page do."""

from suhui.service.cases.api import (
    acting,
    clocks,
    complaining,
    joining,
    listing,
    many,
    opening,
    reading,
    room,
    setting,
    talking,
    viewing,
)

__all__ = [
    "acting",
    "clocks",
    "complaining",
    "joining",
    "listing",
    "many",
    "opening",
    "reading",
    "room",
    "setting",
    "talking",
    "viewing",
]
