from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.search import colleagues
from suhui.platform.search.registry import SearchKind, ids_of, register_kind

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
register_kind(SearchKind("person", _("Colleagues"), "user", Perm.ORG_VIEW, colleagues.build, ids_of(User), order=900))
