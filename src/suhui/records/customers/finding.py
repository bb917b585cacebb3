"""Customers in the search box: number, name, pinyin, phone tail; the name is masked for persons."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind, ids_of
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Phone

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
    facts = (
        Prefetch(name, model.objects.filter(removed_at=None).order_by("-is_main", "pk"), f"living_{name}")
        for name, model in _FACTS
    )
    rows = list(Customer.objects.living().filter(pk__in=customer_ids).prefetch_related(*facts))
    branches = Branch.objects.in_bulk({row.branch_id for row in rows})
    return {row.pk: _document(row, branches[row.branch_id].name) for row in rows}


def _document(customer: Any, branch_name: str) -> SearchDoc:
    phones = [phone.number for phone in customer.living_phones]
    contacts = [contact.name for contact in customer.living_contacts]
    addresses = [f"{row.area}{row.gap}{row.detail}" for row in customer.living_addresses]
    emails = [row.address for row in customer.living_emails]
    details = [Detail(customer.number), *[Detail(number, "mask_phone") for number in phones[:1]]]
    return SearchDoc(
        title=customer.name,
        title_mask="mask_name" if customer.is_person else "",
        url=reverse("customers:customer", args=[customer.pk]),
        at=customer.updated_at,
        details=(*details, Detail(branch_name)),
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
