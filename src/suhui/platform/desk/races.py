"""What two did at the same moment and the database let only one of them do, said in words.

A service looks first whether a code is taken and says so at the field. Two who look at once both find it free; the
unique rule of the table then stops the second, wherever that is.
"""

import logging

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.errors import Conflict, SuhuiError

log = logging.getLogger(__name__)
ONE_ONLY = frozenset({"23505", "23P01"})
"""PostgreSQL's codes of unique and exclusion rules that were about to be broken."""


def in_words(error: BaseException) -> SuhuiError | None:
    """The house's own failure for what a view may meet: itself, or the Conflict behind a broken unique rule; None for
    what nobody foresaw. The rule is logged: one that no race explains is a check that is missing."""
    if isinstance(error, SuhuiError):
        return error
    cause = error.__cause__
    if getattr(cause, "sqlstate", "") not in ONE_ONLY:
        return None
    log.warning("a second one was stopped by %s", getattr(getattr(cause, "diag", None), "constraint_name", "a rule"))
    return Conflict(_("There is one like this already; somebody may just have added it. Look again."))
