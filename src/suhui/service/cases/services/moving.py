"""The state machine at work: every move of a case goes through `move`."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.service.cases import events, states
from suhui.service.cases.choices import CaseState, EntryKind
from suhui.service.cases.models import Case
from suhui.service.cases.services import clocks
from suhui.service.cases.services.writing import change, tell, write_entry


def move(*, case: Case, to: str, by: Actor, at: datetime, words: str = "", **values: Any) -> Case:
    """Bring `case` to state `to`, with its line, its event and its clocks; `values` are set along with it.

    Staying where it is sets `values` and says nothing. Raises Refused when the table has no such way and Conflict
    when someone else was faster. Runs in the caller's transaction.
    """
    before = case.state
    if not states.may_move(before, to):
        raise Refused(
            _("A case that is “%(state)s” cannot become “%(to)s”.")
            % {"state": CaseState(before).label, "to": CaseState(to).label}
        )
    if before == to:
        if values:
            change(case, **values)
        return case
    change(case, state=to, last_entry_at=at, **values)
    data = {"before": before, "state": to}
    write_entry(case=case, kind=EntryKind.STATE, by=by, at=at, text=words, data=data, touch=False)
    clocks.follow_state(case=case, before=before, at=at, by=by)
    tell(events.CaseStateChanged, case, by=by, before=before, state=to)
    return case


@transaction.atomic
def change_state(*, case: Case, to: str, by: Actor, words: str = "", at: datetime | None = None) -> Case:
    """What a person picks from the status menu. Raises BadInput for a state that is reached only by doing the thing."""
    if to == case.state:
        return case
    if to not in states.choices_from(case.state, case.kind):
        raise BadInput(_("This case cannot be set to that state by hand now."))
    moment = at or now()
    extra = {"resolved_at": moment} if to == CaseState.RESOLVED else {}
    return move(case=case, to=to, by=by, at=moment, words=words, **extra)


def demand_open(case: Case) -> None:
    """Raises Refused for a case nobody works on any more."""
    if not case.is_open:
        raise Refused(_("This case is %(state)s. Reopen it first.") % {"state": CaseState(case.state).label})


def begin_work(*, case: Case, by: Actor, at: datetime) -> Case:
    """A new or reopened case is in progress as soon as somebody does something about it."""
    return move(case=case, to=CaseState.IN_PROGRESS, by=by, at=at) if case.state in states.FRESH else case
