"""The charts of a report; every figure leads to the rows behind it."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.insight.reports.figures import Line, as_filter
from suhui.insight.reports.models import ReportRun
from suhui.insight.reports.selectors import TrendPoint
from suhui.insight.reports.wording import Names, week_words
from suhui.platform.desk.charts import Chart, Series
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.choices import CaseKind

MOST = 12
"""Bars a chart shows; the table below it has all."""


FigureUrl = Callable[..., str]
"""Where a figure leads, by its filter: `url(kind="complaint", late="yes")`."""


def rows_url(run: ReportRun, **wanted: object) -> str:
    """The rows behind a figure, as they stood when the report was made."""
    query = urlencode(as_filter(**wanted))
    return reverse("reports:rows", args=[run.pk]) + (f"?{query}" if query else "")


def cases_url(run: ReportRun, **wanted: object) -> str:
    """The very cases behind a figure, as a work list, as they stand now."""
    figure = f"report:{run.pk}:{urlencode(as_filter(**wanted))}"
    return f"{reverse('cases:list')}?{urlencode({'as': 'table', 'figure': figure})}"


def figure_url(run: ReportRun, *, confirmed: bool, user: User) -> FigureUrl:
    """A figure leads to its cases while the report is worked with. Once its reader has confirmed it, and for those who
    see no cases, to the rows as they stood."""
    frozen = confirmed or not user.may(Perm.CASE_VIEW)
    return partial(rows_url if frozen else cases_url, run)


def categories(run: ReportRun, lines: list[Line], to: FigureUrl) -> Chart:
    names = Names(run)
    shown = [line for line in lines if line.now.count or line.before.count][:MOST]
    return Chart(
        title=_("Complaints by category, this week and the week before"),
        labels=[names.category(line.key) for line in shown],
        series=[
            Series(
                _("This week"),
                [line.now.count for line in shown],
                [to(kind=CaseKind.COMPLAINT, category=line.key or "unknown") for line in shown],
            ),
            Series(
                _("The week before"),
                [line.before.count for line in shown],
                [to(kind=CaseKind.COMPLAINT, category=line.key or "unknown", week="before") for line in shown],
            ),
        ],
        kind="bars",
    )


def causes(run: ReportRun, lines: list[Line], to: FigureUrl) -> Chart:
    names = Names(run)
    shown = [line for line in lines if line.now.count][:MOST]
    return Chart(
        title=_("Known causes of this week's complaints"),
        labels=[names.cause(line.key) for line in shown],
        series=[
            Series(
                _("This week"),
                [line.now.count for line in shown],
                [to(kind=CaseKind.COMPLAINT, cause=line.key) for line in shown],
            )
        ],
        kind="bars",
    )


def trend(points: list[TrendPoint]) -> Chart:
    return Chart(
        title=_("Complaints a week, eight weeks"),
        labels=[week_words(point.week) for point in points],
        series=[Series(_("Complaints"), [point.complaints for point in points])],
    )


def punctuality(run: ReportRun, points: list[TrendPoint]) -> Chart:
    return Chart(
        title=_("Resolved in time, eight weeks"),
        labels=[week_words(point.week) for point in points],
        series=[Series(_("Resolved in time"), [point.on_time for point in points])],
        kind="line",
        unit="%",
        target=run.target,
        target_label=_("Target"),
    )
