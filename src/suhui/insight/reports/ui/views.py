from dataclasses import asdict

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from suhui.insight.reports import access, drawing, selectors, services, sheets, wording
from suhui.insight.reports.selectors import RowFilter
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires(Perm.REPORT_VIEW)
def runs(request: Request) -> HttpResponse:
    page = pages.paginate(selectors.runs_for(request.user), request)
    reports = list(selectors.reports()) if request.user.may(Perm.REPORT_CONFIGURE) else []
    return pages.render(request, "reports/list.html", {"page": page, "reports": reports, "keep": pages.keep(request)})


@require_safe
@requires(Perm.REPORT_VIEW)
def run(request: Request, run_id: int) -> HttpResponse:
    """The report in the reader's scope. Opening it is noted for its receivers."""
    found = access.get_run(request.user, run_id)
    reading = services.open_run(run=found, user=request.user, at=now())
    figures = selectors.figures_for(found, request.user)
    points = selectors.trend_for(found, request.user)
    confirmed = reading is not None and reading.confirmed_at is not None
    to = drawing.figure_url(found, confirmed=confirmed, user=request.user)
    charts = [drawing.categories(found, figures.categories, to), drawing.causes(found, figures.causes, to)]
    context = {
        "run": found,
        "reading": reading,
        "figures": figures,
        "to": to,
        "names": wording.Names(found),
        "sentences": wording.sentences(found, figures),
        "period": wording.period_words(found.period_start, found.period_end),
        "before": wording.period_words(
            found.before_start, found.before_start + (found.period_end - found.period_start)
        ),
        "scope": wording.scope_words(request.user),
        "charts": [chart for chart in charts if chart.labels],
        "trends": [drawing.trend(points), drawing.punctuality(found, points)],
    }
    return pages.render(request, "reports/run.html", context)


@require_safe
@requires(Perm.REPORT_VIEW)
def rows(request: Request, run_id: int) -> HttpResponse:
    """The rows a figure is made of, as they stood."""
    found = access.get_run(request.user, run_id)
    wanted = RowFilter.read(request.GET.dict())
    page = pages.paginate(selectors.rows_behind(found, request.user, wanted), request)
    names = wording.Names(found)
    context = {
        "run": found,
        "page": page,
        "names": names,
        "chips": _chips(wanted, names, request),
        "live": drawing.cases_url(found, **asdict(wanted)) if request.user.may(Perm.CASE_VIEW) else "",
        "period": wording.period_words(found.period_start, found.period_end),
        "keep": pages.keep(request),
    }
    return pages.render(request, "reports/rows.html", context)


def _chips(wanted: RowFilter, names: wording.Names, request: Request) -> list[tuple[str, str]]:
    """The filter as words, each with the address without it."""
    words = wording.filter_words(wanted, names)
    return [(text, f"?{pages.keep(request, name)}") for name, text in words.items()]


@require_safe
@requires(Perm.REPORT_VIEW)
def xlsx(request: Request, run_id: int) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    response = HttpResponse(sheets.workbook(found, request.user), content_type=XLSX)
    name = f"{found.report.code}-{found.period_start}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@requires(Perm.REPORT_VIEW)
def confirm(request: Request, run_id: int) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    services.confirm(run=found, user=request.user, at=now(), by=Actor.staff(request.user))
    return pages.go(reverse("reports:run", args=[found.pk]))


@require_safe
@requires(Perm.REPORT_CONFIGURE)
def readers(request: Request, run_id: int) -> HttpResponse:
    """Who has read and confirmed, who has not."""
    found = access.get_run(request.user, run_id)
    page = pages.paginate(selectors.readings_of(found), request, size=100)
    context = {
        "run": found,
        "page": page,
        "waiting": found.readings.filter(confirmed_at=None).count(),
        "period": wording.period_words(found.period_start, found.period_end),
        "keep": pages.keep(request),
    }
    return pages.render(request, "reports/readers.html", context)


@require_POST
@requires(Perm.REPORT_CONFIGURE)
def chase(request: Request, run_id: int) -> HttpResponse:
    found = access.get_run(request.user, run_id)
    count = services.chase_by_hand(run=found, at=now(), by=Actor.staff(request.user))
    text = ngettext("%(count)s reader was reminded", "%(count)s readers were reminded", count)
    toasts.add(request, text % {"count": count})
    return pages.go(reverse("reports:readers", args=[found.pk]))
