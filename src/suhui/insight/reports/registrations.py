"""What this room tells the house about itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.insight.reports import access, selectors, wording
from suhui.platform.desk.navigation import Place, SettingsPage, register_place, register_settings
from suhui.platform.desk.workday import WorkItem, register_provider
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.sets import CaseSet, register_set

register_place(
    Place(
        name="reports:list",
        label=gettext_lazy("Reports"),
        icon="chart-bar",
        permission=Perm.REPORT_VIEW,
        order=80,
        key="b",
    )
)
register_settings(
    SettingsPage(
        name="reports:list",
        label=gettext_lazy("Reports"),
        help=gettext_lazy("When reports are made, who gets them and confirms them"),
        icon="chart-bar",
        permission=Perm.REPORT_CONFIGURE,
        order=80,
    )
)


def _to_confirm(user: User, at: datetime, limit: int) -> Iterable[WorkItem]:
    """Reports that wait for this person's confirmation."""
    if not user.may(Perm.REPORT_VIEW):
        return
    for reading in selectors.unconfirmed_of(user, limit):
        run = reading.run
        yield WorkItem(
            subject=f"report:{run.pk}",
            kind=gettext_lazy("Report"),
            icon="chart-bar",
            title=f"{run.report.label} {run.period_start:%m-%d} – {run.period_end:%m-%d}",
            whose="",
            reason=_("Read and confirm it") if reading.read_at is None else _("Read, not confirmed yet"),
            action=gettext_lazy("Read"),
            url=reverse("reports:run", args=[run.pk]),
            due_at=reading.told_at + timedelta(hours=run.report.chase_hours),
        )


register_provider("reports", _to_confirm)


def _cases_behind(user: User, key: str) -> CaseSet:
    """The cases behind a figure of a run: "12:kind=complaint&late=yes". Raises Missing."""
    run_id, _colon, query = key.partition(":")
    run = access.get_run(user, int(run_id) if run_id.isdecimal() and len(run_id) < 18 else 0)
    wanted = selectors.RowFilter.read(QueryDict(query).dict())
    words = [*wording.filter_words(wanted, wording.Names(run)).values()]
    label = f"{run.report.label} {run.period_start:%m-%d} – {run.period_end:%m-%d}"
    rows = selectors.rows_behind(run, user, wanted).order_by()
    return CaseSet("：".join([label, "、".join(words)]) if words else label, rows.values("case_id"))


register_set("report", _cases_behind)
