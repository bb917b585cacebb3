from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReportMade(DomainEvent):
    subject_kind = "report"
    subject_field = "run_id"
    run_id: int
    code: str
    period_start: str
    cases: int
    readers: int


@dataclass(frozen=True, kw_only=True)
class ReportConfirmed(DomainEvent):
    subject_kind = "report"
    subject_field = "run_id"
    run_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ReportChanged(DomainEvent):
    """Its schedule, target or receivers."""

    subject_kind = "reportplan"
    subject_field = "code"
    code: str
    what: str
