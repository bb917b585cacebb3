from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class RulesSwitchedOn(DomainEvent):
    """A version of a decision table came into force; `before` is the number of the version it replaced, or 0."""

    subject_kind = "rules"
    subject_field = "table"
    table: str
    version_id: int
    number: int
    before: int


@dataclass(frozen=True, kw_only=True)
class RulesPlanned(DomainEvent):
    """A version will come into force at `at` (ISO); an empty `at` means the plan was dropped."""

    subject_kind = "rules"
    subject_field = "table"
    table: str
    version_id: int
    number: int
    at: str


@dataclass(frozen=True, kw_only=True)
class RulesDraftSaved(DomainEvent):
    subject_kind = "rules"
    subject_field = "table"
    table: str
    version_id: int
    number: int
    revision: int
