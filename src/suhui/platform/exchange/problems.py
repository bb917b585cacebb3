"""What can be wrong with a line, as codes; the sentences are made when somebody reads them, in their language."""

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
