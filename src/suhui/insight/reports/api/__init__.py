"""The operations on reports: the runs and what is behind their figures, and the plans they are made by."""

from suhui.insight.reports.api import planning, reading, room

__all__ = ["planning", "reading", "room"]
