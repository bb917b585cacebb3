"""Doors to service levels. They hold no personal data: whoever may set them up sees them all."""

from django.utils.translation import gettext as _

from suhui.engines.sla.models import Policy
from suhui.engines.sla.selectors import policies
from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User


def get_policy(user: User, code: str) -> Policy:
    """The version in force. Raises Missing."""
    found = policies().filter(code=code).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
