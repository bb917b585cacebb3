"""The room's operations, and the shapes of a run that several of them answer with."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.insight.reports.models import ReportRun
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Row

api = Room("reports", _("Reports"))


class RunRow(Row):
    id: int
    report: str = Field(description="Code of the plan", examples=["weekly-complaints"])
    name: str
    period_start: date = Field(description="The Monday")
    period_end: date
    made_at: datetime
    target: int = Field(description="Per cent resolved in time")


def run_values(run: ReportRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "report": run.report.code,
        "name": run.report.label,
        "period_start": run.period_start,
        "period_end": run.period_end,
        "made_at": run.made_at,
        "target": run.target,
    }
