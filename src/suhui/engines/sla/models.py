from dataclasses import fields
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import translation

from suhui.engines.sla.choices import LIVE, ClockKind, ClockState, Counting, Tier, Unit
from suhui.engines.sla.clockwork import Face
from suhui.platform.calendars.arithmetic import Due, WorkingTime
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch, User


class Policy(TimeStamped):
    """One version of a service level. Editing makes a new version: running clocks keep the one they started under."""

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=80)
    english_name = models.CharField(max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    made_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["order", "code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="policy_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(is_current=True), name="policy_one_current"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.english_name if self.english_name and translation.get_language() == "en" else self.name


class Target(Row):
    """One promise of a policy: so much time for one kind of clock. `basis` is its legal or house source."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=8, choices=Unit.choices)
    counting = models.CharField(max_length=10, choices=Counting.choices)
    warn_share = models.PositiveSmallIntegerField(default=80)
    warn_minutes = models.PositiveIntegerField(default=30)
    basis = models.CharField(max_length=120, blank=True)
    verified = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "kind"], name="target_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0, warn_share__lte=100), name="target_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.get_kind_display()}"

    def hours(self, of_branch: WorkingTime) -> WorkingTime:
        """What this target counts in."""
        return of_branch if self.counting == Counting.WORKING else WorkingTime.always()

    def due(self, at: datetime, hours: WorkingTime) -> Due:
        """When it is due if it starts at `at`, counted in `hours` (of `hours()` above)."""
        if self.unit == Unit.DAYS:
            if self.counting == Counting.WORKING:
                return hours.add_days(at, self.amount)
            return hours.add(at, timedelta(days=self.amount))
        per = 60 if self.unit == Unit.HOURS else 1
        return hours.add(at, timedelta(minutes=self.amount * per))


class Escalation(Row):
    """One level: so many minutes after the due time, in the late clock's own counting, these people are told too."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveIntegerField()
    tier = models.PositiveSmallIntegerField(choices=Tier.choices)

    class Meta:
        ordering: ClassVar = ["level"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "level"], name="escalation_level_once")]

    def __str__(self) -> str:
        return f"{self.policy} · {self.level}"

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.after_minutes)


class ClockQuerySet(models.QuerySet["Clock"]):
    def live(self) -> "ClockQuerySet":
        return self.filter(state__in=LIVE)

    def about(self, subject: str) -> "ClockQuerySet":
        return self.filter(subject=subject)

    def late(self, at: datetime) -> "ClockQuerySet":
        """Late and not yet answered, the latest first. Paused clocks wait for the customer and are not here."""
        running = [ClockState.RUNNING, ClockState.BREACHED_OPEN]
        return self.filter(state__in=running, due_at__lte=at).order_by("due_at", "pk")

    def soon(self, at: datetime) -> "ClockQuerySet":
        """Running, past its warning, not late yet; the nearest first."""
        return self.filter(state=ClockState.RUNNING, warn_at__lte=at, due_at__gt=at).order_by("due_at", "pk")


class Clock(TimeStamped):
    """One running or finished promise of time about a subject ("case:17"). The fields of `Face` are its works.

    `explanation` is how its due time came about (calendars.steps); `label` and `url` are what lists show; `version`
    counts changes for compare-and-set.
    """

    subject = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="clocks")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    counting = models.CharField(max_length=10, choices=Counting.choices)
    label = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=ClockState.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    lead = models.DurationField()
    next_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    remaining = models.DurationField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    explanation = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["subject", "kind"], name="clock_subject"),
            models.Index(fields=["next_at"], name="clock_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["branch", "due_at"], name="clock_branch_live", condition=models.Q(state__in=LIVE)),
            models.Index(fields=["owner", "due_at"], name="clock_owner_live", condition=models.Q(state__in=LIVE)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "kind"], condition=models.Q(state__in=LIVE), name="clock_one_live"
            ),
            models.CheckConstraint(
                condition=models.Q(state="paused", paused_at__isnull=False)
                | (~models.Q(state="paused") & models.Q(paused_at=None)),
                name="clock_paused",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="met", breached_at__isnull=False)
                & ~models.Q(state__in=["met_late", "breached_open"], breached_at=None),
                name="clock_breach",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}: {self.state}"

    @property
    def face(self) -> Face:
        values = {field.name: getattr(self, field.name) for field in fields(Face)}
        return Face(**{**values, "state": ClockState(self.state)})

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_late(self) -> bool:
        return self.breached_at is not None

    def hours(self, of_branch: WorkingTime) -> WorkingTime:
        return of_branch if self.counting == Counting.WORKING else WorkingTime.always()
