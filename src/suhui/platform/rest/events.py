from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TokenMade(DomainEvent):
    subject_kind = "token"
    subject_field = "token_id"
    token_id: int
    user_id: int
    name: str
    scopes: list[str]
    branch_id: int | None


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(DomainEvent):
    subject_kind = "token"
    subject_field = "token_id"
    token_id: int
    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class LimitChanged(DomainEvent):
    subject_kind = "api_limit"
    subject_field = "pace"
    pace: str
    before: int
    after: int
