from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from suhui.insight.reports import access, selectors, services, weeks
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Report
from suhui.insight.reports.ui.forms import PlanForm, ReceiverForm, WeekForm
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@require_http_methods(["GET", "POST"])
@requires(Perm.REPORT_CONFIGURE)
def plan(request: Request, code: str) -> HttpResponse:
    """When a report is made, and for whom."""
    report = access.get_report(request.user, code)
    form = PlanForm(request.POST or None, report=report)
    if form.is_valid():
        with pages.errors_into(form):
            services.change_plan(report=report, **form.values(), by=Actor.staff(request.user))
            return pages.go(reverse("reports:plan", args=[code]))
    return _page(request, report, form=form)


@require_POST
@requires(Perm.REPORT_CONFIGURE)
def make(request: Request, code: str) -> HttpResponse:
    """Make the report of a past week now."""
    report = access.get_report(request.user, code)
    form = WeekForm(request.POST)
    if form.is_valid():
        with pages.errors_into(form):
            run = services.make(
                report=report,
                period_start=form.monday,
                at=now(),
                trigger=Trigger.HAND,
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("reports:run", args=[run.pk]))
    return _page(request, report, week_form=form)


@require_POST
@requires(Perm.REPORT_CONFIGURE)
def add_receiver(request: Request, code: str) -> HttpResponse:
    report = access.get_report(request.user, code)
    form = ReceiverForm(request.POST)
    if form.is_valid():
        with pages.errors_into(form):
            services.add_receiver(report=report, **form.cleaned_data, by=Actor.staff(request.user))
            return pages.go(reverse("reports:plan", args=[code]))
    return _page(request, report, receiver_form=form)


@require_POST
@requires(Perm.REPORT_CONFIGURE)
def remove_receiver(request: Request, code: str, receiver_id: int) -> HttpResponse:
    report = access.get_report(request.user, code)
    services.remove_receiver(report=report, receiver_id=receiver_id, by=Actor.staff(request.user))
    return pages.go(reverse("reports:plan", args=[code]))


def _page(
    request: Request,
    report: Report,
    *,
    form: PlanForm | None = None,
    receiver_form: ReceiverForm | None = None,
    week_form: WeekForm | None = None,
) -> HttpResponse:
    last = weeks.week_before(now())
    bound = next((one for one in (week_form, receiver_form, form) if one is not None), None)
    shown = form or PlanForm(report=report)
    context = {
        "report": report,
        "form": shown,
        "receiver_form": receiver_form or ReceiverForm(),
        "week_form": week_form or WeekForm(initial={"week": last}),
        "receivers": report.receivers.select_related("role", "branch", "user"),
        "readers": selectors.readers_now(report).count(),
    }
    wrong = bound is not None and bound.is_bound and bool(bound.errors)
    return pages.render(request, "reports/plan.html", context, status=422 if wrong else 200)
