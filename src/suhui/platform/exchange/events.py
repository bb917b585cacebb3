"""What happens to files on their way. Names of files and counts only, never what stands in them."""

from dataclasses import dataclass, field

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ImportMoved(DomainEvent):
    """An import came into another state (`choices.ImportState`)."""

    subject_kind = "import"
    subject_field = "import_id"
    import_id: int
    import_kind: str
    state: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ListExported(DomainEvent):
    """Somebody began to take a list along; `masked` is False where they gave a reason to see it in full."""

    subject_kind = "export"
    subject_field = "export_id"
    export_id: int
    number: str
    view: str
    masked: bool
