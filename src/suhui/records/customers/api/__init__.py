"""The operations on customers."""

from suhui.records.customers.api import facts, many, merging, papers, room, shapes

__all__ = ["facts", "many", "merging", "papers", "room", "shapes"]
