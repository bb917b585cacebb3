"""What people do about a parcel: exceptions, follow-up, amendments, notes."""

from typing import ClassVar

from django.db import models
from django.utils import translation

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.choices import (
    OPEN_STAGES,
    AmendmentKind,
    AmendmentState,
    ExceptionKind,
    ExceptionState,
    FollowUpStage,
    Severity,
    Until,
)
from suhui.records.shipments.models.waybills import ScanEvent, Waybill


class WaybillException(Row):
    """Trouble found by the table "shipment.exceptions". One open row per kind and waybill.

    `decision_id` leads to the stored decision (which rule and row); `case_key` is the subject key of the case that was
    opened from it ("case:17"), told by the room of cases. `began_at` is when what was seen began: the same occurrence
    is raised once, even after a person has cleared it. `tell_customer`: the rule wants its customer told, and the
    portal shows it to them; `told_at` is when somebody did. `history`: found in a past that was read in as a whole, not
    as it happened: it opens no case, tells nobody and is on nobody's day.
    """

    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, related_name="exceptions", db_index=False)
    kind = models.CharField(max_length=20, choices=ExceptionKind.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.MEDIUM)
    state = models.CharField(max_length=8, choices=ExceptionState.choices, default=ExceptionState.OPEN)
    until = models.CharField(max_length=10, choices=Until.choices, default=Until.PERSON)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(ScanEvent, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False)
    sign = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decision_id = models.BigIntegerField(null=True)
    case_key = models.CharField(max_length=40, blank=True)
    tell_customer = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    history = models.BooleanField(default=False, db_default=False)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=120, blank=True)
    clear_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["waybill", "kind", "began_at"], name="exception_once"),
            models.UniqueConstraint(
                fields=["waybill", "kind"],
                condition=models.Q(state=ExceptionState.OPEN),
                name="exception_one_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["waybill", "-raised_at"], name="exception_waybill"),
            models.Index(
                fields=["due_at", "id"], name="exception_open_due", condition=models.Q(state=ExceptionState.OPEN)
            ),
            models.Index(
                fields=["case_key"],
                name="exception_to_tell",
                condition=models.Q(tell_customer=True, told_at=None) & ~models.Q(case_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.waybill}: {self.kind}"


class CustomerWords(TimeStamped):
    """What customers read about a kind of exception: a headline, what happened, what happens next. The service manager
    writes it; the English may be left empty."""

    kind = models.CharField(max_length=20, choices=ExceptionKind.choices, unique=True)
    headline = models.CharField(max_length=60)
    happened = models.CharField(max_length=300)
    next_step = models.CharField(max_length=300)
    english_headline = models.CharField(max_length=80, blank=True)
    english_happened = models.CharField(max_length=300, blank=True)
    english_next_step = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.headline

    def said(self) -> tuple[str, str, str]:
        """Headline, what happened, what happens next, in the reader's language."""
        if (translation.get_language() or "").startswith("en") and self.english_headline:
            return self.english_headline, self.english_happened, self.english_next_step
        return self.headline, self.happened, self.next_step


class FollowUp(TimeStamped):
    """One line of the follow-up table (业务跟踪表): what is asked, how far it is, who does what next and by when."""

    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, related_name="follow_ups")
    requirement = models.CharField(max_length=300)
    stage = models.CharField(max_length=10, choices=FollowUpStage.choices, default=FollowUpStage.TODO)
    next_action = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    added_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_at"], name="followup_open", condition=models.Q(stage__in=sorted(OPEN_STAGES))
            )
        ]

    def __str__(self) -> str:
        return self.requirement


class Amendment(TimeStamped):
    """A change asked for while the parcel is on its way (改单): from what, to what, by whom, and what became of it."""

    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, related_name="amendments")
    kind = models.CharField(max_length=10, choices=AmendmentKind.choices)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.ASKED)
    answer = models.CharField(max_length=300, blank=True)
    added_by = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.waybill}: {self.kind}"

    @property
    def writes_label(self) -> str:
        """The field of the label that it changes once it is carried out; empty for the other kinds."""
        return _LABEL.get(self.kind, "")


_LABEL: dict[str, str] = {
    AmendmentKind.ADDRESS: "recipient_address",
    AmendmentKind.PHONE: "recipient_phone",
    AmendmentKind.RECIPIENT: "recipient_name",
}


class WaybillNote(Row):
    """A colleague's remark on a parcel; never shown to customers."""

    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]
