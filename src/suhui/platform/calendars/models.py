from typing import ClassVar

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from suhui.platform.calendars.choices import DayKind
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch


class Calendar(TimeStamped):
    """Opening hours under a name. `make_up_weekday` (0 Monday … 6) lends its hours to make-up working days.

    `version` counts every change of its hours or days, so that two editors cannot overwrite each other unseen.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    english_name = models.CharField(max_length=80, blank=True)
    keeps_holidays = models.BooleanField(default=True)
    make_up_weekday = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-is_default", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="calendar_default"
            ),
            models.CheckConstraint(condition=models.Q(make_up_weekday__lte=6), name="calendar_make_up_weekday"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.english_name if self.english_name and translation.get_language() == "en" else self.name


class WeekSpan(Row):
    """One span of opening hours on one weekday, in minutes after midnight; `end` beyond 1440 runs into the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="week_spans")
    weekday = models.PositiveSmallIntegerField()
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["weekday", "start"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, start__lt=1440, end__gt=models.F("start"))
                & models.Q(end__lte=models.F("start") + 1440),
                name="weekspan_order",
            ),
            models.UniqueConstraint(fields=["calendar", "weekday", "start"], name="weekspan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start}–{self.end}"


class NationalDay(Row):
    """A public holiday or a make-up working day (调休) of the whole country. `name`: a festival's key, or free text."""

    day = models.DateField(primary_key=True)
    kind = models.CharField(
        max_length=10, choices=[(DayKind.HOLIDAY, DayKind.HOLIDAY.label), (DayKind.MAKE_UP, DayKind.MAKE_UP.label)]
    )
    name = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class HolidayYear(Row):
    """A year whose holidays and make-up days are complete. A year without a row is warned of everywhere."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=120, help_text=_("Where the list comes from"))
    filled_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return f"{self.year} ({self.source})"


class HandDay(Row):
    """A day of one calendar set by hand; it stands above the national days. `spans` is [[start, end], …] in minutes."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="hand_days")
    day = models.DateField()
    kind = models.CharField(
        max_length=10, choices=[(DayKind.CLOSED, DayKind.CLOSED.label), (DayKind.OPEN, DayKind.OPEN.label)]
    )
    name = models.CharField(max_length=60, blank=True)
    spans = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "day"], name="handday_once"),
            models.CheckConstraint(
                condition=models.Q(kind="closed", spans=[]) | (models.Q(kind="open") & ~models.Q(spans=[])),
                name="handday_spans",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.kind}"


class BranchCalendar(Row):
    """The calendar of a branch and of every branch below it that has none of its own."""

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="+", primary_key=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="branches")

    def __str__(self) -> str:
        return f"{self.branch}: {self.calendar}"
