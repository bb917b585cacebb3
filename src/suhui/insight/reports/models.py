from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from suhui.insight.reports.choices import Punctual, Trigger
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch, Role, User

WEEK = timedelta(days=7)


class Report(TimeStamped):
    """A report that is made by the clock. `weekday` (0 Monday) and `minute` (of the day) are the house's wall clock.

    `target` is the share in per cent that should be resolved in time; after `chase_hours` without confirmation a reader
    is reminded, three times at most.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    english_name = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(default=True)
    weekday = models.PositiveSmallIntegerField(default=0)
    minute = models.PositiveSmallIntegerField(default=9 * 60)
    target = models.PositiveSmallIntegerField(default=95, help_text=_("Per cent"))
    chase_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, minute__lt=1440, target__lte=100, chase_hours__gt=0),
                name="report_moment",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.english_name if self.english_name and translation.get_language() == "en" else self.name


class Receiver(Row):
    """Who gets a report: everyone holding `role` at `branch` or below (everywhere without one), or one person."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="receivers")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["role__order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__isnull=False, user=None)
                | models.Q(role=None, branch=None, user__isnull=False),
                name="receiver_post_or_person",
            ),
            models.UniqueConstraint(
                fields=["report", "role", "branch", "user"], name="receiver_once", nulls_distinct=False
            ),
        ]


class Fixed(Row):
    """A row that is written once. The database refuses to change it (see the migration); so does `save`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a report that was made is not changed")
        super().save(*args, **kwargs)


class ReportRun(Fixed):
    """A report as it was made, with everything it needs to be shown again: what its codes and ids were called, its rows
    and its trend. `period_start` is the Monday of the week it is about."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="runs")
    period_start = models.DateField()
    made_at = models.DateTimeField()
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    made_by = models.CharField(max_length=120, blank=True)
    target = models.PositiveSmallIntegerField()
    labels = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-period_start", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "period_start"], name="reportrun_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.period_start}"

    @property
    def period_end(self) -> date:
        """The Sunday."""
        return self.period_start + timedelta(days=6)

    @property
    def before_start(self) -> date:
        """The Monday of the week it is compared with."""
        return self.period_start - WEEK


class Scoped(Fixed):
    """What data scope is asked about: the branch that handles, the branch held responsible, the owner."""

    run = models.ForeignKey(ReportRun, on_delete=models.CASCADE, related_name="+")
    branch_id = models.BigIntegerField()
    responsible_branch_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class ReportRow(Scoped):
    """One case as it stood when the report was made. `place_id`: the branch held responsible, else the handling one."""

    before = models.BooleanField(default=False)
    case_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    severity = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=60, blank=True)
    subcategory = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=60, blank=True)
    subcause = models.CharField(max_length=60, blank=True)
    place_id = models.BigIntegerField()
    state = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    resolved = models.CharField(max_length=5, choices=Punctual.choices)
    responded = models.CharField(max_length=5, choices=Punctual.choices)
    reopened = models.BooleanField(default=False)
    satisfaction = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run", "before", "opened_at"], name="reportrow_run")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "case_id"], name="reportrow_once")]


class ReportTrend(Scoped):
    """Complaints of one week with the same branches and owner, counted."""

    week = models.DateField()
    complaints = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run", "week"], name="reporttrend_run")]


class ReportReading(Row):
    """One receiver's copy: told, opened, confirmed, reminded."""

    run = models.ForeignKey(ReportRun, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)
    chases = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["confirmed_at", "user__pinyin", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["user"], name="reading_open", condition=models.Q(confirmed_at=None)),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.run} · {self.user}"
