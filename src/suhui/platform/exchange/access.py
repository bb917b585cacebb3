"""Doors to imports and exports: one's own, and those of the branches in reach of the permission."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing, Refused
from suhui.platform.exchange.models import Export, Import
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def imports_visible_to(user: User, permission: Perm = Perm.DATA_IMPORT) -> "QuerySet[Import]":
    return Import.objects.filter(scope(user, permission).q(branch="branch_id", owner="by_id"))


def get_import(user: User, import_id: int, permission: Perm = Perm.DATA_IMPORT) -> Import:
    """Raises Missing, whether it is not there or not theirs to see."""
    found = imports_visible_to(user, permission).select_related("by", "branch").filter(pk=import_id).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def demand_in_full(user: User, row: Import) -> None:
    """Raises Refused unless the person may have the file's lines as they stood: who sent it in or set it going."""
    if user.pk not in (row.by_id, row.actor_id) and not user.may(Perm.PERSONAL_DATA_EXPORT):
        raise Refused(_("The file holds personal data in full: ask %(name)s, who imported it.") % {"name": row.by.name})


def exports_visible_to(user: User) -> "QuerySet[Export]":
    """One's own, and with the permission to watch those of the branches in reach."""
    if not user.may(Perm.EXPORT_WATCH):
        return Export.objects.filter(by=user)
    return Export.objects.filter(scope(user, Perm.EXPORT_WATCH).q(branch="branch_id", owner="by_id"))


def may_watch(user: User, key: str) -> bool:
    """Whether the import's page is theirs to open: for live topics."""
    return key.isdecimal() and imports_visible_to(user).filter(pk=int(key)).exists()
