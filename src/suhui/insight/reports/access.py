"""Doors to reports. Whoever may read reports opens any run; what is in it follows the reader's own data scope."""

from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.insight.reports.models import Report, ReportRun
from suhui.platform.core.errors import Missing
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def rows_q(user: User) -> Q:
    """The condition under which this person sees a row of a report."""
    seen = scope(user, Perm.REPORT_VIEW)
    return seen.q(branch=("branch_id", "responsible_branch_id"), owner="owner_id", department="department_id")


def get_run(user: User, run_id: int) -> ReportRun:
    found = ReportRun.objects.select_related("report").filter(pk=run_id).first()
    if found is None or not user.may(Perm.REPORT_VIEW):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def get_report(user: User, code: str) -> Report:
    found = Report.objects.filter(code=code).first()
    if found is None or not user.may(Perm.REPORT_VIEW):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
