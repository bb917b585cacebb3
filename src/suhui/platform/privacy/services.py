from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, NotAllowed
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import registry
from suhui.platform.privacy.choices import Reason
from suhui.platform.privacy.models import Reveal


@transaction.atomic
def reveal(*, user: User, key: str, field: str, reason: str) -> str:
    """The value behind a mask, and a row that says who looked, at what, when and why.

    `key` is a subject key ("customer:12"), `field` names the value there ("phone:33"). Raises NotAllowed without the
    permission, BadInput without a reason from the list, Missing when it is not the person's to see; no row then.
    """
    if not user.may(Perm.PERSONAL_DATA_REVEAL):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    if reason not in Reason.values:
        raise BadInput(_("Say why you need to see this."), {"reason": _("Say why you need to see this.")})
    value = registry.read(user, key, field)
    Reveal.objects.create(user=user, subject=key[:80], field=field[:60], reason=reason, at=now())
    return value
