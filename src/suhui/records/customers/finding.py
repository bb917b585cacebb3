"""Customers in the search box: number, name, pinyin, phone tail; the name is masked for persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.bulk import among
from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind, ids_of
from suhui.records.customers.choices import CustomerKind
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Phone, area_of, gap_after

Facts = Mapping[int, Sequence[Any]]


class _Row(NamedTuple):
    """What the search asks of a customer: rows without a model, for they come by the hundred thousand."""

    pk: int
    number: str
    kind: str
    name: str
    wechat: str
    note: str
    branch_id: int
    branch_name: str
    owner_id: int | None
    updated_at: datetime


def build(customer_id: int) -> SearchDoc | None:
    """None for a customer that was merged into another: the other one is found instead."""
    return build_many([customer_id]).get(customer_id)


def build_many(customer_ids: list[int]) -> dict[int, SearchDoc]:
    """The documents of the living ones among these, in six queries."""
    columns = ("pk", "number", "kind", "name", "wechat", "note", "branch_id", "branch__name", "owner_id", "updated_at")
    rows = Customer.objects.living().filter(among("pk", customer_ids)).order_by("pk").values_list(*columns)
    phones, contacts = _facts(customer_ids, Phone, "number"), _facts(customer_ids, ContactPerson, "name")
    emails = _facts(customer_ids, Email, "address")
    homes = _facts(customer_ids, Address, "province", "city", "district", "detail")
    before, _nought, after = reverse("customers:customer", args=[0]).rpartition("0")
    made = (_Row(*row) for row in rows)
    return {
        row.pk: _document(
            row, f"{before}{row.pk}{after}", phones[row.pk], contacts[row.pk], homes[row.pk], emails[row.pk]
        )
        for row in made
    }


def _facts(customer_ids: list[int], model: Any, *columns: str) -> dict[int, list[Any]]:
    """The living facts of each of these, the main one first: the value, or the values of several columns."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(among("customer_id", customer_ids), removed_at=None).order_by("-is_main", "pk")
    for pk, *values in rows.values_list("customer_id", *columns):
        found[pk].append(values[0] if len(values) == 1 else values)
    return found


def _document(
    customer: _Row, url: str, phones: list[str], contacts: list[str], homes: list[list[str]], emails: list[str]
) -> SearchDoc:
    areas = [(area_of(*parts), detail) for *parts, detail in homes]
    addresses = [f"{area}{gap_after(area)}{detail}" for area, detail in areas]
    details = [Detail(customer.number), *[Detail(number, "mask_phone") for number in phones[:1]]]
    return SearchDoc(
        title=customer.name,
        title_mask="mask_name" if customer.kind == CustomerKind.PERSON else "",
        url=url,
        at=customer.updated_at,
        details=(*details, Detail(customer.branch_name)),
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
