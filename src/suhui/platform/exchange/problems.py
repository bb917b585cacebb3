"""What can be wrong with a file or a line of it, as codes; the sentences are made when somebody reads them, in their
language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_sentences: dict[str, Any] = {
    "empty": _("%(field)s is missing."),
    "long": _("%(field)s is longer than %(most)s characters."),
    "number": _("%(field)s is not a number: %(value)s"),
    "negative": _("%(field)s may not be below zero."),
    "large": _("%(field)s is too large."),
    "choice": _("%(field)s is none of: %(known)s"),
    "date": _("%(field)s is not a date: %(value)s"),
    "flag": _("%(field)s is neither yes nor no: %(value)s"),
    "garbled": _("%(field)s holds signs that cannot be read: choose another encoding for the file."),
    "fault": _("The line was refused when it was written: %(value)s"),
    "file": _("The same as line %(line)s of this file."),
    "touched": _("Somebody has worked with it since."),
    "gone": _("It is not there any more."),
    "said": "%(value)s",
    "file.empty": _("The file is empty."),
    "file.large": _("The file is larger than %(most)s MB: split it."),
    "file.web-page": _("This is a web page that is called a table: open it in Excel or WPS and save it as XLSX."),
    "file.no-table": _("This is no table: send XLSX or CSV."),
    "file.no-lines": _("The table is empty."),
    "file.no-names": _("Line %(line)s is empty: choose the line with the names of the columns."),
    "file.no-workbook": _("This is a packed file, but no workbook: send XLSX or CSV."),
    "file.no-sheet": _("The workbook holds no sheet that can be read."),
    "file.locked": _("The workbook is protected by a password: save it without one and send that."),
    "file.old": _("This is a workbook in the old XLS form: open it in Excel or WPS and save it as XLSX."),
    "file.swollen": _("The workbook unpacks to far more than a table holds and is not opened."),
    "file.damaged": _("The workbook is damaged: open it in Excel or WPS, save it anew and send that."),
    "file.removed": _("The file was removed after its time: send it again."),
    "file.wide": _("The table has more than %(most)s columns: keep those that are needed, and send the file again."),
    "file.unclosed": _(
        "Near line %(line)s a quotation mark is opened and never closed: mend it and send the file again."
    ),
    "file.long": _("The file has more than %(most)s lines: split it."),
    "stuck": _("The work on this import broke off five times at the same place."),
}


def register(code: str, sentence: Any) -> None:
    """`sentence` may name %(field)s and the problem's parameters. Codes are the room's own: "customers.phone"."""
    _sentences[code] = sentence


def say(problem: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    """A stored problem in words; `labels` are the fields' names in the reader's language."""
    sentence = str(_sentences.get(problem["code"], problem["code"]))
    params = {"value": "", "line": "", "most": "", "known": "", **problem.get("params", {})}
    return sentence % {**params, "field": str(labels.get(problem.get("field", ""), problem.get("field", "")))}


def reason(code: str) -> str:
    """Why a line counts as known, or could not be taken back."""
    return str(_sentences[code]) % {"field": "", "line": "", "value": ""} if code in _sentences else ""
