from typing import ClassVar

from django.db import models

from suhui.contact.conversations.choices import Channel, Direction
from suhui.platform.core.models import Row
from suhui.platform.people.models import Branch, User
from suhui.records.customers.models import Customer
from suhui.records.shipments.models import Waybill


class Contact(Row):
    """One contact with a customer. `case` is the subject key of the case it belongs to ("case:17"), once known.

    `phone` is E.164; `seconds` how long it took; `agent` who took it, None when the customer wrote on the portal.
    """

    channel = models.CharField(max_length=10, choices=Channel.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="conversation_contacts"
    )
    phone = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    seconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="contacts")
    waybills = models.ManyToManyField(Waybill, blank=True, related_name="contacts")
    case = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="contact_newest"),
            models.Index(fields=["branch", "-at"], name="contact_branch"),
            models.Index(fields=["agent", "-at"], name="contact_agent"),
            models.Index(fields=["customer", "-at"], name="contact_of_customer"),
            models.Index(fields=["case"], name="contact_case", condition=~models.Q(case="")),
            models.Index(fields=["phone", "-at"], name="contact_phone", condition=~models.Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%m-%d %H:%M}"
