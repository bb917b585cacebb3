"""The weekly report: made for the last whole week, and read. Taken back afterwards."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bench import asking, measuring
from suhui.insight.reports import services, weeks
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.models import Report, ReportRow, ReportTrend
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local

READ = 10
FLOOR = """
    SELECT date_trunc('week', opened_at), kind, branch_id, count(*) FROM cases_case
    WHERE opened_at >= %s AND opened_at < %s GROUP BY 1, 2, 3
"""


def weekly(at: datetime) -> dict[str, Any]:
    """Milliseconds to make it and to read it, and the floor: the same weeks counted by one statement."""
    report = Report.objects.order_by("id")[0]
    asker = asking.askers()[1]
    client = measuring.client_of(asker)
    monday = local(at).date() - timedelta(days=local(at).weekday() + 7)
    with transaction.atomic():
        began, worked = time.perf_counter(), measuring.worked()
        run = services.make(report=report, period_start=monday, at=at, trigger=Trigger.HAND, by=Actor.system("bench"))
        made, made_work = (time.perf_counter() - began) * 1000, measuring.worked() - worked
        read = [measuring.ask(client, f"/reports/runs/{run.pk}/?n={number}") for number in range(READ)]
        rows = ReportRow.objects.filter(run=run).count()
        trend = ReportTrend.objects.filter(run=run).count()
        transaction.set_rollback(True)
    first, end = monday - timedelta(weeks=7), monday + timedelta(weeks=1)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [weeks.moment(first), weeks.moment(end)])
        cursor.fetchall()
    floor = (time.perf_counter() - began) * 1000
    found = {
        "make_ms": round(made),
        "make_work_ms": round(made_work),
        "read_ms": round(measuring.share([one.whole for one in read], 0.5)),
        "read_work_ms": round(measuring.share([one.work for one in read], 0.5)),
        "queries": read[-1].queries,
        "rows": rows,
        "trend": trend,
        "floor_ms": round(floor),
        "target": asking.REPORT_MS,
    }
    print(f"  weekly report: {found}", flush=True)
    return found
