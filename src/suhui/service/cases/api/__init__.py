"""The operations on cases: everything the work list and the case page do."""

from suhui.service.cases.api import (
    acting,
    complaining,
    joining,
    listing,
    many,
    opening,
    reading,
    room,
    talking,
    viewing,
)

__all__ = ["acting", "complaining", "joining", "listing", "many", "opening", "reading", "room", "talking", "viewing"]
