from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class EndpointChanged(DomainEvent):
    """An endpoint was made, changed, paused, taken up again, switched off, or got a new secret (`what`)."""

    subject_kind = "webhook"
    subject_field = "endpoint_id"
    endpoint_id: int
    what: str


@dataclass(frozen=True, kw_only=True)
class EndpointPinged(DomainEvent):
    """An administrator sent a trial message."""

    subject_kind = "webhook"
    subject_field = "endpoint_id"
    endpoint_id: int
