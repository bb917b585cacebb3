from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DeliveryRetried(DomainEvent):
    """Somebody let a failed handler try again. `event_id` is the stored event that is on its way."""

    subject_kind = "event"
    subject_field = "event_id"
    event_id: int
    handler: str


@dataclass(frozen=True, kw_only=True)
class DeliverySkipped(DomainEvent):
    """Somebody decided that a handler shall not see this event, and why."""

    subject_kind = "event"
    subject_field = "event_id"
    event_id: int
    handler: str
    reason: str
    error: str


@dataclass(frozen=True, kw_only=True)
class JobRetried(DomainEvent):
    subject_kind = "job"
    subject_field = "job_id"
    job_id: int
    name: str
