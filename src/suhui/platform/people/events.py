from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    state: str
    before: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BranchOpened(DomainEvent):
    subject_kind = "branch"
    subject_field = "branch_id"
    branch_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonAdded(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class AbsenceBegan(DomainEvent):
    """A person is away; their open work is to go to the stand-in. Stored when it is entered or at its start."""

    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    absence_id: int
    stand_in_id: int | None


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    absence_id: int
