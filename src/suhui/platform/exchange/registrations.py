from django.utils.translation import gettext_lazy as _

from suhui.platform.core import live
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.exchange import access
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def _may_watch_all(user: User, key: str) -> bool:
    return key == "all" and user.may(Perm.DATA_IMPORT)


live.register_topic("import", access.may_watch)
live.register_topic("imports", _may_watch_all)
register_settings(
    SettingsPage(
        name="exchange:imports",
        label=_("Imports"),
        help=_("Bring customers and waybills in from Excel or CSV, and take whole imports back"),
        icon="upload",
        permission=Perm.DATA_IMPORT,
        order=75,
    )
)
register_settings(
    SettingsPage(
        name="exchange:exports",
        label=_("Exports"),
        help=_("Who took which list along, masked or in full"),
        icon="file-export",
        permission=Perm.EXPORT_WATCH,
        order=76,
    )
)
