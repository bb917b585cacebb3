"""The lines of an import: each with what became of it and why, and those to look at again as a file."""

from collections.abc import Iterable
from typing import Literal

from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.exchange import access, registry, reporting
from suhui.platform.exchange.api.room import api
from suhui.platform.exchange.choices import RowState
from suhui.platform.exchange.models import Import, ImportRow
from suhui.platform.exchange.ui.imports import as_file, report_name
from suhui.platform.exchange.writing import MEDIA_TYPES
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.masks import mask_text
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Listing, Paging, Row, Words


class LineRow(Row):
    id: int
    number: int = Field(description="Of the line in the file")
    state: RowState
    cells: list[str] = Field(description="As they stood, masked for all but who sent the file")
    reason: str = Field(description="Everything there is to say about the line")
    match: int | None = Field(description="Id of what was known already")
    row: int | None = Field(description="Id of what was added or changed")


class LineWords(Words):
    state: RowState | None = None


@api.get(
    "/imports/{int:import_id}/lines",
    Perm.DATA_IMPORT,
    answer=Listing[LineRow],
    summary=_("The lines of an import and what became of each"),
    person=True,
)
def list_lines(request: Call, import_id: int, words: Query[LineWords], pages: Query[Paging]) -> Listing[LineRow]:
    row = access.get_import(request.user, import_id)
    rows = row.rows.filter(state=words.state) if words.state else row.rows.all()
    own = row.by_id == request.user.pk
    return paging.page(request, pages, rows, order=("number", "id"), build=lambda found: _lines(row, found, own=own))


def _lines(row: Import, found: Iterable[ImportRow], *, own: bool) -> list[LineRow]:
    kind = registry.kind_named(row.kind)
    labels = kind.labels if kind else {}
    return [
        LineRow(
            id=one.pk,
            number=one.number,
            state=RowState(one.state),
            cells=[cell if own else mask_text(cell) for cell in one.cells],
            reason=reporting.reason_of(one, labels),
            match=one.match_id,
            row=one.object_id,
        )
        for one in found
    ]


class ReportWords(Words):
    format: Literal["csv", "xlsx"] = "csv"
    state: RowState | None = Field(None, description="Else all that somebody may want to look at again")


@api.get(
    "/imports/{int:import_id}/report",
    Perm.DATA_IMPORT,
    answer=None,
    download=tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values()),
    pace=Pace.BULK,
    summary=_("The lines to look at again as a file"),
    person=True,
)
def report(request: Call, import_id: int, words: Query[ReportWords]) -> StreamingHttpResponse:
    """It holds what was sent in full, so only who sent it in or set it going gets it."""
    row = access.get_import(request.user, import_id)
    access.demand_in_full(request.user, row)
    states = [words.state] if words.state else []
    return as_file(reporting.report(row, words.format, *states), report_name(row, words.format), words.format)
