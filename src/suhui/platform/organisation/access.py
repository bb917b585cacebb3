"""Who may change what of the organisation."""

from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing, NotAllowed
from suhui.platform.people.access import scope
from suhui.platform.people.models import Absence, Role, User
from suhui.platform.people.permissions import Perm


def may_manage(user: User, branch_id: int) -> bool:
    """Whether the person sets up this branch: ORG_MANAGE that reaches it."""
    return scope(user, Perm.ORG_MANAGE).covers(branch_id=branch_id)


def demand_manage(user: User, branch_id: int) -> None:
    """Raises NotAllowed for a branch beyond the person's reach."""
    if not may_manage(user, branch_id):
        raise NotAllowed(_("This branch is set up by somebody else. Ask your administrator."))


def may_enter_absence(user: User, person: User) -> bool:
    """For oneself; for others by who hands over the work of their branch, or sets it up."""
    return (
        user.pk == person.pk
        or scope(user, Perm.HANDOVER).covers(branch_id=person.branch_id)
        or may_manage(user, person.branch_id)
    )


def demand_enter_absence(user: User, person: User) -> None:
    """Raises NotAllowed."""
    if not may_enter_absence(user, person):
        raise NotAllowed(_("Absences of this person are entered by their supervisor."))


def get_absence(user: User, absence_id: int) -> Absence:
    """An absence the person may change. Raises Missing."""
    found = Absence.objects.select_related("user", "stand_in").filter(pk=absence_id).first()
    if found is None or not may_enter_absence(user, found.user):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def get_role(user: User, role_id: int) -> Role:
    """Posts are open to whoever may see the organisation. Raises Missing."""
    found = Role.objects.filter(pk=role_id).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found
