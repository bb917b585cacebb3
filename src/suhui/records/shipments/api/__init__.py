"""The operations on waybills, their scans, exceptions, follow-ups and amendments."""

from suhui.records.shipments.api import many, room, shapes, trouble

__all__ = ["many", "room", "shapes", "trouble"]
