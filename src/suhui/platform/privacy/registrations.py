from django.utils.translation import gettext_lazy as _

from suhui.platform.desk import filters
from suhui.platform.desk.navigation import SettingsPage, register_settings
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks, naming

for function in (
    masks.mask_name,
    masks.mask_phone,
    masks.mask_address,
    masks.mask_email,
    masks.mask_handle,
    masks.mask_text,
    naming.reveal_subject,
    naming.reveal_field,
):
    filters.register(function.__name__, function)

register_settings(
    SettingsPage(
        name="privacy:reveals",
        label=_("Who looked at personal data"),
        help=_("Every reveal of a name, phone or address, with its reason."),
        icon="lock",
        permission=Perm.SUPERVISE,
        order=60,
    )
)
