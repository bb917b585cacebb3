from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.navigation import Place, register_place
from suhui.platform.people.permissions import Perm
from suhui.screens.workbench import services

register_place(Place("workbench:home", _("My day"), "layout-dashboard", Perm.WORKBENCH_USE, order=10, key="w"))
register_place(Place("workbench:team", _("My team"), "users-group", Perm.SUPERVISE, order=15, key="m"))
__all__ = ["services"]
