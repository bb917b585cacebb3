from django.db.models import QuerySet

from suhui.contact.conversations.models import Contact


def for_customer(customer_id: int) -> "QuerySet[Contact]":
    """A customer's contacts, newest first. Not filtered by scope: for rooms that checked their own door."""
    return Contact.objects.filter(customer_id=customer_id).select_related("agent", "branch")


def for_case(case: str) -> "QuerySet[Contact]":
    """The contacts of a case ("case:17"), newest first."""
    return Contact.objects.filter(case=case).select_related("agent", "branch")
