"""What this room tells the house about itself."""

from django.utils.translation import gettext_lazy as _

from suhui.platform.calendars import selectors, wording
from suhui.platform.calendars.choices import holiday_label
from suhui.platform.core.clock import now
from suhui.platform.desk import filters
from suhui.platform.desk.banners import Banner, register_banner
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

for _filter in (
    wording.why_lines,
    wording.spans_words,
    wording.day_words,
    wording.month_words,
    wording.day_title,
    wording.day_kind_words,
    wording.week_groups,
):
    filters.register(_filter.__name__, _filter)
filters.register("holiday_words", holiday_label)

register_settings(
    SettingsPage(
        name="calendars:list",
        label=_("Working calendars"),
        help=_("Opening hours, public holidays and make-up days, and which branch keeps which"),
        icon="calendar",
        permission=Perm.CALENDAR_MANAGE,
        order=40,
    )
)


def _missing_years(user: User) -> Banner | None:
    """The loud warning: deadlines are about to lean on a year whose make-up days nobody has entered."""
    if not user.may(Perm.CALENDAR_MANAGE):
        return None
    years = selectors.years_without_data(now())
    if not years:
        return None
    text = _(
        "The public holidays and make-up days of %(years)s are not on record. Deadlines in that year may be wrong."
    )
    return Banner(
        text=text % {"years": ", ".join(map(str, years))},
        action=_("Import the official list"),
        url_name="calendars:import",
        tone="amber",
    )


register_banner("calendars.years", _missing_years)
