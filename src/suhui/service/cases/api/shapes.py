"""Cases as they are answered. Personal data is masked as on every screen; its reveal is an operation of its own."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from suhui.platform.core.clock import now
from suhui.platform.privacy import masks
from suhui.platform.rest.shapes import Ref, Row, ref
from suhui.service.cases.models import Case, CaseEntry
from suhui.service.cases.ui import telling


class CaseRow(Row):
    """A case as the work list shows it."""

    id: int = Field(examples=[17])
    number: str = Field(examples=["T2611220017"])
    version: int = Field(description="Grows with every change; the ETag", examples=[3])
    kind: str = Field(examples=["complaint"])
    state: str = Field(examples=["in_progress"])
    priority: int = Field(description="1 low to 4 urgent", examples=[2])
    severity: int = Field(description="1 minor to 4 critical", examples=[2])
    channel: str = Field(examples=["phone"])
    category: str | None = Field(description="Code of the category", examples=["damage"])
    subject: str = Field(examples=["包裹破损，要求赔偿"])
    contact_name: str = Field(description="Masked", examples=["王**"])
    customer_id: int | None
    waybill: str | None = Field(description="Number of the first parcel", examples=["YT8803912345678"])
    owner: Ref | None
    branch: Ref
    tags: list[str]
    opened_at: datetime
    due_at: datetime | None = Field(description="The nearest deadline")
    due_kind: str = Field(examples=["first_response"])
    late: bool
    awaits_reply_since: datetime | None
    last_entry_at: datetime
    closed_at: datetime | None


class CaseOut(CaseRow):
    """A case with its particulars."""

    contact_phone: str = Field(description="Masked", examples=["138******34"])
    text: str = Field(description="What the customer said, phones and e-mails in it masked")
    remedy: str
    fields: dict[str, Any] = Field(description="The fields of its kind, by key")
    responsible_branch: Ref | None
    cause: str | None = Field(description="Code of the cause")
    outcome: str
    outcome_words: str
    satisfaction: int | None = Field(description="One to five stars")
    contacted_at: datetime | None
    resolved_at: datetime | None
    reopened_count: int
    merged_into: int | None


class EntryRow(Row):
    """One line of a case's story."""

    id: int
    kind: str = Field(examples=["message_out"])
    head: str = Field(description="What happened, without its subject", examples=["wrote to the customer"])
    text: str
    internal: bool = Field(description="For staff only")
    actor: str = Field(examples=["王芳"])
    actor_kind: str = Field(examples=["staff"])
    at: datetime
    channel: str
    send_at: datetime | None = Field(description="A message to the customer: until then it can be taken back")
    files: list[str] = Field(description="Ids of its files")


def row_values(case: Case, at: datetime) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "version": case.version,
        "kind": case.kind,
        "state": case.state,
        "priority": case.priority,
        "severity": case.severity,
        "channel": case.channel,
        "category": case.category.code if case.category else None,
        "subject": case.subject,
        "contact_name": masks.mask_name(case.contact_name),
        "customer_id": case.customer_id,
        "waybill": getattr(case, "first_waybill", None),
        "owner": ref(case.owner),
        "branch": Ref(id=case.branch_id, name=case.branch.name),
        "tags": case.tags,
        "opened_at": case.opened_at,
        "due_at": case.next_due_at,
        "due_kind": case.next_due_kind,
        "late": case.is_open and case.next_due_at is not None and case.next_due_at <= at,
        "awaits_reply_since": case.awaits_reply_since,
        "last_entry_at": case.last_entry_at,
        "closed_at": case.closed_at,
    }


def rows_of(cases: Iterable[Case]) -> list[CaseRow]:
    at = now()
    return [CaseRow.model_construct(**row_values(case, at)) for case in cases]


def case_values(case: Case) -> dict[str, Any]:
    return row_values(case, now()) | {
        "contact_phone": masks.mask_phone(case.contact_phone) if case.contact_phone else "",
        "text": masks.mask_text(case.text),
        "remedy": masks.mask_text(case.remedy),
        "fields": {key: masks.mask_text(one) if isinstance(one, str) else one for key, one in case.fields.items()},
        "responsible_branch": ref(case.responsible_branch),
        "cause": case.cause.code if case.cause else None,
        "outcome": case.outcome,
        "outcome_words": masks.mask_text(case.outcome_words),
        "satisfaction": case.satisfaction,
        "contacted_at": case.contacted_at,
        "resolved_at": case.resolved_at,
        "reopened_count": case.reopened_count,
        "merged_into": case.merged_into_id,
    }


def case_out(case: Case) -> CaseOut:
    """The case as the services left it on the object."""
    return CaseOut(**case_values(case))


NAMES_OTHERS = {"merge", "link"}
"""Lines that name another case, which the reader may not see."""


def entries_out(entries: Iterable[CaseEntry]) -> list[EntryRow]:
    at = now()
    return [_entry(entry, at) for entry in entries]


def entry_out(entry: CaseEntry) -> EntryRow:
    return _entry(entry, now())


def _entry(entry: CaseEntry, at: datetime) -> EntryRow:
    head = entry.get_kind_display() if entry.kind in NAMES_OTHERS else telling.line(entry, at).head
    return EntryRow(
        id=entry.pk,
        kind=entry.kind,
        head=masks.mask_text(str(head)),
        text=masks.mask_text(entry.text),
        internal=entry.internal,
        actor=entry.actor_label,
        actor_kind=entry.actor_kind,
        at=entry.at,
        channel=entry.channel,
        send_at=entry.send_at if entry.is_waiting(at) else None,
        files=[str(file.pk) for file in entry.files.all()],
    )
