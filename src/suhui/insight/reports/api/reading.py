"""Reading a report: its figures in the reader's scope, the rows behind them, and that one has read it.

A call that reads is not a person who opens: only the confirmation is written down."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.insight.reports import access, selectors, services, sheets, wording
from suhui.insight.reports.api.room import RunRow, api, run_values
from suhui.insight.reports.figures import Line, Tally
from suhui.insight.reports.models import ReportReading, ReportRow, ReportRun
from suhui.insight.reports.selectors import RowFilter
from suhui.platform.core.clock import now
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RunLine(RunRow):
    readers: int
    confirmed: int
    mine: bool = Field(description="It was sent to the caller")
    mine_confirmed: bool


def _runs(runs: Sequence[Any]) -> list[RunLine]:
    counted = ("readers", "confirmed", "mine", "mine_confirmed")
    return [RunLine(**run_values(run), **{name: getattr(run, name) for name in counted}) for run in runs]


@api.get("/reports/runs", Perm.REPORT_VIEW, answer=Listing[RunLine], summary=_("Reports made, the newest week first"))
def list_runs(request: Call, pages: Query[Paging]) -> Listing[RunLine]:
    found: Any = selectors.runs_for(request.user)
    return paging.page(request, pages, found, order=("-period_start", "-id"), build=_runs)


class TallyShape(BaseModel):
    count: int
    in_time: int
    late: int
    on_time: float | None = Field(description="Per cent of those whose deadline is decided")
    first_on_time: float | None
    reopened: int
    satisfaction: float | None = Field(description="Mean stars, 1 to 5")


class FigureLine(BaseModel):
    key: str = Field(description="Code or id; empty: not known", examples=["lost"])
    name: str
    now: TallyShape
    before: TallyShape


class TrendShape(BaseModel):
    week: date
    complaints: int
    on_time: float | None


class RunOut(RunRow):
    """A report in the caller's scope. All but `kinds` is about complaints."""

    scope: str = Field(description="Whose cases the caller sees in it")
    sentences: list[str]
    total: TallyShape
    before: TallyShape
    all_cases: int
    all_before: int
    kinds: list[FigureLine]
    categories: list[FigureLine]
    causes: list[FigureLine]
    places: list[FigureLine]
    trend: list[TrendShape]


def _tally(tally: Tally) -> TallyShape:
    return TallyShape(**{name: getattr(tally, name) for name in TallyShape.model_fields})


def _lines(lines: list[Line], name: Callable[[str], str]) -> list[FigureLine]:
    return [
        FigureLine(key=line.key, name=name(line.key), now=_tally(line.now), before=_tally(line.before))
        for line in lines
    ]


@api.get(
    "/reports/runs/{int:run_id}",
    Perm.REPORT_VIEW,
    answer=RunOut,
    summary=_("A report with its figures, in the caller's scope"),
)
def run(request: Call, run_id: int) -> RunOut:
    found = access.get_run(request.user, run_id)
    figures, names = selectors.figures_for(found, request.user), wording.Names(found)
    trend = selectors.trend_for(found, request.user)
    return RunOut(
        **run_values(found),
        scope=wording.scope_words(request.user),
        sentences=wording.sentences(found, figures),
        total=_tally(figures.total),
        before=_tally(figures.before),
        all_cases=figures.all_cases,
        all_before=figures.all_before,
        kinds=_lines(figures.kinds, names.kind),
        categories=_lines(figures.categories, names.category),
        causes=_lines(figures.causes, names.cause),
        places=_lines(figures.places, names.place),
        trend=[TrendShape(week=one.week, complaints=one.complaints, on_time=one.on_time) for one in trend],
    )


class BehindWords(Words):
    """Which rows stand behind a figure."""

    kind: str = Field("", max_length=60, examples=["complaint"])
    category: str = Field("", max_length=60, description="A code, or unknown")
    cause: str = Field("", max_length=60, description="A code, or unknown")
    place: Id | None = Field(None, description="A branch, held responsible or else handling")
    late: Literal["", "yes", "no"] = ""
    response: Literal["", "yes", "no"] = Field("", description="First response late")
    reopened: Literal["", "yes"] = ""
    rated: Literal["", "yes"] = ""
    week: Literal["", "before"] = Field("", description="before: the week it is compared with")


class BehindRow(Row):
    """One case as it stood when the report was made."""

    id: int = Field(description="Of the case")
    number: str
    kind: str
    channel: str
    severity: int
    category: str
    cause: str
    place: Ref
    state: str
    opened_at: datetime
    closed_at: datetime | None
    resolved: str = Field(description="yes in time, no late, or open")
    responded: str
    reopened: bool
    satisfaction: int | None


def _behind(rows: list[ReportRow], names: wording.Names) -> list[BehindRow]:
    plain = ["number", "kind", "channel", "severity", "category", "cause", "state"]
    plain += ["opened_at", "closed_at", "resolved", "responded", "reopened", "satisfaction"]
    return [
        BehindRow(
            id=row.case_id,
            place=Ref(id=row.place_id, name=names.place(row.place_id)),
            **{name: getattr(row, name) for name in plain},
        )
        for row in rows
    ]


@api.get(
    "/reports/runs/{int:run_id}/rows",
    Perm.REPORT_VIEW,
    answer=Listing[BehindRow],
    summary=_("The cases a figure is made of, as they stood"),
)
def rows(request: Call, run_id: int, words: Query[BehindWords], pages: Query[Paging]) -> Listing[BehindRow]:
    found = access.get_run(request.user, run_id)
    names = wording.Names(found)
    wanted = RowFilter.read({name: str(value) for name, value in words.model_dump(exclude_none=True).items()})
    behind = selectors.rows_behind(found, request.user, wanted)
    order = ("-opened_at", "-case_id")
    return paging.page(request, pages, behind, order=order, build=lambda found: _behind(found, names))


@api.get(
    "/reports/runs/{int:run_id}/sheet",
    Perm.REPORT_VIEW,
    answer=None,
    download=(XLSX,),
    summary=_("A report as an XLSX workbook"),
)
def sheet(request: Call, run_id: int) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    response = HttpResponse(sheets.workbook(found, request.user), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.report.code}-{found.period_start}.xlsx"'
    return response


class ReaderRow(Row):
    """One receiver's copy."""

    id: int
    person: Ref
    told_at: datetime
    read_at: datetime | None
    confirmed_at: datetime | None
    chased_at: datetime | None
    chases: int


def _readers(readings: Sequence[ReportReading]) -> list[ReaderRow]:
    plain = ("told_at", "read_at", "confirmed_at", "chased_at", "chases")
    return [
        ReaderRow(
            id=one.pk, person=Ref(id=one.user_id, name=one.user.name), **{name: getattr(one, name) for name in plain}
        )
        for one in readings
    ]


@api.post(
    "/reports/runs/{int:run_id}/confirm",
    Perm.REPORT_VIEW,
    answer=ReaderRow,
    summary=_("Confirm that one has read a report"),
    person=True,
)
def confirm(request: Call, run_id: int) -> ReaderRow:
    found = access.get_run(request.user, run_id)
    reading = services.confirm(run=found, user=request.user, at=now(), by=request.actor)
    reading.user = request.user
    return _readers([reading])[0]


@api.get(
    "/reports/runs/{int:run_id}/readers",
    Perm.REPORT_CONFIGURE,
    answer=Listing[ReaderRow],
    summary=_("Who has read and confirmed a report"),
)
def list_readers(request: Call, run_id: int, pages: Query[Paging]) -> Listing[ReaderRow]:
    found = _run(request, run_id).readings.select_related("user")
    fence = request.user.fence_branch
    if fence is not None:
        found = found.filter(user__branch__path__startswith=fence.path)
    return paging.page(request, pages, found, order=("id",), build=_readers)


def _run(request: Call, run_id: int) -> ReportRun:
    return access.get_run(request.user, run_id)


class ChasedOut(BaseModel):
    reminded: int


@api.post(
    "/reports/runs/{int:run_id}/chase",
    Perm.REPORT_CONFIGURE,
    answer=ChasedOut,
    summary=_("Remind everyone who has not confirmed"),
    person=True,
)
def chase(request: Call, run_id: int) -> ChasedOut:
    count = services.chase_by_hand(run=_run(request, run_id), at=now(), by=request.actor)
    return ChasedOut(reminded=count)
