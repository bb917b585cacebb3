"""Customers with a phone, an address and, for companies, a contact."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from bench import words
from bench.copying import NULL, Sheet, time
from bench.finding import Index
from bench.scale import DAY, SPAN, Known, Plan
from bench.world import World
from suhui.demo import names
from suhui.platform.core.numbers import luhn_digit
from suhui.platform.people.services import pinyin_of
from suhui.platform.search.registry import Detail, SearchDoc
from suhui.records.customers import phones
from suhui.records.customers.choices import CustomerKind, Source, Tier
from suhui.records.customers.models import Address, ContactPerson, Customer, Phone

_PREFIXES = ("138", "139", "136", "150", "158", "159", "186", "187", "133", "177", "199", "131")


class Sheets:
    def __init__(self) -> None:
        columns = (
            *("id", "created_at", "updated_at", "number", "kind", "name", "pinyin", "branch_id", "source"),
            *("industry", "vip", "yearly_spend_fen", "tier"),
        )
        self.customers = Sheet(Customer, *columns)
        self.phones = Sheet(
            Phone,
            *("id", "added_at", "customer_id", "number", "backwards", "kind", "region", "carrier"),
            *("identifies", "is_main", "verified_at"),
        )
        self.addresses = Sheet(
            Address,
            *("id", "added_at", "customer_id", "province", "city", "district", "detail", "is_main", "verified_at"),
        )
        self.contacts = Sheet(ContactPerson, "id", "added_at", "customer_id", "name", "pinyin", "title")
        self.index = Index()

    def all(self) -> list[Sheet]:
        return [
            *(self.customers, self.contacts, self.phones, self.addresses),
            *(self.index.entries, self.index.keys),
        ]


def write(plan: Plan, world: World, sheets: Sheets) -> Iterator[int]:
    """Every customer onto the sheets and into the plan; yields the number done, now and then, for writing them off."""
    dice = Random(plan.seed + 11)
    for number in range(plan.people):
        _one(plan, world, sheets, dice, number)
        if number % 2000 == 1999:
            yield number + 1
    yield plan.people


def _one(plan: Plan, world: World, sheets: Sheets, dice: Random, number: int) -> None:
    pk = number + 1
    province, city, district = dice.choice(words.PLACES)
    company = dice.random() < 0.12
    name, industry = names.company(dice, city) if company else (words.person(dice), "")
    outlet = dice.choice(world.outlets)
    detail = names.detail(dice)
    phone = f"+86{_PREFIXES[number % 12]}{number * 48_271 % 10**8:08d}"
    vip = dice.random() < 0.03
    came = plan.start - dice.randrange(600) * DAY + number % DAY
    seen = time(plan.start + dice.randrange(SPAN)) if dice.random() < 0.6 else NULL
    area = f"{province}{'' if city == province else city}{district}"
    plan.customers.append(Known(pk, name, phone, f"{area}{detail}", outlet, company))
    if company:
        plan.senders.append(number)
    archive = f"{number:09d}"
    sheets.customers.add(
        str(pk),
        time(came),
        time(came),
        f"K{archive}{luhn_digit(archive)}",
        CustomerKind.COMPANY.value if company else CustomerKind.PERSON.value,
        name,
        pinyin_of(name),
        str(outlet),
        dice.choice((Source.PHONE.value, Source.PORTAL.value, Source.WAYBILL.value)),
        industry,
        "t" if vip else "f",
        str(dice.randrange(200_000, 30_000_000) if company else dice.randrange(90_000)),
        Tier.VIP.value if vip else Tier.STANDARD.value,
    )
    region, carrier = phones.attribution(phone)
    sheets.phones.add(
        *(str(pk), time(came), str(pk), phone, phone[:0:-1], "mobile", region[:60], carrier[:30], "t", "t", seen)
    )
    sheets.addresses.add(str(pk), time(came), str(pk), province, city, district, detail, "t", seen)
    contacts: list[str] = []
    if company:
        contacts = [words.person(dice)]
        title = dice.choice(("物流主管", "采购", "店长"))
        sheets.contacts.add(str(pk), time(came), str(pk), contacts[0], pinyin_of(contacts[0]), title)
    doc = SearchDoc(
        title=name,
        title_mask="" if company else "mask_name",
        url=f"/customers/{pk}/",
        at=datetime.fromtimestamp(came, UTC),
        details=(Detail(f"K{archive}{luhn_digit(archive)}"), Detail(phone, "mask_phone"), Detail(world.names[outlet])),
        names=(name, *contacts),
        numbers=(f"K{archive}{luhn_digit(archive)}",),
        phones=(phone,),
        hidden=(f"{area}{detail}", "", ""),
        branch_ids=(outlet,),
    )
    sheets.index.add("customer", pk, doc)
