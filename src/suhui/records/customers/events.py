"""What happens to customers. Values in payloads are masked: events are kept for years and shown on timelines."""

from dataclasses import dataclass, field

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CustomerAdded(DomainEvent):
    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    number: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(DomainEvent):
    """`changes` maps a field to [before, after], masked; `what` is a code: edited, fact_added, fact_removed,
    fact_verified, fact_corrected, owner."""

    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    what: str = "edited"
    fact_kind: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(DomainEvent):
    """`merged_id` became part of `customer_id`."""

    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    merged_id: int
    merged_number: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomersParted(DomainEvent):
    """A merge was taken back: `merged_id` stands on its own again."""

    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    merged_id: int
    merged_number: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerTierChanged(DomainEvent):
    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class CustomerTakenBack(DomainEvent):
    """An imported customer nobody had touched was removed again with the whole import."""

    subject_kind = "customer"
    subject_field = "customer_id"
    customer_id: int
    number: str
