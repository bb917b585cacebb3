"""How a person likes the desk to look and speak."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import User

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("dense", "comfortable"),
    "language": tuple(code for code, _name in settings.LANGUAGES),
}


def change(*, user: User, wanted: Mapping[str, str]) -> None:
    """Set those of theme, density and language that `wanted` names. Raises BadInput for a value that does not exist."""
    named = {name: wanted[name] for name in CHOICES if name in wanted}
    for name, value in named.items():
        if value not in CHOICES[name]:
            raise BadInput(_("There is no such choice."), {name: _("There is no such choice.")})
        setattr(user, name, value)
    if named:
        user.save(update_fields=list(named))
