"""Doors to calendars. They hold no personal data: whoever may set them up sees them all."""

from django.utils.translation import gettext as _

from suhui.platform.calendars.models import Calendar
from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User


def get_calendar(user: User, calendar_id: int) -> Calendar:
    """Raises Missing for a calendar that is not there or out of use."""
    found = Calendar.objects.filter(pk=calendar_id, retired_at=None).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
