from django.utils.translation import gettext_lazy as _

from suhui.platform.desk import system
from suhui.platform.desk.banners import Banner, register_banner
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

register_settings(
    SettingsPage(
        "desk:kit", _("Style page"), _("Every component in every state."), "palette", Perm.SYSTEM_MANAGE, order=900
    )
)
register_settings(
    SettingsPage(
        "desk:system-events",
        _("System"),
        _("Events and jobs that failed, schedules and when they last ran."),
        "heart-rate-monitor",
        Perm.SYSTEM_MANAGE,
        order=910,
    )
)


def _something_failed(user: User) -> Banner | None:
    """What failed for good stays undone until a person looks."""
    if not user.may(Perm.SYSTEM_MANAGE) or not system.anything_failed():
        return None
    text = _("An event or a job failed for good: what it should have done is still undone.")
    return Banner(text=text, action=_("See what failed"), url_name="desk:system-events", tone="red")


register_banner("desk.failed", _something_failed)
