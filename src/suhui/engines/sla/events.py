from dataclasses import dataclass, field

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ClockEvent(DomainEvent):
    """Something about a clock. It is an event of what the clock is about ("case:17"), in order with that."""

    subject_kind = ""
    subject_field = "about"
    about: str
    clock_id: int
    clock_kind: str
    label: str
    url: str
    branch_id: int
    owner_id: int | None
    due_at: str

    @property
    def subject(self) -> str:
        return self.about


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockEvent):
    """The due time is near."""


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    """The due time has passed."""


@dataclass(frozen=True, kw_only=True)
class ClockEscalated(ClockEvent):
    """Still late: level `level` was told, `told` are the people's ids."""

    level: int
    told: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ClockMoved(ClockEvent):
    """A calendar was changed, and with it the due time; it was `before`."""

    before: str


@dataclass(frozen=True, kw_only=True)
class ClockMet(ClockEvent):
    late: bool
    met_at: str


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(DomainEvent):
    """A new version of a service level is in force for clocks that start from now on."""

    subject_kind = "policy"
    subject_field = "code"
    code: str
    policy_id: int
    version: int
    what: str
