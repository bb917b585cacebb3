"""The moments a promise is offered at: a date in one key."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from suhui.platform.core.clock import local
from suhui.platform.core.errors import BadInput


@dataclass(frozen=True)
class Moment:
    """One choice: `key` is the digit that picks it, `name` what the form sends."""

    key: str
    name: str
    label: str
    at: datetime


def offered(at: datetime) -> list[Moment]:
    """In 30 minutes, in 2 hours, today 18:00 (while there is an hour left to it), tomorrow 10:00, tomorrow 18:00."""
    here = local(at)
    today = here.date()
    found = [
        ("30m", _("In 30 min"), _rounded(at + timedelta(minutes=30))),
        ("2h", _("In 2 h"), _rounded(at + timedelta(hours=2))),
        ("today-18", _("Today 18:00"), datetime.combine(today, time(18), here.tzinfo)),
        ("tomorrow-10", _("Tomorrow 10:00"), datetime.combine(today + timedelta(days=1), time(10), here.tzinfo)),
        ("tomorrow-18", _("Tomorrow 18:00"), datetime.combine(today + timedelta(days=1), time(18), here.tzinfo)),
    ]
    useful = [one for one in found if one[0] != "today-18" or one[2] - at >= timedelta(hours=1)]
    return [Moment(str(number), name, label, when) for number, (name, label, when) in enumerate(useful, start=1)]


def read(name: str, custom: str, at: datetime) -> datetime:
    """The moment a form chose: one of `offered` by name, else `custom` ("2026-11-22T16:20", the house's wall clock).

    Raises BadInput at "custom" for nonsense or a moment that is past.
    """
    for moment in offered(at):
        if moment.name == name:
            return moment.at
    try:
        found = datetime.fromisoformat(custom.strip())
    except ValueError as error:
        raise BadInput(_("Give a day and a time."), {"custom": _("Give a day and a time.")}) from error
    aware = found if found.tzinfo else found.replace(tzinfo=local(at).tzinfo)
    if aware <= at:
        raise BadInput(_("This moment is past."), {"custom": _("This moment is past.")})
    return aware


def _rounded(at: datetime) -> datetime:
    """Up to the next full five minutes: nobody promises 16:23."""
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at + (timedelta(minutes=5) - over) if over else at
