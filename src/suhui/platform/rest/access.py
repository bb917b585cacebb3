"""Whose tokens a person sees: their own; with API_MANAGE everybody's."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.models import Token


def visible_to(user: User) -> "QuerySet[Token]":
    rows = Token.objects.select_related("user", "branch")
    return rows if user.may(Perm.API_MANAGE) else rows.filter(user=user)


def get_token(user: User, token_id: int) -> Token:
    """Raises Missing when there is none or it is another's."""
    found = visible_to(user).filter(pk=token_id).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
