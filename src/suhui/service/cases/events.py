from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CaseEvent(DomainEvent):
    """Every event of a case: its id, its number, and where it is handled."""

    subject_kind = "case"
    subject_field = "case_id"
    case_id: int
    number: str
    branch_id: int


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    """A case was opened, whatever the channel."""

    case_kind: str
    channel: str
    customer_id: int | None
    waybill_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class CaseAppended(CaseEvent):
    """Word from the customer (or the carrier) about a case that was open already."""

    entry_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class CaseChanged(CaseEvent):
    """Particulars changed; `fields` names them."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(CaseEvent):
    before_id: int | None
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class CaseStateChanged(CaseEvent):
    before: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CaseNoted(CaseEvent):
    """An internal line was added: a note, a logged contact."""

    entry_id: int


@dataclass(frozen=True, kw_only=True)
class ReplySent(CaseEvent):
    """A message to the customer took effect: it can no longer be taken back."""

    entry_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalMade(CaseEvent):
    proposal_id: int
    amount_fen: int | None


@dataclass(frozen=True, kw_only=True)
class ProposalAnswered(CaseEvent):
    proposal_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class CaseRated(CaseEvent):
    stars: int


@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseEvent):
    outcome: str
    cause_id: int | None


@dataclass(frozen=True, kw_only=True)
class CaseReopened(CaseEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class CasesMerged(CaseEvent):
    """`case_id` went into `into_id`."""

    into_id: int


@dataclass(frozen=True, kw_only=True)
class CasesUnmerged(CaseEvent):
    into_id: int


@dataclass(frozen=True, kw_only=True)
class FactsRequested(CaseEvent):
    task_id: int
