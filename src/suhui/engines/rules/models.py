from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.choices import VersionState
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import User


class VersionQuerySet(models.QuerySet["Version"]):
    def of(self, table: str) -> "VersionQuerySet":
        return self.filter(table=table)

    def in_force(self) -> "VersionQuerySet":
        return self.filter(state=VersionState.ACTIVE)


class Version(TimeStamped):
    """The rows of one decision table during one time. Only a draft changes; the others are history.

    `rows` is a list of {key, when {column: cell}, then {column: cell}, basis, verified, note}. `revision` counts the
    saves of a draft, for compare-and-set. `trial` is what "try on the last 30 days" found for this revision.
    """

    table = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    rows = models.JSONField(default=list)
    basis = models.CharField(max_length=200, blank=True, help_text=_("Law, standard or decision it rests on"))
    verified = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True, help_text=_("What changed and why"))
    shipped = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    trial = models.JSONField(null=True)
    active_from = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    switched_on_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["table", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "number"], name="rule_version_number"),
            models.UniqueConstraint(
                fields=["table"], condition=models.Q(state=VersionState.ACTIVE), name="rule_one_active"
            ),
            models.UniqueConstraint(
                fields=["table"], condition=models.Q(state=VersionState.PLANNED), name="rule_one_planned"
            ),
            models.UniqueConstraint(
                fields=["table"], condition=models.Q(state=VersionState.DRAFT), name="rule_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(state=VersionState.DRAFT) | models.Q(active_from__isnull=False),
                name="rule_active_from",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} v{self.number}"


class Decision(Row):
    """One use of a table: what went in, which row (counted from 0) matched, what came out. Never changed."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="decisions")
    table = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    inputs = models.JSONField()
    row = models.PositiveSmallIntegerField(null=True)
    outputs = models.JSONField()
    matches = models.JSONField(default=list)
    actor_label = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["table", "at"], name="decision_table_at"),
            models.Index(fields=["subject", "id"], name="decision_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.table} → {self.outputs}"
