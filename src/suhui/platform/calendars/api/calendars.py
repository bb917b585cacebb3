"""Calendars with their week and their days, and which branch keeps which."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.calendars import access, selectors, services
from suhui.platform.calendars.api.room import Hours, api, spans_of
from suhui.platform.calendars.arithmetic import Spans, check_week
from suhui.platform.calendars.choices import DayKind, holiday_label
from suhui.platform.calendars.models import Calendar
from suhui.platform.calendars.wording import spans_words
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.shapes import Day, Id, Listing, Paging, Ref, Row, Sent, Words


class CalendarRow(Row):
    id: int
    code: str = Field(examples=["standard"])
    name: str
    english_name: str
    default: bool = Field(description="Holds for branches without one of their own or above them")
    keeps_holidays: bool
    make_up_weekday: int = Field(description="Whose hours a make-up day has: 0 Monday … 6 Sunday")
    week: list[str] = Field(description="Hours of Monday to Sunday; empty: closed")
    version: int


ACT: dict[str, Any] = {"answer": CalendarRow, "revision": "version", "person": True}
"""Calendars are the whole company's: no token that is bound to a branch changes them."""


def _rows(calendars: Sequence[Calendar]) -> list[CalendarRow]:
    return [
        CalendarRow(
            id=one.pk,
            code=one.code,
            name=one.name,
            english_name=one.english_name,
            default=one.is_default,
            keeps_holidays=one.keeps_holidays,
            make_up_weekday=one.make_up_weekday,
            week=[spans_words(spans) for spans in selectors.week_of(one)],
            version=one.version,
        )
        for one in calendars
    ]


def _out(calendar_id: int) -> CalendarRow:
    return _rows([Calendar.objects.prefetch_related("week_spans").get(pk=calendar_id)])[0]


def _held(request: Call, calendar_id: int) -> Calendar:
    calendar = access.get_calendar(request.user, calendar_id)
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    calendar.refresh_from_db()
    demand_unchanged(request, calendar.version)
    return calendar


@api.get("/calendars", Perm.CALENDAR_MANAGE, answer=Listing[CalendarRow], summary=_("Working calendars in use"))
def list_calendars(request: Call, pages: Query[Paging]) -> Listing[CalendarRow]:
    return paging.page(request, pages, selectors.calendars(), order=("name", "id"), build=_rows)


@api.get(
    "/calendars/{int:calendar_id}",
    Perm.CALENDAR_MANAGE,
    answer=CalendarRow,
    revision="version",
    summary=_("One working calendar"),
)
def calendar(request: Call, calendar_id: int) -> CalendarRow:
    return _out(access.get_calendar(request.user, calendar_id).pk)


Week = Annotated[list[Hours], Field(min_length=7, max_length=7, description="Monday to Sunday")]
_EXAMPLE = ["09:00-18:00"] * 5 + ["10:00-16:00", ""]


class CalendarIn(Sent):
    code: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", examples=["late-shift"])
    name: str = Field(min_length=1, max_length=80, examples=["晚班"])
    english_name: str = Field("", max_length=80)
    week: Week = Field(examples=[_EXAMPLE])
    keeps_holidays: bool = True


def _week(week: list[str]) -> list[Spans]:
    found = [spans_of(hours, f"week/{number}") for number, hours in enumerate(week)]
    wrong = check_week(tuple(found))
    if wrong is not None:
        said = _("Two spans of hours overlap.")
        raise BadInput(said, {f"week/{wrong[0]}": said})
    return found


@api.post("/calendars", Perm.CALENDAR_MANAGE, status=201, summary=_("Add a working calendar"), **ACT)
def add_calendar(request: Call, sent: CalendarIn) -> CalendarRow:
    made = services.add_calendar(
        code=sent.code,
        name=sent.name,
        english_name=sent.english_name,
        week=_week(sent.week),
        keeps_holidays=sent.keeps_holidays,
        by=request.actor,
    )
    return _out(made.pk)


class CalendarChange(Sent):
    """Only what is sent is changed."""

    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    english_name: Annotated[str, Field(max_length=80)] | None = None
    keeps_holidays: bool | None = None
    make_up_weekday: Annotated[int, Field(ge=0, le=6)] | None = None


@api.patch(
    "/calendars/{int:calendar_id}", Perm.CALENDAR_MANAGE, summary=_("Change a calendar's name and holidays"), **ACT
)
@transaction.atomic
def change_calendar(request: Call, calendar_id: int, sent: CalendarChange) -> CalendarRow:
    held = _held(request, calendar_id)
    values = {name: getattr(held, name) for name in CalendarChange.model_fields}
    values |= sent.model_dump(exclude_none=True)
    services.change_settings(calendar=held, version=held.version, by=request.actor, **values)
    return _out(held.pk)


class WeekIn(Sent):
    week: Week = Field(examples=[_EXAMPLE])


@api.put("/calendars/{int:calendar_id}/week", Perm.CALENDAR_MANAGE, summary=_("Set the hours of the week"), **ACT)
@transaction.atomic
def set_week(request: Call, calendar_id: int, sent: WeekIn) -> CalendarRow:
    held = _held(request, calendar_id)
    services.set_week(calendar=held, week=_week(sent.week), version=held.version, by=request.actor)
    return _out(held.pk)


@api.post(
    "/calendars/{int:calendar_id}/default",
    Perm.CALENDAR_MANAGE,
    summary=_("Let branches without a calendar follow this one"),
    **ACT,
)
@transaction.atomic
def make_default(request: Call, calendar_id: int) -> CalendarRow:
    held = _held(request, calendar_id)
    services.make_default(calendar=held, by=request.actor)
    return _out(held.pk)


@api.delete(
    "/calendars/{int:calendar_id}",
    Perm.CALENDAR_MANAGE,
    summary=_("Take a calendar out of use"),
    revision="version",
    person=True,
)
@transaction.atomic
def retire(request: Call, calendar_id: int) -> None:
    services.retire(calendar=_held(request, calendar_id), by=request.actor)


class DayRow(BaseModel):
    day: date
    kind: DayKind
    name: str = Field(examples=["国庆节"])
    hours: str = Field(description="Empty: closed")
    by_hand: bool


class YearOut(BaseModel):
    days: list[DayRow]
    open_days: int
    known: bool = Field(description="Whether the make-up days of this year are on record")


class YearWords(Words):
    year: int | None = Field(None, ge=2000, le=2100, description="Else this one")


@api.get(
    "/calendars/{int:calendar_id}/days",
    Perm.CALENDAR_MANAGE,
    answer=YearOut,
    summary=_("Every day of a year: what it is, and its hours"),
)
def year(request: Call, calendar_id: int, words: Query[YearWords]) -> YearOut:
    held = access.get_calendar(request.user, calendar_id)
    shown = words.year or local(now()).year
    months = selectors.year_of(held, shown)
    faces = [face for month in months for week in month.weeks for face in week if face is not None]
    days = [
        DayRow(
            day=face.day,
            kind=DayKind(face.special.kind),
            name=holiday_label(face.special.name),
            hours=spans_words(face.special.spans),
            by_hand=face.by_hand,
        )
        for face in faces
    ]
    known = not held.keeps_holidays or selectors.is_known(shown)
    return YearOut(days=days, open_days=sum(month.open_days for month in months), known=known)


class DayIn(Sent):
    kind: Literal["open", "closed"]
    hours: Hours = ""
    name: str = Field("", max_length=60, examples=["盘点日"])


@api.put(
    "/calendars/{int:calendar_id}/days/{day}",
    Perm.CALENDAR_MANAGE,
    summary=_("Open or close one day by hand"),
    **ACT,
)
@transaction.atomic
def set_day(request: Call, calendar_id: int, day: Day, sent: DayIn) -> CalendarRow:
    held = _held(request, calendar_id)
    kind, spans = DayKind(sent.kind), spans_of(sent.hours, "hours")
    if kind == DayKind.OPEN and not spans:
        said = _("Say from when to when.")
        raise BadInput(said, {"hours": said})
    services.set_day(calendar=held, day=day, kind=kind, spans=spans, name=sent.name, by=request.actor)
    return _out(held.pk)


@api.delete(
    "/calendars/{int:calendar_id}/days/{day}",
    Perm.CALENDAR_MANAGE,
    summary=_("Let a day follow week and holidays again"),
    revision="version",
    person=True,
)
@transaction.atomic
def clear_day(request: Call, calendar_id: int, day: Day) -> None:
    services.clear_day(calendar=_held(request, calendar_id), day=day, by=request.actor)


class BranchCalendarRow(Row):
    id: int = Field(description="Of the branch")
    branch: Ref
    own: int | None = Field(description="Id of the branch's own calendar; null: it follows the one above")
    keeps: str = Field(description="Name of the calendar that holds")
    source: str = Field(description="The branch above it comes from; empty: the default")


def _kept(branches: Sequence[Branch]) -> list[BranchCalendarRow]:
    return [
        BranchCalendarRow(
            id=row.branch.pk,
            branch=Ref(id=row.branch.pk, name=row.branch.name),
            own=row.own_id,
            keeps=row.keeps,
            source=row.source,
        )
        for row in selectors.calendars_along(branches)
    ]


@api.get(
    "/calendars/branches",
    Perm.CALENDAR_MANAGE,
    answer=Listing[BranchCalendarRow],
    summary=_("Which calendar each branch keeps"),
)
def list_branches(request: Call, pages: Query[Paging]) -> Listing[BranchCalendarRow]:
    found = Branch.objects.active()
    fence = request.user.fence_branch
    if fence is not None:
        found = found.below(fence)
    return paging.page(request, pages, found, order=("path",), build=_kept)


class KeepIn(Sent):
    calendar: Id | None = Field(description="null: follow the branch above")


@api.put(
    "/branches/{int:branch_id}/calendar",
    Perm.CALENDAR_MANAGE,
    answer=BranchCalendarRow,
    summary=_("Give a branch its own calendar, or none"),
    person=True,
)
@transaction.atomic
def assign(request: Call, branch_id: int, sent: KeepIn) -> BranchCalendarRow:
    branch = Branch.objects.filter(pk=branch_id).first()
    if branch is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    chosen = None
    if sent.calendar is not None:
        chosen = Calendar.objects.filter(pk=sent.calendar, retired_at=None).first()
        if chosen is None:
            said = _("No calendar in use has this id.")
            raise BadInput(said, {"calendar": said})
    services.assign(branch=branch, calendar=chosen, by=request.actor)
    return _kept([branch])[0]
