"""Carriers and the machines that tell us about their parcels."""

from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row, TimeStamped
from suhui.records.shipments.choices import (
    Fault,
    Provider,
    PushState,
    Source,
    Status,
    SubscriptionState,
    SubStatus,
)


class Carrier(TimeStamped):
    """A company that moves parcels. `own` marks the house's own network."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    english_name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    kuaidi100_code = models.CharField(max_length=40, blank=True)
    kdniao_code = models.CharField(max_length=20, blank=True)
    asks_phone_tail = models.BooleanField(default=False)
    own = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class NumberPattern(TimeStamped):
    """How numbers of a carrier look, added by an administrator to the shipped rows of patterns.py."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="patterns")
    pattern = models.CharField(max_length=120)
    score = models.PositiveSmallIntegerField(default=80)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["carrier", "pattern"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["carrier", "pattern"], name="numberpattern_once")]

    def __str__(self) -> str:
        return self.pattern


class StatusCode(TimeStamped):
    """What a carrier's code means here; an administrator's rows go before the shipped ones of mapping/."""

    source = models.CharField(max_length=12, choices=Source.choices)
    code = models.CharField(max_length=60)
    status = models.CharField(max_length=20, choices=Status.choices)
    sub_status = models.CharField(max_length=20, choices=SubStatus.choices, blank=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["source", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "code"], name="statuscode_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.code}"


class UnknownCode(Row):
    """A code that no table knows, with the text it came with, until an administrator says what it means."""

    source = models.CharField(max_length=12, choices=Source.choices)
    code = models.CharField(max_length=60)
    text = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "code"], name="unknowncode_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.code}"


class CarrierAccount(TimeStamped):
    """Our contract with a provider. `secrets` is never shown again, never logged and never in an event."""

    provider = models.CharField(max_length=12, choices=Provider.choices)
    name = models.CharField(max_length=60)
    address = models.URLField(blank=True)
    customer = models.CharField(max_length=80, blank=True)
    secrets = models.JSONField(default=dict)
    callback = models.URLField(blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["provider", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(active=True), name="carrieraccount_one_active"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<CarrierAccount {self.pk} {self.provider}>"


class CarrierPush(Row):
    """A carrier's push as it came, written down before anything is made of it: the queue of those that wait, too.
    `digest` makes a repeat harmless."""

    provider = models.CharField(max_length=12, choices=Provider.choices)
    digest = models.CharField(max_length=64)
    fields = models.JSONField()
    state = models.CharField(max_length=10, choices=PushState.choices, default=PushState.RECEIVED)
    times_received = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "digest"], name="carrierpush_once")]
        indexes: ClassVar = [
            models.Index(fields=["state", "-received_at"], name="carrierpush_state"),
            models.Index(fields=["id"], name="carrierpush_waiting", condition=models.Q(state=PushState.RECEIVED)),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.received_at:%m-%d %H:%M}"


class Subscription(TimeStamped):
    """That we want news of a waybill from a provider: by push when it takes the subscription, else by asking."""

    waybill = models.ForeignKey("shipments.Waybill", on_delete=models.CASCADE, related_name="subscriptions")
    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="subscriptions")
    state = models.CharField(max_length=10, choices=SubscriptionState.choices, default=SubscriptionState.WANTED)
    next_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["waybill", "account"], name="subscription_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="subscription_due", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.waybill} · {self.account}"
