from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from suhui.platform.core.clock import now
from suhui.platform.people.models import User
from suhui.platform.people.services import pinyin_of
from suhui.records.customers import access, phones
from suhui.records.customers.choices import DuplicateReason, FactKind
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Fact, Freshness, Phone, living

DEFAULT_DAYS = 180
"""How long a fact counts as fresh when its policy row was removed."""


def by_phone(number: str) -> "QuerySet[Customer]":
    """Living customers with this number (E.164), the one identified by it first. Not filtered by scope."""
    return (
        Customer.objects.living()
        .filter(phones__number=number, phones__removed_at=None)
        .order_by("-phones__identifies", "pk")
    )


def survivor(customer: Customer) -> Customer:
    """The customer itself, or the one it was merged into, however many times."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def matching(rows: "QuerySet[Customer]", text: str) -> "QuerySet[Customer]":
    """Narrow a list to what somebody typed: archive number, phone or its tail, name, pinyin or initials, WeChat."""
    text = text.strip()
    if not text:
        return rows
    digits = "".join(character for character in text if character.isdecimal())
    condition = Q(name__startswith=text) | Q(number__iexact=text) | Q(wechat__iexact=text)
    if len(text) > 1:
        condition |= Q(name__contains=text)
    if text.isascii() and text.replace(" ", "").isalpha():
        letters = text.lower().replace(" ", "")
        condition |= Q(pinyin__startswith=letters) | Q(pinyin__contains=f" {letters}")
    if len(digits) >= 4 and len(digits) >= len(text.replace(" ", "").replace("-", "").lstrip("+")):
        tails = Phone.objects.filter(backwards__startswith=phones.backwards(digits.lstrip("0")), removed_at=None)
        condition |= Q(pk__in=tails.values("customer_id"))
    return rows.filter(condition)


def with_main_facts(rows: "QuerySet[Customer]") -> "QuerySet[Customer]":
    """For lists: branch, owner and the living phones and addresses in three queries, whatever the length."""
    return rows.select_related("branch", "owner").prefetch_related(
        Prefetch("phones", living(Phone.objects.all()), to_attr="living_phones"),
        Prefetch("addresses", living(Address.objects.all()), to_attr="living_addresses"),
    )


@dataclass(frozen=True)
class FactState:
    """A fact and whether it has to be asked for again; `never` when nobody ever made sure of it."""

    fact: Fact
    stale: bool
    never: bool


@dataclass(frozen=True)
class Facts:
    phones: list[FactState]
    emails: list[FactState]
    addresses: list[FactState]
    contacts: list[FactState]

    @property
    def stale(self) -> list[FactState]:
        """What to ask for at the next contact."""
        return [state for state in (*self.phones, *self.emails, *self.addresses, *self.contacts) if state.stale]


def facts_of(customer: Customer, at: datetime | None = None) -> Facts:
    """Everything known about a customer, each fact with its freshness. Five queries."""
    at = at or now()
    days = dict(Freshness.objects.values_list("kind", "days"))

    def states(rows: Iterable[Fact]) -> list[FactState]:
        return [_state(row, days, at) for row in rows]

    return Facts(
        states(living(Phone.objects.filter(customer=customer))),
        states(living(Email.objects.filter(customer=customer))),
        states(living(Address.objects.filter(customer=customer))),
        states(living(ContactPerson.objects.filter(customer=customer))),
    )


def _state(fact: Fact, days: dict[str, int], at: datetime) -> FactState:
    length = timedelta(days=days.get(fact.KIND, DEFAULT_DAYS))
    return FactState(
        fact, stale=fact.verified_at is None or fact.verified_at + length <= at, never=fact.verified_at is None
    )


@dataclass(frozen=True)
class Duplicate:
    customer: Customer
    reasons: tuple[DuplicateReason, ...]


def duplicates_of(customer: Customer, user: User, limit: int = 5) -> list[Duplicate]:
    """Living customers `user` sees that may be the same one, the surest first."""
    numbers = list(customer.phones.filter(removed_at=None).values_list("number", flat=True))
    found = duplicates(name=customer.name, numbers=numbers, user=user, besides=customer.pk, limit=limit)
    return found


def duplicates(*, name: str, numbers: Iterable[str], user: User, besides: int = 0, limit: int = 5) -> list[Duplicate]:
    """The same for somebody who is about to be added: same phone, same name, a name that sounds the same."""
    sound = pinyin_of(name)
    likeness = Q(name=name, name__gt="") | Q(pinyin=sound, pinyin__gt=" ")
    same_phone = set(
        Phone.objects.filter(number__in=list(numbers), removed_at=None).values_list("customer_id", flat=True)
    )
    rows = with_main_facts(access.visible_to(user)).filter(likeness | Q(pk__in=same_phone), merged_into=None)
    hints = [Duplicate(row, _reasons(row, name, sound, same_phone)) for row in rows.exclude(pk=besides)[: limit * 4]]
    hints.sort(key=lambda hint: (DuplicateReason.PHONE not in hint.reasons, DuplicateReason.NAME not in hint.reasons))
    return hints[:limit]


def _reasons(row: Customer, name: str, sound: str, same_phone: set[int]) -> tuple[DuplicateReason, ...]:
    reasons = []
    if row.pk in same_phone:
        reasons.append(DuplicateReason.PHONE)
    if row.name == name:
        reasons.append(DuplicateReason.NAME)
    elif row.pinyin == sound:
        reasons.append(DuplicateReason.SOUND)
    return tuple(reasons)


FACT_MODELS: dict[str, type[Phone] | type[Email] | type[Address] | type[ContactPerson]] = {
    FactKind.PHONE: Phone,
    FactKind.EMAIL: Email,
    FactKind.ADDRESS: Address,
    FactKind.CONTACT: ContactPerson,
}
