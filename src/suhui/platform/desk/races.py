"""What two did at the same moment and the database let only one of them do, said in words.

A service looks first whether a code is taken and says so at the field. Two who look at once both find it free; the
unique rule of the table then stops the second, wherever that is. Two who each wait for what the other holds are a
deadlock: the database breaks one of them off.
"""

import logging
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.errors import Conflict, SuhuiError

log = logging.getLogger(__name__)
_THERE: Any = _("There is one like this already; somebody may just have added it. Look again.")
_BROKEN_OFF: Any = _("Somebody else was at work on the same at this moment. Nothing was saved: try again.")
SAID = {"23505": _THERE, "23P01": _THERE, "40P01": _BROKEN_OFF, "40001": _BROKEN_OFF}
"""Sentences by PostgreSQL's codes: unique and exclusion rules about to be broken, deadlocks, orders that cannot be."""


def in_words(error: BaseException) -> SuhuiError | None:
    """The house's own failure for what a view may meet: itself, or the Conflict behind a lost race; None for what
    nobody foresaw. The rule is logged: one that no race explains is a check that is missing."""
    if isinstance(error, SuhuiError):
        return error
    cause = error.__cause__
    said = SAID.get(getattr(cause, "sqlstate", None) or "")
    if said is None:
        return None
    log.warning("one of two was stopped: %s", getattr(getattr(cause, "diag", None), "constraint_name", "") or cause)
    return Conflict(said)
