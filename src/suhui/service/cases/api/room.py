"""The room's operations, and the way to a case that each of them takes."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.rooms import Room
from suhui.service.cases import access
from suhui.service.cases.models import Case

api = Room("cases", _("Cases"))

Said = Annotated[str, Field(min_length=1, max_length=10_000, examples=["客户来电催问进度"])]
Few = Annotated[str, Field(max_length=500)]


def workable(call: Call, case_id: int) -> Case:
    """The case to act on, in the state the caller says they saw. Raises Missing, NotAllowed, or a problem (412)."""
    case = access.get_case(call.user, case_id)
    access.demand_work(call.user, case)
    demand_unchanged(call, case.version)
    return case
