from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.permissions import Perm

register_settings(
    SettingsPage(
        "search:index",
        _("Search index"),
        _("How much is indexed; rebuild it after a restore."),
        "search",
        Perm.SYSTEM_MANAGE,
        920,
    )
)
