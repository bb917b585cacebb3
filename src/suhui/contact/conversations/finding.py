"""Contacts in the search box: by phone tail and by what was said."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.contact.conversations.models import Contact
from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind, ids_of


def build(contact_id: int) -> SearchDoc | None:
    row = Contact.objects.select_related("customer", "branch").filter(pk=contact_id).first()
    if row is None:
        return None
    masked = row.customer is not None and row.customer.is_person
    return SearchDoc(
        title=row.customer.name if row.customer else str(row.get_channel_display()),
        title_mask="mask_name" if masked else "",
        url=reverse("conversations:contact", args=[row.pk]),
        at=row.at,
        details=(Detail(row.phone, "mask_phone"), Detail(row.branch.name)) if row.phone else (Detail(row.branch.name),),
        names=(row.customer.name,) if row.customer else (),
        phones=(row.phone,) if row.phone else (),
        texts=(row.text,),
        branch_ids=(row.branch_id,),
        owner_ids=(row.agent_id,) if row.agent_id else (),
    )


KIND = SearchKind("contact", _("Contact log"), "messages", Perm.CONTACT_VIEW, build, ids=ids_of(Contact), order=60)
