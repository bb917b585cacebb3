"""The work list with all its filters, and the views people keep of it."""

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Day, Id, Listing, Paging, Words
from suhui.service.cases import selectors
from suhui.service.cases.api.room import api
from suhui.service.cases.api.shapes import CaseRow, rows_of
from suhui.service.cases.choices import CaseChannel, CaseKind, Priority
from suhui.service.cases.selectors import Filter
from suhui.service.cases.selectors.lists import with_parcel

State = Literal[
    "open",
    "fresh",
    "ended",
    "new",
    "in_progress",
    "waiting_customer",
    "waiting_department",
    "proposed",
    "executing",
    "resolved",
    "closed",
    "reopened",
    "merged",
]
ORDERS = {
    "urgency": ("next_due_at", "-priority", "id"),
    "newest": ("-opened_at", "-id"),
    "changed": ("-last_entry_at", "-id"),
}


class CaseWords(Words):
    """Every filter of the work list; several values of state, kind and channel are alternatives."""

    view: str = Field("", max_length=24, description="A view's key, as /cases/views names them", examples=["late"])
    state: list[State] = Field(default_factory=list, max_length=13)
    kind: list[CaseKind] = Field(default_factory=list, max_length=5)
    channel: list[CaseChannel] = Field(default_factory=list, max_length=9)
    owner: Annotated[str, Field(pattern=r"^(me|none|[0-9]{1,17})?$")] = Field("", description="me, none, or an id")
    due: Literal["", "late", "soon", "today"] = ""
    branch: Id | None = Field(None, description="This branch and below, where handled or held responsible")
    category: str = Field("", max_length=60, description="A code; its subcategories are included")
    cause: str = Field("", max_length=60, description="A code, or unknown")
    priority: Priority | None = Field(None, description="At least this")
    opened_from: Day | None = None
    opened_to: Day | None = Field(None, description="This day included")
    late: Literal["", "yes", "no"] = Field("", description="Resolved late (or late now), or in time")
    tag: str = Field("", max_length=20)
    closed: Literal["", "today", "week"] = ""
    customer: Id | None = None
    waybill: Id | None = Field(None, description="Id of a waybill")
    watched: bool = Field(False, description="Only what the person watches")
    figure: str = Field("", max_length=300, description="The cases behind a report's figure")
    q: str = Field("", max_length=60, description="Beginning of the number, or words of the subject")
    sort: Literal["urgency", "newest", "changed"] | None = Field(None, description="Without it: urgency, or the view's")

    def filter(self) -> Filter:
        """As the work list keeps it."""
        texts = ("owner", "due", "category", "cause", "late", "tag", "closed", "figure", "q")
        numbers = ("branch", "customer", "waybill", "opened_from", "opened_to")
        values = {name: getattr(self, name) for name in texts}
        values |= {name: str(value) for name in numbers if (value := getattr(self, name)) is not None}
        return Filter.read(
            values
            | {"state": self.state, "kind": self.kind, "channel": self.channel, "sort": self.sort or ""}
            | {"priority": str(int(self.priority)) if self.priority else "", "watched": "1" if self.watched else ""}
        )


@api.get("/cases", Perm.CASE_VIEW, answer=Listing[CaseRow], summary=_("The work list, filtered and sorted"))
def list_cases(request: Call, words: Query[CaseWords], pages: Query[Paging]) -> Listing[CaseRow]:
    wanted = _view(request, words.view) if words.view else words.filter()
    sort = words.sort or wanted.sort or "urgency"
    rows = with_parcel(selectors.listed(request.user, wanted, now()))
    return paging.page(request, pages, rows, order=ORDERS.get(sort, ORDERS["urgency"]), build=rows_of)


def _view(request: Call, key: str) -> Filter:
    found = next((view for view in selectors.views_for(request.user) if view.key == key), None)
    if found is None:
        raise Missing(_("There is no view with this key."))
    return found.wanted
