"""Waybills and their scans: built for a million of the first and many millions of the second."""

from typing import ClassVar

from django.db import models

from suhui.platform.core.models import OwnersTime, Row, TimeStamped
from suhui.platform.people.models import Branch
from suhui.records.customers.models import Customer
from suhui.records.shipments.choices import FINAL, LASTING_DETAILS, Fault, Product, Source, Status, SubStatus
from suhui.records.shipments.models.carriers import Carrier


class WaybillQuerySet(models.QuerySet["Waybill"]):
    def under_way(self) -> "WaybillQuerySet":
        """Those of which more news is expected."""
        return self.exclude(status__in=FINAL)


def _branch(name: str) -> "models.ForeignKey[Branch | None]":
    return models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name=name, db_index=False)


class Waybill(TimeStamped):
    """One parcel (or several pieces) on its way. The names, phones and addresses are those of the label.

    `status`, `status_since` and the times are computed from the scans (track.py), never set by hand.
    `registered_branch` is where somebody put it on the register who did not know its branches: they must find it again.
    `next_check_at` says when the time-based exceptions are looked at again; empty when nothing is expected.
    """

    number = models.CharField(max_length=40)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="waybills", db_index=False)
    order_number = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.MANUAL)

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CREATED)
    sub_status = models.CharField(max_length=20, choices=SubStatus.choices, blank=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    status_since = models.DateTimeField()
    failed_attempts = models.PositiveSmallIntegerField(default=0)

    origin = _branch("waybills_from")
    destination = _branch("waybills_to")
    current_branch = _branch("waybills_here")
    registered_branch = _branch("waybills_registered")

    sender = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="waybills_sent")
    sender_name = models.CharField(max_length=80, blank=True)
    sender_phone = models.CharField(max_length=32, blank=True)
    sender_address = models.CharField(max_length=300, blank=True)
    recipient = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="waybills_received"
    )
    recipient_name = models.CharField(max_length=80, blank=True)
    recipient_phone = models.CharField(max_length=32, blank=True)
    recipient_address = models.CharField(max_length=300, blank=True)

    product = models.CharField(max_length=16, choices=Product.choices, default=Product.STANDARD)
    goods = models.CharField(max_length=120, blank=True)
    pieces = models.PositiveSmallIntegerField(default=1)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    declared_fen = models.PositiveBigIntegerField(default=0)
    insured_fen = models.PositiveBigIntegerField(default=0)
    fee_fen = models.PositiveBigIntegerField(default=0)
    cod_fen = models.PositiveBigIntegerField(default=0)

    collected_at = models.DateTimeField(null=True, blank=True)
    out_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_text = models.CharField(max_length=300, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)

    objects = WaybillQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "number"], name="waybill_once"),
            models.UniqueConstraint(fields=["id", "created_at"], name="waybill_registered_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number"], name="waybill_number", opclasses=["text_pattern_ops"]),
            models.Index(fields=["status", "-id"], name="waybill_status"),
            models.Index(fields=["-last_event_at", "-id"], name="waybill_news"),
            models.Index(fields=["origin", "-id"], name="waybill_origin"),
            models.Index(fields=["destination", "-id"], name="waybill_destination"),
            models.Index(fields=["current_branch", "-id"], name="waybill_here"),
            models.Index(
                fields=["registered_branch", "-id"],
                name="waybill_registered",
                condition=models.Q(registered_branch__isnull=False),
            ),
            models.Index(fields=["recipient_phone"], name="waybill_recipient_phone"),
            models.Index(fields=["sender_phone"], name="waybill_sender_phone"),
            models.Index(
                fields=["next_check_at"], name="waybill_check", condition=models.Q(next_check_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def final(self) -> bool:
        return self.status in FINAL

    @property
    def came_late(self) -> bool:
        """Delivered after the time that was promised."""
        return bool(self.promised_at and self.delivered_at and self.delivered_at > self.promised_at)

    @property
    def status_words(self) -> str:
        """The finer word when there is one, else the status."""
        return str(self.get_sub_status_display() if self.sub_status else self.get_status_display())


class ScanQuerySet(models.QuerySet["ScanEvent"]):
    def of(self, *waybills: Waybill) -> "ScanQuerySet":
        """Their scans, looked for only in the months in which the waybills were registered."""
        return self.filter(waybill__in=waybills, waybill_created_at__in={waybill.created_at for waybill in waybills})


class ScanEvent(Row):
    """One line of a parcel's track, with the carrier's code and text as they came. Never changed, except that a code
    learnt later gives it its status. `key` is the natural key: the same scan told twice is one row.

    The table is divided by the month in which the waybill was registered (`waybill_created_at`): ask by `of()`."""

    id = models.BigAutoField(primary_key=True)
    # The database's own foreign key leads to the waybill with its time (migration 0008).
    waybill = models.ForeignKey(
        Waybill, on_delete=models.CASCADE, related_name="scans", db_index=False, db_constraint=False
    )
    waybill_created_at = OwnersTime(of="waybill.created_at", editable=False)
    key = models.CharField(max_length=32)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    raw_code = models.CharField(max_length=60, blank=True)
    raw_text = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=120, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    operator_name = models.CharField(max_length=60, blank=True)
    operator_phone = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    sub_status = models.CharField(max_length=20, choices=SubStatus.choices, blank=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["waybill", "key", "waybill_created_at"], name="scan_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["waybill", "-at", "-id"], name="scan_track"),
            models.Index(fields=["source", "raw_code"], name="scan_unknown", condition=models.Q(status=Status.UNKNOWN)),
            models.Index(fields=["waybill"], name="scan_lasting", condition=models.Q(sub_status__in=LASTING_DETAILS)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.raw_text[:30]}"
