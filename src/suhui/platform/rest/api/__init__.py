"""The operations of the kit's own storey: who is calling, and looking after the machine."""

from suhui.platform.rest.api import me, system

__all__ = ["me", "system"]
