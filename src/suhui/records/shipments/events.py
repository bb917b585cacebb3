from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class WaybillRegistered(DomainEvent):
    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    number: str
    carrier: str
    source: str


@dataclass(frozen=True, kw_only=True)
class WaybillChanged(DomainEvent):
    """Facts of the label were corrected; `fields` names them (no values: they are personal data)."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class WaybillStatusChanged(DomainEvent):
    """The newest scan says something else than before. A final state can be left again ("signed, not received")."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    status: str
    sub_status: str
    before: str
    sub_before: str
    at: str


@dataclass(frozen=True, kw_only=True)
class ExceptionRaised(DomainEvent):
    """Trouble found (`exception_kind`: choices.ExceptionKind). `open_case` and `notify_customer` are what the matched
    rule wants done."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    exception_id: int
    exception_kind: str
    severity: str
    open_case: bool
    notify_customer: bool


@dataclass(frozen=True, kw_only=True)
class ExceptionCleared(DomainEvent):
    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    exception_id: int
    exception_kind: str
    note: str


@dataclass(frozen=True, kw_only=True)
class CustomerWordsChanged(DomainEvent):
    """What customers read about a kind of exception was written anew."""

    subject_kind = "customer_words"
    subject_field = "words_id"
    words_id: int
    exception_kind: str


@dataclass(frozen=True, kw_only=True)
class FollowUpChanged(DomainEvent):
    """A line of the follow-up table was added or moved on. `owner_id` does the next thing."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    follow_up_id: int
    stage: str
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class AmendmentChanged(DomainEvent):
    """A change of the waybill was asked for, passed on, carried out or refused."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    amendment_id: int
    amendment: str
    state: str


@dataclass(frozen=True, kw_only=True)
class WaybillNoted(DomainEvent):
    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class CarrierAccountChanged(DomainEvent):
    """Someone changed a carrier account. `fields` names what changed; secrets are never in an event."""

    subject_kind = "carrier_account"
    subject_field = "account_id"
    account_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CodeLearnt(DomainEvent):
    """An administrator said what a carrier's code means; earlier scans with it are corrected."""

    subject_kind = "status_code"
    subject_field = "code_id"
    code_id: int
    source: str
    code: str


@dataclass(frozen=True, kw_only=True)
class WaybillTakenBack(DomainEvent):
    """An imported waybill to which nothing had happened was removed again with the whole import."""

    subject_kind = "waybill"
    subject_field = "waybill_id"
    waybill_id: int
    number: str
