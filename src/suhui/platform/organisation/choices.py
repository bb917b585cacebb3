from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from suhui.platform.people.permissions import Perm


class Function(TextChoices):
    """What a department is for: requests are addressed to a function, whatever the department is called."""

    SERVICE = "service", _("Customer service")
    WAREHOUSE = "warehouse", _("Warehouse")
    LOGISTICS = "logistics", _("Logistics")
    DELIVERY = "delivery", _("Delivery")
    FINANCE = "finance", _("Finance")
    QUALITY = "quality", _("Quality")
    PURCHASING = "purchasing", _("Purchasing")
    PRODUCTION = "production", _("Production")
    TECHNICAL = "technical", _("Technical")
    SALES = "sales", _("Sales department")
    MARKETING = "marketing", _("Marketing")
    OPERATIONS = "operations", _("Operations")
    CONTRACTS = "contracts", _("Contracts")
    RETENTION = "retention", _("Customer retention")
    IT = "it", _("Information technology")
    MANAGEMENT = "management", _("Management")


GROUPS = {
    "workbench": _("Workbench"),
    "case": _("Cases"),
    "task": _("Tasks"),
    "contact": _("Contacts"),
    "customer": _("Customers"),
    "personal_data": _("Personal data"),
    "waybill": _("Waybills"),
    "exception": _("Waybills"),
    "carrier": _("Waybills"),
    "report": _("Reports"),
}
"""Headings of the matrix by the first word of a permission; everything else stands under administration."""


def permission_groups() -> list[tuple[str, list[Perm]]]:
    """Every permission of the house under its heading, in the house's order."""
    groups: dict[str, list[Perm]] = {}
    for permission in Perm:
        heading = str(GROUPS.get(permission.value.partition(".")[0], _("Administration")))
        groups.setdefault(heading, []).append(permission)
    return list(groups.items())
