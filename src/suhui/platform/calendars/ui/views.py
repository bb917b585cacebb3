from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.calendars import access, selectors, services, shipped, wording
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.models import Calendar, HandDay
from suhui.platform.calendars.ui import forms
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import pages
from suhui.platform.people.access import get_branch
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm


@require_safe
@requires(Perm.CALENDAR_MANAGE)
def calendars(request: Request) -> HttpResponse:
    found = [(calendar, selectors.week_of(calendar)) for calendar in selectors.calendars()]
    known = list(selectors.holiday_years())
    there = {row.year for row in known}
    context = {
        "calendars": found,
        "years": known,
        "missing": selectors.years_without_data(now()),
        "fillable": [year for year in shipped.years() if year not in there],
    }
    return pages.render(request, "calendars/list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CALENDAR_MANAGE)
def add(request: Request) -> HttpResponse:
    form = forms.NewCalendarForm(request.POST or None, initial={"keeps_holidays": True})
    if form.is_valid():
        data = form.cleaned_data
        with pages.errors_into(form):
            calendar = services.add_calendar(
                code=data["code"],
                name=data["name"],
                english_name=data["english_name"],
                week=[data["hours"]] * 5 + [data["weekend"]] * 2,
                keeps_holidays=data["keeps_holidays"],
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("calendars:week", args=[calendar.pk]))
    return pages.render_form(request, "calendars/new.html", form)


@require_safe
@requires(Perm.CALENDAR_MANAGE)
def year(request: Request, calendar_id: int) -> HttpResponse:
    """The year drawn as twelve small months; every day opens."""
    calendar = access.get_calendar(request.user, calendar_id)
    this = local(now()).year
    raw = request.GET.get("year", "")
    shown = int(raw) if raw.isdecimal() and 2000 <= int(raw) <= 2100 else this
    months = selectors.year_of(calendar, shown)
    context = {
        "calendar": calendar,
        "year": shown,
        "months": months,
        "open_days": sum(month.open_days for month in months),
        "weekdays": wording.weekday_letters(),
        "today": local(now()).date(),
        "unknown": calendar.keeps_holidays and not selectors.is_known(shown),
    }
    return pages.render(request, "calendars/year.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CALENDAR_MANAGE)
def week(request: Request, calendar_id: int) -> HttpResponse:
    calendar = access.get_calendar(request.user, calendar_id)
    now_week = selectors.week_of(calendar)
    initial = {"version": calendar.version, **{f"day{number}": spans for number, spans in enumerate(now_week)}}
    form = forms.WeekForm(request.POST or None, initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            services.set_week(
                calendar=calendar,
                week=form.week,
                version=form.cleaned_data["version"],
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("calendars:week", args=[calendar.pk]))
    return pages.render_form(request, "calendars/week.html", form, {"calendar": calendar, "week": now_week})


@require_http_methods(["GET", "POST"])
@requires(Perm.CALENDAR_MANAGE)
def settings(request: Request, calendar_id: int) -> HttpResponse:
    calendar = access.get_calendar(request.user, calendar_id)
    names = ["version", "name", "english_name", "keeps_holidays", "make_up_weekday"]
    form = forms.SettingsForm(request.POST or None, initial={name: getattr(calendar, name) for name in names})
    if form.is_valid():
        with pages.errors_into(form):
            services.change_settings(calendar=calendar, **form.cleaned_data, by=Actor.staff(request.user))
            return pages.go(reverse("calendars:settings", args=[calendar.pk]))
    return pages.render_form(
        request, "calendars/settings.html", form, {"calendar": calendar, "in_use": _in_use(calendar)}
    )


def _in_use(calendar: Calendar) -> bool:
    return calendar.is_default or calendar.branches.exists()


@require_POST
@requires(Perm.CALENDAR_MANAGE)
def default(request: Request, calendar_id: int) -> HttpResponse:
    calendar = access.get_calendar(request.user, calendar_id)
    services.make_default(calendar=calendar, by=Actor.staff(request.user))
    return pages.go(reverse("calendars:list"))


@require_POST
@requires(Perm.CALENDAR_MANAGE)
def retire(request: Request, calendar_id: int) -> HttpResponse:
    calendar = access.get_calendar(request.user, calendar_id)
    services.retire(calendar=calendar, by=Actor.staff(request.user))
    return pages.go(reverse("calendars:list"))


@require_http_methods(["GET", "POST"])
@requires(Perm.CALENDAR_MANAGE)
def day(request: Request, calendar_id: int, day: str) -> HttpResponse:
    """One day of one calendar: what it is, why, and how to change it by hand."""
    calendar = access.get_calendar(request.user, calendar_id)
    when = _read_day(day)
    face = selectors.working_time_in(calendar).on(when)
    row = HandDay.objects.filter(calendar=calendar, day=when).first()
    initial = {"kind": row.kind if row else "", "name": row.name if row else "", "hours": face.spans if row else ""}
    form = forms.DayForm(request.POST or None, initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            _write_day(calendar, when, form, Actor.staff(request.user))
            return pages.go(f"{reverse('calendars:year', args=[calendar.pk])}?year={when.year}")
    context = {"calendar": calendar, "day": when, "face": face, "by_hand": row is not None}
    return pages.render_form(request, "calendars/day.html", form, context)


def _write_day(calendar: Calendar, when: date, form: forms.DayForm, by: Actor) -> None:
    kind, hours, name = (form.cleaned_data[field] for field in ("kind", "hours", "name"))
    if not kind:
        services.clear_day(calendar=calendar, day=when, by=by)
        return
    if kind == DayKind.OPEN and not hours:
        raise BadInput(_("Say from when to when."), {"hours": _("Say from when to when.")})
    services.set_day(calendar=calendar, day=when, kind=DayKind(kind), spans=hours, name=name, by=by)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Missing(_("There is no such day.")) from error


@require_safe
@requires(Perm.CALENDAR_MANAGE)
def branches(request: Request) -> HttpResponse:
    """The tree with the calendar each branch keeps, its own or the one above."""
    page = pages.paginate(Branch.objects.active().order_by("path"), request, size=100)
    context = {
        "page": page,
        "rows": selectors.calendars_along(page.rows),
        "choices": [(calendar.pk, calendar.label) for calendar in selectors.calendars()],
        "keep": pages.keep(request),
    }
    return pages.render(request, "calendars/branches.html", context)


@require_POST
@requires(Perm.CALENDAR_MANAGE)
def assign(request: Request, branch_id: int) -> HttpResponse:
    branch = get_branch(request.user, branch_id)
    chosen = request.POST.get("calendar", "")
    calendar = access.get_calendar(request.user, int(chosen)) if chosen.isdecimal() else None
    services.assign(branch=branch, calendar=calendar, by=Actor.staff(request.user))
    query = request.POST.get("keep", "")
    return pages.go(reverse("calendars:branches") + (f"?page={query}" if query.isdecimal() else ""))
