"""The operations on customers."""

from suhui.records.customers.api import facts, many, merging, room, shapes

__all__ = ["facts", "many", "merging", "room", "shapes"]
