from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.permissions import Perm

for _page in (
    SettingsPage(
        "organisation:tree",
        _("Branches"),
        _("The tree of branches and their departments."),
        "sitemap",
        Perm.ORG_VIEW,
        10,
    ),
    SettingsPage(
        "organisation:people",
        _("People"),
        _("Who works here, in which post; absences with a stand-in."),
        "users",
        Perm.ORG_VIEW,
        20,
    ),
    SettingsPage(
        "organisation:roles",
        _("Posts and permissions"),
        _("What each post may do and how far it sees."),
        "key",
        Perm.ORG_VIEW,
        30,
    ),
    SettingsPage(
        "organisation:presence",
        _("Presence board"),
        _("Who is there now."),
        "user-check",
        Perm.ORG_VIEW,
        40,
    ),
):
    register_settings(_page)
