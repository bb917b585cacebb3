"""Customers as they are answered: a person's name, phones and addresses masked as on every screen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from suhui.platform.privacy import masks
from suhui.platform.rest.shapes import Ref, Row, ref
from suhui.records.customers import selectors
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Fact, Phone


class CustomerRow(Row):
    id: int = Field(examples=[5])
    number: str = Field(description="Archive number", examples=["C2611220005"])
    version: int = Field(description="Grows with every change; the ETag")
    kind: str = Field(examples=["person"])
    name: str = Field(description="A person's is masked", examples=["王**"])
    tier: str = Field(examples=["standard"])
    source: str
    industry: str
    vip: bool
    branch: Ref
    owner: Ref | None
    phone: str = Field(description="The main one, masked", examples=["138******34"])
    updated_at: datetime
    merged_into: int | None


class FactOut(BaseModel):
    """One fact. Its value is masked; /reveals gives it to who has a reason."""

    id: int
    kind: str = Field(examples=["phone"])
    value: str = Field(examples=["138******34"])
    label: str
    main: bool
    verified_at: datetime | None
    stale: bool = Field(description="To be asked for again")


class CustomerOut(CustomerRow):
    wechat: str
    note: str
    yearly_spend_fen: int
    contract_value_fen: int
    parcels_90d: int
    complaints_90d: int
    facts: list[FactOut]


def shown_name(customer: Customer) -> str:
    return masks.mask_name(customer.name) if customer.is_person else customer.name


def row_values(customer: Customer, phone: str) -> dict[str, Any]:
    return {
        "id": customer.pk,
        "number": customer.number,
        "version": customer.version,
        "kind": customer.kind,
        "name": shown_name(customer),
        "tier": customer.tier,
        "source": customer.source,
        "industry": customer.industry,
        "vip": customer.vip,
        "branch": Ref(id=customer.branch_id, name=customer.branch.name),
        "owner": ref(customer.owner),
        "phone": masks.mask_phone(phone) if phone else "",
        "updated_at": customer.updated_at,
        "merged_into": customer.merged_into_id,
    }


def rows_of(customers: Iterable[Any]) -> list[CustomerRow]:
    """Of customers read with their main facts."""
    return [
        CustomerRow(**row_values(one, one.living_phones[0].number if one.living_phones else "")) for one in customers
    ]


def customer_out(customer: Customer) -> CustomerOut:
    known = selectors.facts_of(customer)
    states = [*known.phones, *known.emails, *known.addresses, *known.contacts]
    phones = [one.fact for one in known.phones if isinstance(one.fact, Phone)]
    return CustomerOut(
        **row_values(customer, phones[0].number if phones else ""),
        wechat=masks.mask_handle(customer.wechat),
        note=masks.mask_text(customer.note),
        yearly_spend_fen=customer.yearly_spend_fen,
        contract_value_fen=customer.contract_value_fen,
        parcels_90d=customer.parcels_90d,
        complaints_90d=customer.complaints_90d,
        facts=[fact_out(one.fact, stale=one.stale) for one in states],
    )


def fact_out(fact: Fact, *, stale: bool = False) -> FactOut:
    label = getattr(fact, "label", "") or getattr(fact, "title", "")
    return FactOut(
        id=fact.pk,
        kind=str(fact.KIND.value),
        value=masked_value(fact),
        label=label,
        main=fact.is_main,
        verified_at=fact.verified_at,
        stale=stale,
    )


def masked_value(fact: Fact) -> str:
    if isinstance(fact, Phone):
        return masks.mask_phone(fact.number)
    if isinstance(fact, Email):
        return masks.mask_email(fact.address)
    if isinstance(fact, Address):
        return fact.area + masks.mask_address(fact.detail)
    return masks.mask_name(fact.name) if isinstance(fact, ContactPerson) else ""
