from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.permissions import Perm

register_settings(
    SettingsPage(
        name="rest:tokens",
        label=_("Tokens"),
        help=_("Keys with which programs work for you, and how often they may."),
        icon="key",
        permission=Perm.API_USE,
        order=700,
    )
)
