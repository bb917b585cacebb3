from typing import ClassVar, TypeVar

from django.db import models

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import Branch, User
from suhui.records.customers.choices import CustomerKind, FactKind, Industry, PhoneKind, Source, Tier


class CustomerQuerySet(models.QuerySet["Customer"]):
    def living(self) -> "CustomerQuerySet":
        """Those that were not merged into another."""
        return self.filter(merged_into=None)


class Customer(TimeStamped):
    """A person or a company we serve (CUS-1). `number` is the archive number 归档编号.

    The `yearly_spend_fen` and `contract_value_fen` are entered by hand or fed by other rooms; `parcels_90d` and
    `complaints_90d` are counted when the tier is. `version` grows with every edit (compare-and-set).
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    name = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=240, blank=True)
    wechat = models.CharField(max_length=60, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="customers")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="customers")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.OTHER)
    industry = models.CharField(max_length=12, choices=Industry.choices, blank=True, default="")
    note = models.TextField(blank=True)
    vip = models.BooleanField(default=False)
    yearly_spend_fen = models.BigIntegerField(default=0)
    contract_value_fen = models.BigIntegerField(default=0)
    parcels_90d = models.PositiveIntegerField(default=0)
    complaints_90d = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.STANDARD)
    tier_decision_id = models.BigIntegerField(null=True)
    tier_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["branch", "-id"], name="customer_branch", condition=models.Q(merged_into=None)),
            models.Index(fields=["owner", "-id"], name="customer_owner", condition=models.Q(merged_into=None)),
            models.Index(fields=["tier", "-id"], name="customer_tier", condition=models.Q(merged_into=None)),
            models.Index(fields=["name"], name="customer_name", opclasses=["text_pattern_ops"]),
            models.Index(fields=["pinyin"], name="customer_pinyin", opclasses=["text_pattern_ops"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")), name="customer_not_self"
            ),
            models.CheckConstraint(
                condition=models.Q(yearly_spend_fen__gte=0, contract_value_fen__gte=0), name="customer_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_person(self) -> bool:
        return self.kind == CustomerKind.PERSON


class Fact(Row):
    """Something we know about a customer, with who last made sure of it (CUS-10). Removed facts stay for undo."""

    KIND: ClassVar[FactKind]

    is_main = models.BooleanField(default=False)
    added_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


AnyFact = TypeVar("AnyFact", bound=Fact)


def living(rows: "models.QuerySet[AnyFact]") -> "models.QuerySet[AnyFact]":
    """Those facts that were not removed, the main one first."""
    return rows.filter(removed_at=None).select_related("verified_by").order_by("-is_main", "pk")


class ContactPerson(Fact):
    """Somebody to talk to at a company, or another member of the household."""

    KIND = FactKind.CONTACT

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer"], name="contact_customer")]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Phone(Fact):
    """A number in E.164. `backwards` is its digits reversed, so that a tail is a prefix; `region` and `carrier` are its
    attribution (归属地, 运营商). Exactly one customer is *identified* by a number; others may share it."""

    KIND = FactKind.PHONE

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    contact = models.ForeignKey(ContactPerson, on_delete=models.SET_NULL, null=True, related_name="phones")
    number = models.CharField(max_length=20)
    backwards = models.CharField(max_length=20)
    extension = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=10, choices=PhoneKind.choices)
    region = models.CharField(max_length=60, blank=True)
    carrier = models.CharField(max_length=30, blank=True)
    identifies = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["number"], name="phone_number"),
            models.Index(fields=["backwards"], name="phone_tail", opclasses=["text_pattern_ops"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(identifies=True, removed_at=None), name="phone_identifies_one"
            ),
            models.UniqueConstraint(
                fields=["customer", "number"], condition=models.Q(removed_at=None), name="phone_once_a_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"phone {self.pk}"


class Email(Fact):
    KIND = FactKind.EMAIL

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="emails")
    contact = models.ForeignKey(ContactPerson, on_delete=models.SET_NULL, null=True, related_name="emails")
    address = models.EmailField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address"], name="email_address")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "address"], condition=models.Q(removed_at=None), name="email_once_a_customer"
            )
        ]

    def __str__(self) -> str:
        return f"e-mail {self.pk}"


class Address(Fact):
    """Province, city, district and the detail below them. `label` says what it is for (warehouse, home)."""

    KIND = FactKind.ADDRESS

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    contact = models.ForeignKey(ContactPerson, on_delete=models.SET_NULL, null=True, related_name="addresses")
    label = models.CharField(max_length=30, blank=True)
    province = models.CharField(max_length=30, blank=True)
    city = models.CharField(max_length=30, blank=True)
    district = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer"], name="address_customer"),
            models.Index(fields=["city", "district"], name="address_city"),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"

    @property
    def area(self) -> str:
        """Province, city and district in one word (北京市朝阳区), no city said twice; foreign ones apart (SP Bauru)."""
        return area_of(self.province, self.city, self.district)

    @property
    def gap(self) -> str:
        """What stands between the area and the detail."""
        return gap_after(self.area)


def area_of(province: str, city: str, district: str) -> str:
    """`Address.area` of these three."""
    parts = [part for part in (province, "" if city == province else city, district) if part]
    return (" " if any(part[0].isascii() for part in parts) else "").join(parts)


def gap_after(area: str) -> str:
    """`Address.gap` behind this area."""
    return " " if area and area[-1].isascii() else ""


class Freshness(Row):
    """How long a fact of this kind counts as true before it is asked for again. House policy, changed in Settings."""

    kind = models.CharField(max_length=10, choices=FactKind.choices, unique=True)
    days = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class Merge(Row):
    """`loser` was merged into `winner`; `moved` says what each room moved, so that it can be put back."""

    winner = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    loser = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["winner", "-at"], name="merge_winner")]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"
