from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import SettingsPage, register_settings
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
