"""Lists on their way out, whole and masked, and who took which along."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from django.http import QueryDict, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.exchange import access, exporting
from suhui.platform.exchange.api.room import api
from suhui.platform.exchange.choices import ExportFormat
from suhui.platform.exchange.models import Export
from suhui.platform.exchange.ui.exports import file_name
from suhui.platform.exchange.ui.imports import as_file
from suhui.platform.exchange.writing import MEDIA_TYPES
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.choices import Reason
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Listing, Paging, Ref, Row, Sent


class ExportView(BaseModel):
    name: str = Field(examples=["customers"])
    label: str
    columns: list[str]
    filters: list[str] = Field(description="What it can be narrowed by, as in the address of the list's page")


class ExportViewList(BaseModel):
    rows: list[ExportView]


@api.get("/exports/views", Perm.DATA_EXPORT, answer=ExportViewList, summary=_("Lists that can be exported"))
def list_views(request: Call) -> ExportViewList:
    return ExportViewList(
        rows=[
            ExportView(
                name=view.name,
                label=str(view.label),
                columns=[str(column.label) for column in view.columns],
                filters=list(view.words),
            )
            for view in exporting.views_for(request.user)
        ]
    )


class ExportRow(Row):
    id: int
    number: str = Field(description="Stands on every line of the file", examples=["E2611220003"])
    view: str
    query: str = Field(description="How the list was narrowed")
    format: ExportFormat
    by: Ref
    branch: Ref
    masked: bool
    reason: str = Field(description="Why personal data is in full; empty: it is masked")
    at: datetime
    rows: int | None = Field(description="null: it was broken off")
    finished_at: datetime | None


def _exports(found: Iterable[Export]) -> list[ExportRow]:
    plain = ("number", "view", "query", "masked", "reason", "at", "rows", "finished_at")
    return [
        ExportRow(
            id=one.pk,
            format=ExportFormat(one.format),
            by=Ref(id=one.by_id, name=one.by.name),
            branch=Ref(id=one.branch_id, name=one.branch.name),
            **{name: getattr(one, name) for name in plain},
        )
        for one in found
    ]


@api.get(
    "/exports",
    Perm.DATA_EXPORT,
    Perm.EXPORT_WATCH,
    answer=Listing[ExportRow],
    summary=_("Who took which list along: one's own, and those in reach"),
    person=True,
)
def list_exports(request: Call, pages: Query[Paging]) -> Listing[ExportRow]:
    rows = access.exports_visible_to(request.user).select_related("by", "branch")
    return paging.page(request, pages, rows, order=("-id",), build=_exports)


Wanted = Annotated[str, Field(max_length=200)]


class ExportIn(Sent):
    format: Literal["csv", "xlsx"] = "csv"
    filters: dict[str, Wanted | Annotated[list[Wanted], Field(max_length=50)]] = Field(
        default_factory=dict,
        max_length=50,
        description="As in the address of the list's page, see /exports/views",
        examples=[{"tier": "vip"}],
    )
    reason: Reason | None = Field(None, description="Why personal data is needed in full; null: it is masked")


@api.post(
    "/exports/{slug:view}",
    Perm.DATA_EXPORT,
    answer=None,
    download=tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values()),
    pace=Pace.BULK,
    summary=_("Take a list along as a file"),
    about=_("It is written down who took what. The answer is not kept for repeating: each call is an export."),
    keyed=False,
)
def take(request: Call, view: str, sent: ExportIn) -> StreamingHttpResponse:
    known = exporting.view_named(view)
    if known is None or not exporting.may_export(request.user, known):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    query = _query(known, sent)
    row, pieces = exporting.begin(
        user=request.user, view=known, query=query, form=sent.format, reason=sent.reason or "", by=request.actor
    )
    return as_file(pieces, file_name(known, row), sent.format)


def _query(view: exporting.View, sent: ExportIn) -> QueryDict:
    """The filters as the page's address has them. A word the list does not know is refused: it would export all."""
    query = QueryDict(mutable=True)
    for name, value in sent.filters.items():
        if name not in view.words:
            said = str(_("Some of these: %(names)s.")) % {"names": ", ".join(view.words)}
            raise BadInput(said, {f"filters/{name}": said})
        query.setlist(name, value if isinstance(value, list) else [value])
    return query
