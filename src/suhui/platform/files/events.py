from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class FileStored(DomainEvent):
    subject_kind = "file"
    subject_field = "file_id"
    file_id: str
    owner_key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class FileRemoved(DomainEvent):
    subject_kind = "file"
    subject_field = "file_id"
    file_id: str
    owner_key: str
    name: str
