"""Who is away, and who does their work (the approval of leave is ORG-3 and comes with processes)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict
from suhui.platform.people import events
from suhui.platform.people.models import Absence, User


@transaction.atomic
def begin_absence(
    *,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    stand_in: User | None,
    by: Actor,
    reason: str = "",
    at: datetime | None = None,
) -> Absence:
    """Enter that `user` is away. AbsenceBegan is stored now, or by the schedule when it starts.

    Raises BadInput for times the wrong way round, an absence already over, a stand-in who is the person, has left or
    is away then too, and Conflict for a second absence in the same time.
    """
    moment = at or now()
    _check_times(starts_at, ends_at, moment)
    _check_stand_in(user, stand_in, starts_at, ends_at)
    User.objects.select_for_update().get(pk=user.pk)
    if _overlapping(user, starts_at, ends_at):
        raise Conflict(_("An absence is already entered for this time."))
    absence = Absence.objects.create(
        user=user, stand_in=stand_in, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:120]
    )
    if starts_at <= moment:
        _begin(absence, moment, by)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: Actor, at: datetime | None = None) -> Absence:
    """The person is back early, or the absence is cancelled before it began. Ending twice is harmless."""
    moment = at or now()
    held = Absence.objects.select_for_update().get(pk=absence.pk)
    if held.finished_at is None:
        held.ended_early_at = moment
        held.save(update_fields=["ended_early_at", "updated_at"])
        _finish(held, moment, by)
    return held


@transaction.atomic
def turn_absences(*, at: datetime) -> int:
    """Store AbsenceBegan and AbsenceEnded for everything whose moment has come by `at`; how many turned."""
    by = Actor.system("people")
    waiting = Absence.objects.select_for_update(skip_locked=True).filter(finished_at=None)
    turned = 0
    for absence in waiting.filter(begun_at=None, starts_at__lte=at, ends_at__gt=at):
        _begin(absence, at, by)
        turned += 1
    for absence in waiting.filter(ends_at__lte=at):
        _finish(absence, at, by)
        turned += 1
    return turned


def _begin(absence: Absence, at: datetime, by: Actor) -> None:
    absence.begun_at = at
    absence.save(update_fields=["begun_at", "updated_at"])
    event = events.AbsenceBegan(user_id=absence.user_id, absence_id=absence.pk, stand_in_id=absence.stand_in_id)
    stored.store(event, by=by)


def _finish(absence: Absence, at: datetime, by: Actor) -> None:
    """An absence that never began (cancelled, or the house was down throughout) ends without an event."""
    absence.finished_at = at
    absence.save(update_fields=["finished_at", "updated_at"])
    if absence.begun_at is not None:
        stored.store(events.AbsenceEnded(user_id=absence.user_id, absence_id=absence.pk), by=by)


def _check_times(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= starts_at:
        raise BadInput(_("An absence ends after it begins."), {"ends_at": _("An absence ends after it begins.")})
    if ends_at <= at:
        raise BadInput(_("This absence is already over."), {"ends_at": _("This absence is already over.")})


def _check_stand_in(user: User, stand_in: User | None, starts_at: datetime, ends_at: datetime) -> None:
    if stand_in is None:
        return
    sentence = None
    if stand_in.pk == user.pk:
        sentence = _("Somebody else must stand in.")
    elif not stand_in.is_active:
        sentence = _("The stand-in has left the company.")
    elif _overlapping(stand_in, starts_at, ends_at):
        sentence = _("The stand-in is away at that time too.")
    if sentence:
        raise BadInput(sentence, {"stand_in": sentence})


def _overlapping(user: User, starts_at: datetime, ends_at: datetime) -> bool:
    return Absence.objects.filter(user=user, finished_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at).exists()
