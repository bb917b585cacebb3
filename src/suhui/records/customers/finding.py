"""Customers in the search box: number, name, pinyin, phone tail; the name is masked for persons."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind, ids_of
from suhui.records.customers.models import Customer


def build(customer_id: int) -> SearchDoc | None:
    """None for a customer that was merged into another: the other one is found instead."""
    customer = Customer.objects.living().select_related("branch").filter(pk=customer_id).first()
    if customer is None:
        return None
    phones = [phone.number for phone in customer.phones.filter(removed_at=None).order_by("-is_main", "pk")]
    contacts = [contact.name for contact in customer.contacts.filter(removed_at=None)]
    addresses = [f"{row.area}{row.detail}" for row in customer.addresses.filter(removed_at=None)]
    emails = [row.address for row in customer.emails.filter(removed_at=None)]
    details = [Detail(customer.number), *[Detail(number, "mask_phone") for number in phones[:1]]]
    return SearchDoc(
        title=customer.name,
        title_mask="mask_name" if customer.is_person else "",
        url=reverse("customers:customer", args=[customer.pk]),
        at=customer.updated_at,
        details=(*details, Detail(customer.branch.name)),
        names=(customer.name, *contacts),
        numbers=(customer.number,),
        phones=tuple(phones),
        hidden=(*addresses, *emails, customer.wechat, customer.note),
        branch_ids=(customer.branch_id,),
        owner_ids=(customer.owner_id,) if customer.owner_id else (),
    )


KIND = SearchKind("customer", _("Customers"), "user", Perm.CUSTOMER_VIEW, build, ids=ids_of(Customer), order=20)
