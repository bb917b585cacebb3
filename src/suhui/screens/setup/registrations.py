from django.utils.translation import gettext_lazy as _

from suhui.platform.desk.banners import Banner, register_banner
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.screens.setup import selectors


def _guide(user: User) -> Banner | None:
    """For whoever sets up the organisation, until the guide is finished: one short query a page, then none needed."""
    if not user.may(Perm.ORG_MANAGE) or not user.may(Perm.SYSTEM_MANAGE) or selectors.unfinished() is None:
        return None
    return Banner(_("A few steps lead to the first case."), _("Go on setting up"), "setup:guide")


register_banner("setup.guide", _guide)
