from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.exchange import problems
from suhui.platform.exchange.choices import Choice, ExportFormat, ImportState, RowState
from suhui.platform.people.models import Branch, User


class Import(TimeStamped):
    """One file on its way in, sent `by` somebody and set going last by `actor`.

    `shelf` is the name of its bytes; `how` says how it is read, `mapping` leads from fields to columns. `total` is a
    guess until the whole file was read. `fault` is why it failed, as `problems` says it. `touched_at` is when a job
    last got on with it.
    """

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    shelf = models.CharField(max_length=40)
    size = models.BigIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHOOSING)
    how = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    known = models.CharField(max_length=8, choices=Choice.choices, default=Choice.UPDATE)
    perhaps = models.CharField(max_length=8, choices=Choice.choices, default=Choice.SKIP)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    fault = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["by", "-id"], name="import_by"),
            models.Index(fields=["branch", "-id"], name="import_branch"),
            models.Index(
                fields=["touched_at"],
                name="import_at_work",
                condition=models.Q(state__in=["checking", "running", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def trouble(self) -> str:
        """Why it failed, in the reader's language; empty when it did not."""
        return problems.say(self.fault, {}) if self.fault else ""


class ImportRow(Row):
    """One line of the file: as it stood (`cells`), as it was understood (`given`), and what became of it.

    `key` is what makes two lines the same. `before` is what taking it back needs.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RowState.choices)
    cells = models.JSONField()
    given = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    key = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    match_id = models.BigIntegerField(null=True)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "number"], name="importrow_once")]
        indexes: ClassVar = [
            models.Index(fields=["batch", "key"], name="importrow_key", condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class SavedMapping(TimeStamped):
    """Which column is which field, kept by name: `columns` maps the normal form of a column's name to a field."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-updated_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "name"], name="mapping_name_once")]

    def __str__(self) -> str:
        return self.name


class Export(Row):
    """Somebody took a list along: who, which view, narrowed how, how many rows, masked or why not.

    `rows` is empty until the last line was sent: an export that was broken off has none.
    """

    number = models.CharField(max_length=20, unique=True)
    view = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    format = models.CharField(max_length=4, choices=ExportFormat.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["by", "-id"], name="export_by"),
            models.Index(fields=["branch", "-id"], name="export_branch"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def masked(self) -> bool:
        return not self.reason
