from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class Installed(DomainEvent):
    """The company has its root, its first branches and its first administrator."""

    subject_kind = "installation"
    subject_field = "installation_id"
    installation_id: int
    company: str
    administrator_id: int
