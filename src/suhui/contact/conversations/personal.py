"""The number behind the mask of a contact."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.contact.conversations import access
from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User
from suhui.records.customers import phones

LABEL = gettext_lazy("Contact")


def read(user: User, contact_id: str, field: str) -> str:
    """`field` is "phone" or "text" (the text unmasked). Raises Missing."""
    if field not in {"phone", "text"} or not contact_id.isdecimal():
        raise Missing(_("There is nothing here, or it is not yours to see."))
    contact = access.get_contact(user, int(contact_id))
    return phones.national(contact.phone) if field == "phone" else contact.text


def url(contact_id: str) -> str:
    return reverse("conversations:contact", args=[contact_id])
