"""The report as a spreadsheet: what the screen shows on the first sheet, the rows behind it on the second."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from suhui.insight.reports import selectors, wording
from suhui.insight.reports.figures import Figures, Line
from suhui.insight.reports.models import ReportRow, ReportRun
from suhui.insight.reports.selectors import RowFilter
from suhui.insight.reports.wording import Names
from suhui.platform.core.clock import local
from suhui.platform.people.models import User

WIDTHS = (26, 12, 12, 12, 12, 12, 12)


def workbook(run: ReportRun, user: User) -> bytes:
    """The XLSX file for this reader, with no more rows than they may see. Text is never read as a formula."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": f"{run.report.label} {run.period_start}"})
        figures = selectors.figures_for(run, user)
        _Summary(book, run, figures).write(user)
        _rows(book, run, user)
    return buffer.getvalue()


class _Summary:
    """Writes the first sheet from the top down."""

    def __init__(self, book: Any, run: ReportRun, figures: Figures) -> None:
        self.run, self.figures, self.names = run, figures, Names(run)
        self.sheet = book.add_worksheet(_("Summary"))
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bg_color": "#E3F4F2", "bottom": 1})
        self.book, self.row = book, 0

    def write(self, user: User) -> None:
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.write_string(0, 0, self.run.report.label, self.title)
        self.row = 1
        period = wording.period_words(self.run.period_start, self.run.period_end)
        made = local(self.run.made_at).strftime("%Y-%m-%d %H:%M")
        for label, value in (
            (_("Period"), period),
            (_("Made"), made),
            (_("Scope"), wording.scope_words(user)),
        ):
            self._line([label, value])
        for sentence in wording.sentences(self.run, self.figures):
            self._line([sentence])
        self.row += 1
        self._totals()
        self._lines(_("Category"), self.figures.categories, self.names.category, chart=True)
        self._lines(_("Cause"), self.figures.causes, self.names.cause)
        self._lines(_("Branch"), self.figures.places, self.names.place)
        self._lines(_("Kind of case"), self.figures.kinds, self.names.kind)
        self._trend(user)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)

    def _totals(self) -> None:
        now, before = self.figures.total, self.figures.before
        self._header([_("Complaints"), _("This week"), _("The week before")])
        for label, one, two in (
            (_("Count"), now.count, before.count),
            (_("Resolved in time, %"), now.on_time, before.on_time),
            (_("First response in time, %"), now.first_on_time, before.first_on_time),
            (_("Resolved late"), now.late, before.late),
            (_("Reopened"), now.reopened, before.reopened),
            (_("Satisfaction, 1 to 5"), now.satisfaction, before.satisfaction),
            (_("All cases"), self.figures.all_cases, self.figures.all_before),
        ):
            self._line([label, one, two])
        self.row += 1

    def _lines(self, title: str, lines: list[Line], name: Any, *, chart: bool = False) -> None:
        titles = [
            title,
            _("This week"),
            _("The week before"),
            _("Difference"),
            _("In time, %"),
            _("Resolved late"),
            _("Reopened"),
        ]
        self._header(titles)
        first = self.row
        for line in lines:
            now = line.now
            values = [now.count, line.before.count, line.change, now.on_time, now.late, now.reopened]
            self._line([name(line.key), *values])
        if chart and lines:
            self._chart(title, first, self.row - 1)
        self.row += 1

    def _chart(self, title: str, first: int, last: int) -> None:
        chart = self.book.add_chart({"type": "bar"})
        sheet = self.sheet.get_name()
        for column, word in ((1, _("This week")), (2, _("The week before"))):
            chart.add_series(
                {"name": word, "categories": [sheet, first, 0, last, 0], "values": [sheet, first, column, last, column]}
            )
        chart.set_title({"name": title})
        chart.set_y_axis({"reverse": True})
        self.sheet.insert_chart(1, len(WIDTHS) + 1, chart)

    def _trend(self, user: User) -> None:
        self._header([_("Week from"), _("Complaints"), _("Resolved in time, %")])
        for point in selectors.trend_for(self.run, user):
            self._line([point.week.isoformat(), point.complaints, point.on_time])

    def _header(self, titles: Sequence[str]) -> None:
        for column, title in enumerate(titles):
            self.sheet.write_string(self.row, column, title, self.head)
        self.row += 1

    def _line(self, values: Sequence[Any]) -> None:
        for column, value in enumerate(values):
            if isinstance(value, str):
                self.sheet.write_string(self.row, column, value)
            elif value is not None:
                self.sheet.write_number(self.row, column, value)
        self.row += 1


def _rows(book: Any, run: ReportRun, user: User) -> None:
    sheet, names = book.add_worksheet(_("Report rows")), Names(run)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    head = book.add_format({"bold": True, "bg_color": "#E3F4F2", "bottom": 1})
    titles = [
        *(_("Case number"), _("Kind of case"), _("Category"), _("Subcategory"), _("Cause"), _("Branch"), _("Channel")),
        *(_("Severity"), _("State"), _("Opened"), _("Closed at"), _("Resolved in time"), _("First response in time")),
        *(_("Reopened"), _("Satisfaction, 1 to 5")),
    ]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, head)
    last = 0
    for last, row in enumerate(selectors.rows_behind(run, user, RowFilter()).iterator(2000), start=1):
        for column, value in enumerate(_texts(row, names)):
            sheet.write_string(last, column, value)
        sheet.write_datetime(last, 9, local(row.opened_at).replace(tzinfo=None), moment)
        if row.closed_at:
            sheet.write_datetime(last, 10, local(row.closed_at).replace(tzinfo=None), moment)
        sheet.write_string(last, 11, names.punctual(row.resolved))
        sheet.write_string(last, 12, names.punctual(row.responded))
        sheet.write_string(last, 13, _("yes") if row.reopened else "")
        if row.satisfaction:
            sheet.write_number(last, 14, row.satisfaction)
    sheet.set_column(0, len(titles) - 1, 16)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(last, 1), len(titles) - 1)


def _texts(row: ReportRow, names: Names) -> list[str]:
    return [
        row.number,
        names.kind(row.kind),
        names.category(row.category),
        names.category(row.subcategory) if row.subcategory != row.category else "",
        names.cause(row.subcause) if row.subcause else "",
        names.place(row.place_id),
        names.channel(row.channel),
        names.severity(row.severity),
        names.state(row.state),
    ]
