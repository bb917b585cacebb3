"""What a source tells about a parcel, before it is written down."""

from dataclasses import dataclass
from datetime import datetime

from suhui.platform.people.models import Branch


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One line of a track as a source tells it. `code` is the source's own; `branch` when the house knows the place
    (a place that is exactly a branch's name is found without it)."""

    at: datetime
    code: str = ""
    text: str = ""
    place: str = ""
    branch: Branch | None = None
    operator_name: str = ""
    operator_phone: str = ""
