"""The operations on files in and out."""

from suhui.platform.exchange.api import choosing, exports, importing, lines, room

__all__ = ["choosing", "exports", "importing", "lines", "room"]
