"""The operations on decision tables: reading them, and changing them by a draft that is tried first."""

from suhui.engines.rules.api import editing, reading, room

__all__ = ["editing", "reading", "room"]
