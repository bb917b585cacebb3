"""Posts as roles (ORG-2): composed by an administrator as data; shipped ones can be changed, and set back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.people import events
from suhui.platform.people.choices import Reach
from suhui.platform.people.models import Role
from suhui.platform.people.permissions import Perm
from suhui.platform.people.posts import SHIPPED
from suhui.platform.people.services.persons import demand_a_manager


@transaction.atomic
def add_role(*, name: str, reach: str, permissions: Iterable[str], by: Actor, english_name: str = "") -> Role:
    """A new post. Raises BadInput for an empty or taken name, an unknown reach or permission."""
    name = _free_name(name)
    last = Role.objects.order_by("-order").values_list("order", flat=True).first() or 0
    role = Role(name=name, english_name=english_name.strip(), reach=_reach(reach), order=last + 1)
    role.permissions = _known(permissions)
    role.code = "new"
    role.save()
    role.code = f"own-{role.pk}"
    role.save(update_fields=["code"])
    _store(role, before=[], by=by)
    return role


@transaction.atomic
def change_role(
    *, role: Role, name: str, reach: str, permissions: Iterable[str], by: Actor, english_name: str | None = None
) -> Role:
    """What the post is called, how far it reaches, what it may do. Raises Refused when nobody could undo it."""
    held = Role.objects.select_for_update().get(pk=role.pk)
    before = list(held.permissions)
    held.name = _free_name(name, except_pk=held.pk)
    held.reach = _reach(reach)
    held.permissions = _known(permissions)
    if english_name is not None:
        held.english_name = english_name.strip()
    held.save()
    demand_a_manager()
    _store(held, before=before, by=by)
    return held


@transaction.atomic
def set_permission(*, role: Role, permission: str, granted: bool, by: Actor) -> Role:
    """Give the post one permission or take it. Two people changing two permissions of one post keep both changes."""
    held = Role.objects.select_for_update().get(pk=role.pk)
    before = list(held.permissions)
    wanted = set(before) | {permission} if granted else set(before) - {permission}
    held.permissions = _known(wanted)
    if held.permissions == before:
        return held
    held.save(update_fields=["permissions", "updated_at"])
    demand_a_manager()
    _store(held, before=before, by=by)
    return held


@transaction.atomic
def reset_role(*, role: Role, by: Actor) -> Role:
    """A shipped post as it came. Raises Refused for a post of the house's own."""
    shipped = next((post for post in SHIPPED if post.code == role.code), None)
    if shipped is None:
        raise Refused(_("This post was made here; there is nothing to set it back to."))
    return change_role(
        role=role,
        name=shipped.name,
        english_name=shipped.english_name,
        reach=shipped.reach.value,
        permissions=shipped.permissions,
        by=by,
    )


@transaction.atomic
def remove_role(*, role: Role, by: Actor) -> None:
    """Take away a post of the house's own that nobody holds. Raises Refused otherwise."""
    if role.shipped:
        raise Refused(_("Posts that came with the product are changed, not removed."))
    if role.posts.exists():
        raise Refused(_("People still hold this post."))
    _store(role, before=list(role.permissions), by=by, removed=True)
    role.delete()


def _store(role: Role, *, before: list[str], by: Actor, removed: bool = False) -> None:
    after = [] if removed else list(role.permissions)
    event = events.RoleChanged(
        role_id=role.pk,
        name=role.name,
        reach=role.reach,
        added=sorted(set(after) - set(before)),
        taken=sorted(set(before) - set(after)),
    )
    stored.store(event, by=by)


def _free_name(name: str, *, except_pk: int = 0) -> str:
    name = name.strip()
    if not name:
        raise BadInput(_("A post needs a name."), {"name": _("A post needs a name.")})
    if Role.objects.filter(name=name).exclude(pk=except_pk).exists():
        raise BadInput(_("Another post has this name."), {"name": _("Another post has this name.")})
    return name


def _reach(reach: str) -> str:
    if reach not in Reach.values:
        raise BadInput(_("There is no such reach."), {"reach": _("There is no such reach.")})
    return reach


def _known(permissions: Iterable[str]) -> list[str]:
    """In the order of the house's list, each once."""
    wanted = {str(permission) for permission in permissions}
    if unknown := wanted - {permission.value for permission in Perm}:
        raise BadInput(_("There is no permission called %(name)s.") % {"name": ", ".join(sorted(unknown))})
    return [permission.value for permission in Perm if permission.value in wanted]
