"""The operations on waybills, their scans, exceptions, follow-ups, amendments, and the set-up of carriers."""

from suhui.records.shipments.api import many, room, setting, shapes, trouble

__all__ = ["many", "room", "setting", "shapes", "trouble"]
