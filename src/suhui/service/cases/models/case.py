from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from suhui.engines.rules.models import Decision
from suhui.engines.sla.models import Policy
from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch, User
from suhui.records.customers.models import Customer
from suhui.records.shipments.models import Waybill
from suhui.service.cases import states
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, LinkKind, Outcome, Priority, Severity
from suhui.service.cases.models.setup import Category, Cause

_ASKED = ["branch", "responsible_branch", "owner", "state"]
"""What scope and state ask of a case: held by the indexes of the list's orders, so that far pages are read there.
The index of open cases holds what the menu's numbers count by, too."""
_SIFTED = [*_ASKED, "kind", "channel", "category", "cause", "tags"]
"""What people filter by as well: rows that do not fit are passed over in the index."""


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        """Somebody still has to do something."""
        return self.filter(state__in=states.OPEN)

    def late(self, at: datetime) -> "CaseQuerySet":
        return self.filter(next_due_at__lte=at)

    def soon(self, at: datetime) -> "CaseQuerySet":
        """Not late yet, but past its warning."""
        return self.filter(next_due_at__gt=at, next_warn_at__lte=at)

    def by_urgency(self) -> "CaseQuerySet":
        """The nearest deadline first, cases without one last; then the more important, then the older."""
        return self.order_by("next_due_at", "-priority", "id")

    def for_list(self) -> "CaseQuerySet":
        """What a row of the work list shows, read together."""
        return self.select_related("customer", "owner", "branch", "category", "category__parent")


class Case(TimeStamped):
    """One matter of one customer from first word to last (工单).

    `version` grows with every change of state, owner or particulars: whoever changes a case says which version they
    saw. `source` names what opened it ("exception:12"), so that the same thing opens it once. The `next_*` fields are
    copied from the nearest running clock, so that one index sorts the work list.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=CaseKind.choices)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    priority_decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    priority_by_hand = models.BooleanField(default=False)
    channel = models.CharField(max_length=12, choices=CaseChannel.choices)
    state = models.CharField(max_length=20, choices=CaseState.choices, default=CaseState.NEW)
    version = models.PositiveIntegerField(default=1)

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    contact_name = models.CharField(max_length=80, blank=True)
    contact_phone = models.CharField(max_length=32, blank=True)
    waybills = models.ManyToManyField(Waybill, through="CaseWaybill", related_name="cases")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    responsible_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")

    subject = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    remedy = models.CharField(max_length=300, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    source = models.CharField(max_length=80, blank=True)

    policy = models.ForeignKey(Policy, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    next_due_at = models.DateTimeField(null=True)
    next_warn_at = models.DateTimeField(null=True)
    next_due_kind = models.CharField(max_length=20, blank=True)
    awaits_reply_since = models.DateTimeField(null=True)
    last_entry_at = models.DateTimeField()

    opened_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    outcome_words = models.CharField(max_length=500, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    satisfaction_words = models.CharField(max_length=500, blank=True)
    satisfaction_at = models.DateTimeField(null=True)

    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    state_before_merge = models.CharField(max_length=20, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_due_at", "-priority", "id"],
                name="case_open",
                condition=Q(state__in=sorted(states.OPEN)),
                include=[*_ASKED, "next_warn_at", "kind", "channel", "tags"],
            ),
            models.Index(fields=["branch", "state"], name="case_branch_state"),
            models.Index(fields=["owner", "state"], name="case_owner_state"),
            models.Index(
                fields=["next_due_at", "-priority", "id"], name="case_by_urgency", include=[*_SIFTED, "opened_at"]
            ),
            models.Index(fields=["-opened_at", "-id"], name="case_by_age", include=[*_SIFTED, "priority"]),
            models.Index(
                fields=["-last_entry_at", "-id"], name="case_by_change", include=[*_SIFTED, "priority", "opened_at"]
            ),
            GinIndex(fields=["tags"], name="case_tags"),
            models.Index(fields=["closed_at"], name="case_closed", condition=~Q(closed_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="case_source_once"),
            models.UniqueConstraint(fields=["id", "opened_at"], name="case_opened_once"),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="case_merged_into"
            ),
            models.CheckConstraint(condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="case_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def key(self) -> str:
        """The subject key by which clocks, tasks and events know this case."""
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN


class CaseWaybill(Row):
    """A parcel the case is about; the first one linked is the main one."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="waybill_links")
    waybill = models.ForeignKey(Waybill, on_delete=models.PROTECT, related_name="case_links")
    linked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "waybill"], name="casewaybill_once")]


class CaseLink(Row):
    """`case` is … `other`: related to it, a duplicate of it, part of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other"], name="caselink_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="caselink_not_itself"),
        ]


class Watch(Row):
    """A colleague who wants to hear about this case, by choice or because somebody mentioned them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "user"], name="watch_once")]


class Check(Row):
    """One point of the case's checklist. Copied from the template when the case opens."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="checks")
    text = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=100)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["order", "id"]
