from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from suhui.engines.tasks.models import Task
from suhui.platform.core.models import OwnersTime, Row
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import User
from suhui.service.cases.choices import CaseChannel, EntryKind, ProposalState, Purpose
from suhui.service.cases.models.case import Case


class EntryQuerySet(models.QuerySet["CaseEntry"]):
    def of(self, *cases: Case) -> "EntryQuerySet":
        """Their lines, looked for only in the months in which the cases were opened."""
        return self.filter(case__in=cases, case_opened_at__in={case.opened_at for case in cases})


class CaseEntry(Row):
    """One line of a case's story. Written once; only a message may be taken back before it is published.

    `internal` lines are for staff; the others the customer reads on the portal. A message to the customer is written
    with `send_at` ten seconds ahead and published by the clock: until `published_at` is set it is nobody's but the
    desk's. `source` ("task:9:done") keeps the same happening from being written twice. `data` holds what the line
    refers to (ids, states before and after).

    The table is divided by the month in which the case was opened (`case_opened_at`): ask by `of()`.
    """

    # The database's own foreign key leads to the case with its time (migration 0010).
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="entries", db_index=False, db_constraint=False
    )
    case_opened_at = OwnersTime(of="case.opened_at", editable=False)
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    text = models.TextField(blank=True)
    internal = models.BooleanField(default=True)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120, blank=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=12, choices=CaseChannel.choices, blank=True)
    data = models.JSONField(default=dict, blank=True)
    send_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)
    files: "models.ManyToManyField[StoredFile, Any]" = models.ManyToManyField(
        StoredFile, through="EntryFile", related_name="+"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["case", "at", "id"], name="caseentry_story"),
            models.Index(
                fields=["send_at"],
                name="caseentry_to_send",
                condition=Q(published_at=None, taken_back_at=None, send_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "case", "case_opened_at"], condition=~Q(source=""), name="caseentry_source_once"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(taken_back_at=None), name="caseentry_sent_or_taken_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:40]}"

    def is_waiting(self, at: datetime) -> bool:
        """Written but not sent yet: it can still be taken back."""
        return (
            self.send_at is not None and self.published_at is None and self.taken_back_at is None and at < self.send_at
        )


class EntryFile(Row):
    entry = models.ForeignKey(CaseEntry, on_delete=models.CASCADE, related_name="entry_files", db_constraint=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "file"], name="entryfile_once")]


class Proposal(Row):
    """What we offer the customer to settle the matter. At most one is open; the answer is theirs, with their words."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    text = models.TextField()
    amount_fen = models.PositiveBigIntegerField(null=True, blank=True)
    actions = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_words = models.CharField(max_length=1000, blank=True)
    answer_channel = models.CharField(max_length=12, choices=CaseChannel.choices, blank=True)
    answer_logged_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-offered_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="proposal_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.text[:40]}"


class CaseTask(Row):
    """A task that serves this case, and what for. The task itself is the engine's."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="case_tasks")
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="case_task")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["case", "purpose"], name="casetask_purpose")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.purpose}"
