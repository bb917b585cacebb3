from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class BranchChanged(DomainEvent):
    subject_kind = "branch"
    subject_field = "branch_id"
    branch_id: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class BranchMoved(DomainEvent):
    """With everything below it."""

    subject_kind = "branch"
    subject_field = "branch_id"
    branch_id: int
    from_id: int
    to_id: int


@dataclass(frozen=True, kw_only=True)
class BranchClosed(DomainEvent):
    subject_kind = "branch"
    subject_field = "branch_id"
    branch_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PostsChanged(DomainEvent):
    """`posts` are [role id, branch id] pairs: all the person holds now."""

    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    posts: list[list[int]]


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(DomainEvent):
    subject_kind = "user"
    subject_field = "user_id"
    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PasswordSet(DomainEvent):
    """Never says which."""

    subject_kind = "user"
    subject_field = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(DomainEvent):
    subject_kind = "role"
    subject_field = "role_id"
    role_id: int
    name: str
    reach: str
    added: list[str]
    taken: list[str]
