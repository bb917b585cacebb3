from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from suhui.insight.reports import building, figures
from suhui.insight.reports.access import rows_q
from suhui.insight.reports.choices import Punctual
from suhui.insight.reports.figures import Figures
from suhui.insight.reports.models import Report, ReportReading, ReportRow, ReportRun, ReportTrend
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

FIGURE_COLUMNS = (
    "before",
    "kind",
    "category",
    "cause",
    "place_id",
    "resolved",
    "responded",
    "reopened",
    "satisfaction",
)


def figures_for(run: ReportRun, user: User) -> Figures:
    """What the report says to this reader. One query."""
    rows = ReportRow.objects.filter(rows_q(user), run=run)
    return figures.count(rows.values_list(*FIGURE_COLUMNS, named=True))


@dataclass(frozen=True)
class TrendPoint:
    week: date
    complaints: int
    on_time: float | None


def trend_for(run: ReportRun, user: User) -> list[TrendPoint]:
    """Complaints a week and the share resolved in time, eight weeks, oldest first. One query."""
    found = ReportTrend.objects.filter(rows_q(user), run=run).order_by().values("week")
    sums = {row["week"]: row for row in found.annotate(n=Sum("complaints"), good=Sum("in_time"), bad=Sum("late"))}
    return [_point(week, sums.get(week)) for week in building.weeks_of(run)]


def _point(week: date, row: Any) -> TrendPoint:
    if row is None:
        return TrendPoint(week, 0, None)
    decided = row["good"] + row["bad"]
    return TrendPoint(week, row["n"], round(100 * row["good"] / decided, 1) if decided else None)


@dataclass(frozen=True)
class RowFilter:
    """Which rows stand behind a figure. `late`: "yes" late, "no" in time; `week` "before": the week compared with."""

    kind: str = ""
    category: str = ""
    cause: str = ""
    place: str = ""
    late: str = ""
    response: str = ""
    reopened: str = ""
    rated: str = ""
    week: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "RowFilter":
        return cls(**{name: str(data.get(name, ""))[:60] for name in cls.__dataclass_fields__})

    def q(self) -> Q:
        wanted = Q(before=self.week == "before")
        for name in ("kind", "category", "cause"):
            value = getattr(self, name)
            if value:
                wanted &= Q(**{name: "" if value == "unknown" else value})
        if self.place:
            wanted &= Q(place_id=int(self.place) if self.place.isdecimal() and len(self.place) < 18 else -1)
        for name, column in (("late", "resolved"), ("response", "responded")):
            value = getattr(self, name)
            if value:
                wanted &= Q(**{column: Punctual.NO if value == "yes" else Punctual.YES})
        if self.reopened:
            wanted &= Q(reopened=True)
        if self.rated:
            wanted &= Q(satisfaction__isnull=False)
        return wanted


def rows_behind(run: ReportRun, user: User, wanted: RowFilter) -> QuerySet[ReportRow]:
    """The rows a figure is made of, that this reader may see, the newest first."""
    return ReportRow.objects.filter(rows_q(user), wanted.q(), run=run).order_by("-opened_at", "-case_id")


def runs_for(user: User) -> QuerySet[ReportRun]:
    """Every run, newest first, with how many readers it has, how many confirmed, and the reader's own confirmation."""
    mine = ReportReading.objects.filter(run=OuterRef("pk"), user=user)
    return (
        ReportRun.objects.select_related("report")
        .annotate(
            readers=Count("readings"),
            confirmed=Count("readings", filter=Q(readings__confirmed_at__isnull=False)),
            mine=Exists(mine),
            mine_confirmed=Exists(mine.filter(confirmed_at__isnull=False)),
        )
        .defer("labels")
        .order_by("-period_start", "-pk")
    )


def readings_of(run: ReportRun) -> QuerySet[ReportReading]:
    """The readers of a run, those who have not confirmed first."""
    found = ReportReading.objects.filter(run=run).select_related("user", "user__branch")
    return found.order_by(F("confirmed_at").asc(nulls_first=True), "user__pinyin", "pk")


def readers_now(report: Report) -> QuerySet[User]:
    """Who would get the report if it were made now: active holders of the named posts who may read reports."""
    receivers = list(report.receivers.select_related("branch"))
    wanted = Q(pk__in=[receiver.user_id for receiver in receivers if receiver.user_id])
    for receiver in receivers:
        if receiver.role_id is None:
            continue
        held = Q(posts__role_id=receiver.role_id)
        if receiver.branch is not None:
            held &= Q(posts__branch__path__startswith=receiver.branch.path)
        wanted |= held
    may_read = Q(posts__role__permissions__contains=[Perm.REPORT_VIEW.value])
    allowed = User.objects.filter(may_read).order_by().values("pk")
    found = User.objects.filter(wanted, is_active=True, pk__in=allowed).order_by().values("pk")
    return User.objects.filter(pk__in=found).order_by("pinyin", "pk")


def unconfirmed_of(user: User, limit: int) -> list[ReportReading]:
    """Reports this person still has to confirm, the oldest first."""
    found = ReportReading.objects.filter(user=user, confirmed_at=None).select_related("run__report")
    return list(found.defer("run__labels").order_by("told_at")[:limit])


def reports() -> QuerySet[Report]:
    """The plans there are; a handful."""
    return Report.objects.order_by("code")
