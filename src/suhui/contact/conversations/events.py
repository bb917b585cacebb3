from dataclasses import dataclass, field

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ContactLogged(DomainEvent):
    subject_kind = "contact"
    subject_field = "contact_id"
    contact_id: int
    channel: str
    direction: str
    customer_id: int | None = None
    waybill_ids: list[int] = field(default_factory=list)
    case: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactLinked(DomainEvent):
    """The contact belongs to a case now; `case` is its subject key."""

    subject_kind = "contact"
    subject_field = "contact_id"
    contact_id: int
    case: str
