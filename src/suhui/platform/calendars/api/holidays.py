"""Public holidays and make-up days (调休): what is on record, and lists read in."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.calendars import selectors, services, shipped
from suhui.platform.calendars.api.room import api
from suhui.platform.calendars.choices import holiday_label
from suhui.platform.calendars.models import HolidayYear
from suhui.platform.calendars.services import HolidayChange
from suhui.platform.core.clock import now
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Sent


class HolidayYearRow(BaseModel):
    year: int
    source: str
    holidays: int
    make_ups: int


class HolidayYears(BaseModel):
    rows: list[HolidayYearRow]
    missing: list[int] = Field(description="Years in use or near whose make-up days are not on record")
    fillable: list[int] = Field(description="Years the product knows and has not filled in")


@api.get("/holidays", Perm.CALENDAR_MANAGE, answer=HolidayYears, summary=_("Years whose holidays are on record"))
def list_years(request: Call) -> HolidayYears:
    known = list(selectors.holiday_years()[:200])
    there = {row.year for row in known}
    rows = [_year(one) for one in known]
    fillable = [year for year in shipped.years() if year not in there]
    return HolidayYears(rows=rows, missing=selectors.years_without_data(now()), fillable=fillable)


def _year(row: HolidayYear) -> HolidayYearRow:
    holidays, make_ups = (getattr(row, name) or 0 for name in ("holidays", "make_ups"))
    return HolidayYearRow(year=row.year, source=row.source, holidays=holidays, make_ups=make_ups)


class HolidayRow(BaseModel):
    day: date
    kind: str
    name: str


class HolidayError(BaseModel):
    row: int
    text: str
    reason: str


class HolidayChanges(BaseModel):
    """What the list changes, or would."""

    added: list[HolidayRow]
    changed: list[HolidayRow]
    removed: list[HolidayRow]
    same: int
    years: list[int]
    without_make_up: list[int] = Field(description="Years the list has no make-up day of: they stay incomplete")
    errors: list[HolidayError]
    written: bool


def _told(change: HolidayChange, *, written: bool) -> HolidayChanges:
    def days(rows: list[tuple[date, str, str]]) -> list[HolidayRow]:
        return [HolidayRow(day=day, kind=str(kind), name=holiday_label(name)) for day, kind, name in rows]

    return HolidayChanges(
        added=days(change.added),
        changed=days(change.changed),
        removed=days(change.removed),
        same=change.same,
        years=change.years,
        without_make_up=change.without_make_up,
        errors=[HolidayError(row=one.row, text=one.text, reason=str(one.reason)) for one in change.errors],
        written=written,
    )


class HolidaysIn(Sent):
    text: str = Field(
        min_length=1,
        max_length=500_000,
        description="The list as CSV, JSON or ICS",
        examples=["2027-10-01,holiday,国庆节"],
    )
    source: str = Field("", max_length=120, description="Where it comes from", examples=["国务院办公厅通知"])
    complete: bool = Field(True, description="The list is complete, with make-up days")
    dry_run: bool = Field(False, description="Only say what would change; rows that cannot be read are named")


@api.post(
    "/holidays/import",
    Perm.CALENDAR_MANAGE,
    answer=HolidayChanges,
    summary=_("Read in a list of holidays, or try it"),
    person=True,
)
def import_holidays(request: Call, sent: HolidaysIn) -> HolidayChanges:
    change = services.import_holidays(
        text=sent.text, filename=sent.source, complete=sent.complete, dry_run=sent.dry_run, by=request.actor
    )
    return _told(change, written=not sent.dry_run)


class FillIn(Sent):
    year: int = Field(ge=2000, le=2100, examples=[2027])


@api.post(
    "/holidays/fill",
    Perm.CALENDAR_MANAGE,
    answer=HolidayChanges,
    summary=_("Fill a year from what the product knows"),
    person=True,
)
def fill_year(request: Call, sent: FillIn) -> HolidayChanges:
    return _told(services.fill_year(year=sent.year, by=request.actor), written=True)
