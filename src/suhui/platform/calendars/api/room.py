"""The room's operations, and hours as they are sent: as people write them."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.calendars.arithmetic import Spans
from suhui.platform.calendars.wording import read_spans
from suhui.platform.core.errors import BadInput
from suhui.platform.rest.rooms import Room

api = Room("calendars", _("Working calendars"))

Hours = Annotated[
    str,
    Field(
        max_length=120,
        description="Spans of one day as people write them, 22:00-06:00 over midnight; empty: closed",
        examples=["09:00-12:00 13:30-18:00"],
    ),
]


def spans_of(hours: str, name: str) -> Spans:
    """Hours as sent; raises BadInput at the field that named them."""
    try:
        return read_spans(hours)
    except ValueError as error:
        said = _("Write hours like 09:00-12:00 13:30-18:00.")
        raise BadInput(said, {name: said}) from error
