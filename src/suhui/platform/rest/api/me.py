"""The call about oneself: who a token is and what it may."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Ref, Row, ref

api = Room("me", _("Who is calling"))


class MeOut(Row):
    id: int
    name: str
    username: str
    branch: Ref
    scopes: list[str]
    bound_to: Ref | None
    """The branch outside which this token sees nothing."""
    expires_at: datetime | None


@api.get("/me", answer=MeOut, summary=_("Who the token acts for, and what it may now"))
def me(request: Call) -> MeOut:
    user, token = request.user, request.token
    return MeOut(
        id=user.pk,
        name=user.name,
        username=user.username,
        branch=Ref(id=user.branch_id, name=user.branch.name),
        scopes=[permission.value for permission in Perm if user.may(permission)],
        bound_to=ref(token.branch) if token else None,
        expires_at=token.expires_at if token else None,
    )
