"""The personal data of a customer behind its masks: what `privacy.services.reveal` reads."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User
from suhui.records.customers import access, phones
from suhui.records.customers.choices import FactKind
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Fact, Phone
from suhui.records.customers.selectors import FACT_MODELS

LABEL = gettext_lazy("Customer")


def read(user: User, customer_id: str, field: str) -> str:
    """`field` is "name", "wechat", or a fact: "phone:33", "email:4", "address:5", "contact:6". Raises Missing."""
    if not customer_id.isdecimal():
        raise Missing(_("There is nothing here, or it is not yours to see."))
    customer = access.get_customer(user, int(customer_id))
    if field == "name":
        return customer.name
    if field == "wechat":
        return customer.wechat
    return _read_fact(customer, *field.partition(":")[::2])


def _read_fact(customer: Customer, kind: str, fact_id: str) -> str:
    model = FACT_MODELS.get(kind)
    rows = model.objects.filter(customer=customer, pk=fact_id) if model and fact_id.isdecimal() else None
    fact = rows.first() if rows is not None else None
    if fact is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return value_of(fact)


def value_of(fact: Fact) -> str:
    """A fact as it is read out or dialled."""
    if isinstance(fact, Phone):
        return f"{phones.national(fact.number)}{' #' + fact.extension if fact.extension else ''}"
    if isinstance(fact, Email):
        return fact.address
    if isinstance(fact, Address):
        return f"{fact.area}{fact.gap}{fact.detail}"
    if isinstance(fact, ContactPerson):
        return fact.name
    raise TypeError(type(fact))


def field_of(fact: Fact) -> str:
    """The name under which `read` finds it again."""
    return f"{FactKind(fact.KIND).value}:{fact.pk}"


def url(customer_id: str) -> str:
    return reverse("customers:customer", args=[customer_id])
