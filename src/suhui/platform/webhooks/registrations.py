from django.utils.translation import gettext_lazy as _

from suhui.platform.core.live import register_topic
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

register_settings(
    SettingsPage(
        "webhooks:list",
        _("Webhooks"),
        _("Tell other systems what happens here, signed and logged."),
        "webhook",
        Perm.SYSTEM_MANAGE,
        order=860,
    )
)


def _may_watch(user: User, key: str) -> bool:
    return key.isdecimal() and user.may(Perm.SYSTEM_MANAGE)


register_topic("webhook", _may_watch)
