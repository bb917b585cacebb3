"""From cases to the rows of a report: what every case was when the report was made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from suhui.engines.sla.choices import ClockKind
from suhui.engines.sla.selectors import punctuality
from suhui.insight.reports.choices import Punctual
from suhui.insight.reports.models import WEEK, ReportRow, ReportRun, ReportTrend
from suhui.insight.reports.weeks import moment, monday_of
from suhui.platform.core import replica
from suhui.platform.core.clock import BEIJING
from suhui.platform.people.models import Branch
from suhui.service.cases.choices import CaseKind
from suhui.service.cases.models import Category, Cause
from suhui.service.cases.selectors import opened_between

TREND_WEEKS = 8
CHUNK = 2000
COLUMNS = (
    *("id", "number", "kind", "channel", "severity", "state", "opened_at", "closed_at", "reopened_count"),
    *("satisfaction", "branch_id", "responsible_branch_id", "owner_id", "owner__department_id"),
    *("category__code", "category__parent__code", "cause__code", "cause__parent__code"),
)
Values = dict[str, Any]
Kept = dict[str, bool | None]


def fill(run: ReportRun) -> int:
    """Write the rows and the trend of a fresh run; how many cases its week has."""
    first = run.period_start - WEEK * (TREND_WEEKS - 1)
    end = moment(run.period_start + WEEK)
    cases = opened_between(moment(first), end).order_by("pk").values(*COLUMNS)
    counted: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    in_week = 0
    for chunk, resolved, responded in _read(cases, run):
        rows = []
        for case in chunk:
            row = _row(run, case, resolved, responded)
            if row.kind == CaseKind.COMPLAINT:
                _count(counted, row)
            if row.opened_at >= moment(run.before_start):
                rows.append(row)
        ReportRow.objects.bulk_create(rows)
        in_week += sum(not row.before for row in rows)
    ReportTrend.objects.bulk_create(_trend(run, key, counts) for key, counts in sorted(counted.items(), key=repr))
    return in_week


def _read(cases: "QuerySet[Any, Values]", run: ReportRun) -> Iterator[tuple[list[Values], Kept, Kept]]:
    """The cases with how they stand to their deadlines; from the copy of the database where one keeps up: the week is
    over, and what changed in the last seconds may as well have changed after the report."""
    with replica.reading():
        for chunk in _chunks(cases.all().iterator(CHUNK)):
            keys = [f"case:{case['id']}" for case in chunk]
            resolved = punctuality(keys, ClockKind.RESOLUTION, run.made_at)
            responded = punctuality(keys, ClockKind.FIRST_RESPONSE, run.made_at)
            yield chunk, resolved, responded


def _chunks(cases: Iterator[Values]) -> Iterator[list[Values]]:
    while chunk := list(islice(cases, CHUNK)):
        yield chunk


def _row(
    run: ReportRun, case: Values, resolved: dict[str, bool | None], responded: dict[str, bool | None]
) -> ReportRow:
    key, opened = f"case:{case['id']}", case["opened_at"]
    return ReportRow(
        run=run,
        before=opened < moment(run.period_start),
        case_id=case["id"],
        number=case["number"],
        kind=case["kind"],
        channel=case["channel"],
        severity=case["severity"],
        category=case["category__parent__code"] or case["category__code"] or "",
        subcategory=case["category__code"] or "",
        cause=case["cause__parent__code"] or case["cause__code"] or "",
        subcause=case["cause__code"] or "",
        branch_id=case["branch_id"],
        responsible_branch_id=case["responsible_branch_id"],
        place_id=case["responsible_branch_id"] or case["branch_id"],
        owner_id=case["owner_id"],
        department_id=case["owner__department_id"],
        state=case["state"],
        opened_at=opened,
        closed_at=case["closed_at"],
        resolved=_punctual(resolved, key),
        responded=_punctual(responded, key),
        reopened=case["reopened_count"] > 0,
        satisfaction=case["satisfaction"],
    )


def _punctual(found: dict[str, bool | None], key: str) -> Punctual:
    if key not in found:
        return Punctual.NONE
    return {True: Punctual.YES, False: Punctual.NO, None: Punctual.OPEN}[found[key]]


def _count(counted: dict[tuple[Any, ...], list[int]], row: ReportRow) -> None:
    week = monday_of(row.opened_at.astimezone(BEIJING).date())
    counts = counted[(week, row.branch_id, row.responsible_branch_id, row.owner_id, row.department_id)]
    counts[0] += 1
    counts[1] += row.resolved == Punctual.YES
    counts[2] += row.resolved == Punctual.NO


def _trend(run: ReportRun, key: tuple[Any, ...], counts: list[int]) -> ReportTrend:
    week, branch_id, responsible_branch_id, owner_id, department_id = key
    return ReportTrend(
        run=run,
        week=week,
        branch_id=branch_id,
        responsible_branch_id=responsible_branch_id,
        owner_id=owner_id,
        department_id=department_id,
        complaints=counts[0],
        in_time=counts[1],
        late=counts[2],
    )


def labels() -> dict[str, Any]:
    """What codes and ids are called now, [Chinese, English], kept with the run so that it reads the same for ever."""
    return {
        "category": _names(Category.objects.all()),
        "cause": _names(Cause.objects.all()),
        "branch": {str(pk): name for pk, name in Branch.objects.values_list("pk", "name")},
    }


def _names(rows: Iterable[Any]) -> dict[str, list[str]]:
    return {row.code: [row.name, row.english_name] for row in rows}


def weeks_of(run: ReportRun) -> list[date]:
    """The Mondays of the trend, oldest first."""
    return [run.period_start - WEEK * number for number in range(TREND_WEEKS - 1, -1, -1)]
