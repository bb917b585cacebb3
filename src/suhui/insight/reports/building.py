"""From cases to the rows of a report: what every case was when the report was made."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncWeek

from suhui.engines.sla.choices import ClockKind
from suhui.engines.sla.selectors import standings
from suhui.insight.reports.choices import Punctual
from suhui.insight.reports.models import WEEK, ReportRow, ReportRun, ReportTrend
from suhui.insight.reports.weeks import moment
from suhui.platform.core import replica
from suhui.platform.core.bulk import copy_rows
from suhui.platform.core.clock import BEIJING
from suhui.platform.people.models import Branch
from suhui.service.cases.choices import CaseKind
from suhui.service.cases.models import Case, Category, Cause
from suhui.service.cases.selectors import opened_between

TREND_WEEKS = 8


def fill(run: ReportRun) -> int:
    """Write the rows and the trend of a fresh run; how many cases its week has.

    Both are written by the database itself, row by row from the cases as they are: a week of a large house has ten
    thousands of them. Where a copy of the database keeps up, the cases are read there and only the rows come here.
    """
    end = moment(run.period_start + WEEK)
    _insert(ReportRow, _rows(run, opened_between(moment(run.before_start), end)))
    first = run.period_start - WEEK * (TREND_WEEKS - 1)
    _insert(ReportTrend, _trend(run, opened_between(moment(first), end, kind=CaseKind.COMPLAINT)))
    return ReportRow.objects.filter(run=run, before=False).count()


def _insert(model: type[Model], rows: "QuerySet[Any, Any]") -> None:
    """INSERT … SELECT: the columns are named as `rows` names its values, less the `new_` that keeps them apart from
    the fields they are made of."""
    names = list(rows.query.annotation_select)
    if replica.alias() == replica.ALIAS:
        read = rows.using(replica.ALIAS).iterator(chunk_size=2000)
        copy_rows(model, [name.removeprefix("new_") for name in names], ([row[name] for name in names] for row in read))
        return
    sql, values = rows.query.sql_with_params()
    columns = ", ".join(f'"{name.removeprefix("new_")}"' for name in names)
    table = model._meta.db_table  # noqa: SLF001 - Django's own documented name
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({columns}) {sql}', values)


def _rows(run: ReportRun, cases: "QuerySet[Case]") -> "QuerySet[Any, Any]":
    """One line a case, named as the columns of ReportRow."""
    copied = ("number", "kind", "channel", "severity", "state", "opened_at", "closed_at", "satisfaction")
    places = ("branch_id", "responsible_branch_id", "owner_id")
    made = {
        **{f"new_{name}": F(name) for name in (*copied, *places)},
        "new_run_id": Value(run.pk, BigIntegerField()),
        "new_case_id": F("id"),
        "new_before": ExpressionWrapper(Q(opened_at__lt=moment(run.period_start)), BooleanField()),
        "new_category": Coalesce("category__parent__code", "category__code", Value("")),
        "new_subcategory": Coalesce("category__code", Value("")),
        "new_cause": Coalesce("cause__parent__code", "cause__code", Value("")),
        "new_subcause": Coalesce("cause__code", Value("")),
        "new_place_id": Coalesce("responsible_branch_id", "branch_id"),
        "new_department_id": F("owner__department_id"),
        "new_resolved": _standing(ClockKind.RESOLUTION, run),
        "new_responded": _standing(ClockKind.FIRST_RESPONSE, run),
        "new_reopened": ExpressionWrapper(Q(reopened_count__gt=0), BooleanField()),
    }
    found: QuerySet[Any, Any] = cases.order_by().annotate(**made).values(*made)
    return found


def _trend(run: ReportRun, complaints: "QuerySet[Case]") -> "QuerySet[Any, Any]":
    """The complaints of each week with the same branches and owner, counted."""
    by = {
        "new_run_id": Value(run.pk, BigIntegerField()),
        "new_week": Cast(TruncWeek("opened_at", tzinfo=BEIJING), DateField()),
        "new_branch_id": F("branch_id"),
        "new_responsible_branch_id": F("responsible_branch_id"),
        "new_owner_id": F("owner_id"),
        "new_department_id": F("owner__department_id"),
    }
    judged = complaints.order_by().annotate(**by, standing=_standing(ClockKind.RESOLUTION, run))
    found: QuerySet[Any, Any] = judged.values(*by).annotate(
        new_complaints=Count("pk"),
        new_in_time=Count("pk", filter=Q(standing=Punctual.YES.value)),
        new_late=Count("pk", filter=Q(standing=Punctual.NO.value)),
    )
    return found


def _standing(kind: ClockKind, run: ReportRun) -> Coalesce:
    subject = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    return Coalesce(Subquery(standings(subject, kind, run.made_at)), Value(Punctual.NONE.value))


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
