from suhui.service.cases.models.case import Case, CaseLink, CaseQuerySet, CaseWaybill, Check, Watch
from suhui.service.cases.models.entries import CaseEntry, CaseTask, EntryFile, Proposal
from suhui.service.cases.models.setup import (
    Category,
    Cause,
    ChecklistTemplate,
    KindField,
    Macro,
    SavedView,
    ViewSetup,
)

__all__ = [
    "Case",
    "CaseEntry",
    "CaseLink",
    "CaseQuerySet",
    "CaseTask",
    "CaseWaybill",
    "Category",
    "Cause",
    "Check",
    "ChecklistTemplate",
    "EntryFile",
    "KindField",
    "Macro",
    "Proposal",
    "SavedView",
    "ViewSetup",
    "Watch",
]
