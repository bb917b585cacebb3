"""Customers in the search box: number, name, pinyin, phone tail; the name is masked for persons."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind, ids_of
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Phone, living

_FACTS: tuple[tuple[str, Any], ...] = (
    ("phones", Phone),
    ("contacts", ContactPerson),
    ("addresses", Address),
    ("emails", Email),
)


def build(customer_id: int) -> SearchDoc | None:
    """None for a customer that was merged into another: the other one is found instead."""
    return build_many([customer_id]).get(customer_id)


def build_many(customer_ids: list[int]) -> dict[int, SearchDoc]:
    """The documents of the living ones among these, in six queries."""
    rows = (
        Customer.objects.living()
        .select_related("branch")
        .filter(pk__in=customer_ids)
        .prefetch_related(*(Prefetch(name, living(model.objects.all()), f"living_{name}") for name, model in _FACTS))
    )
    return {row.pk: _document(row) for row in rows}


def _document(customer: Any) -> SearchDoc:
    phones = [phone.number for phone in customer.living_phones]
    contacts = [contact.name for contact in customer.living_contacts]
    addresses = [f"{row.area}{row.detail}" for row in customer.living_addresses]
    emails = [row.address for row in customer.living_emails]
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


KIND = SearchKind(
    "customer",
    _("Customers"),
    "user",
    Perm.CUSTOMER_VIEW,
    build,
    ids=ids_of(Customer),
    order=20,
    build_many=build_many,
)
