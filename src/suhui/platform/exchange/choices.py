from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(TextChoices):
    """Where an import stands. `CHECKING`, `RUNNING` and `UNDOING` are worked on by a job."""

    CHOOSING = "choosing", _("Columns to be chosen")
    CHECKING = "checking", _("Being tried")
    CHECKED = "checked", _("Tried, not imported")
    RUNNING = "running", _("Being imported")
    STOPPED = "stopped", _("Stopped half-way")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", pgettext_lazy("import", "Taken back")
    FAILED = "failed", pgettext_lazy("import", "Failed")


AT_WORK = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)
WRITTEN = (ImportState.STOPPED, ImportState.DONE, ImportState.UNDONE)
"""States in which rows may have been written."""


class RowState(TextChoices):
    """What the trial found a line to be, then what became of it."""

    NEW = "new", pgettext_lazy("line", "New")
    SAME = "same", pgettext_lazy("line", "Known, nothing to change")
    CHANGE = "change", pgettext_lazy("line", "Known, will change")
    DUPLICATE = "duplicate", pgettext_lazy("line", "Perhaps known")
    WRONG = "wrong", pgettext_lazy("line", "Wrong")
    CREATED = "created", pgettext_lazy("line", "Added")
    CHANGED = "changed", pgettext_lazy("line", "Changed")
    KEPT = "kept", pgettext_lazy("line", "Left as it was")
    SKIPPED = "skipped", pgettext_lazy("line", "Left out")
    UNDONE = "undone", pgettext_lazy("line", "Taken back")
    LEFT = "left", pgettext_lazy("line", "Could not be taken back")


WAITING = (RowState.NEW, RowState.SAME, RowState.CHANGE, RowState.DUPLICATE)
"""Lines an import has still to deal with."""
FOUND = (*WAITING, RowState.WRONG)
WRITTEN_ROWS = (RowState.CREATED, RowState.CHANGED)


class Choice(TextChoices):
    """What to do with a line whose row is known, or perhaps known, already."""

    SKIP = "skip", _("Leave it out")
    UPDATE = "update", _("Change the known one")
    ANEW = "anew", _("Add it all the same")


class ExportFormat(TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
