from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.platform.people.models import Branch, User
from suhui.records.customers.models import Customer
from suhui.screens.setup.models import Installation
from suhui.service.cases.models import Case


def is_empty() -> bool:
    """Nobody exists yet: the set-up page is open."""
    return not User.objects.exists()


def unfinished() -> Installation | None:
    """The installation whose guide is still needed."""
    return Installation.objects.filter(guide_done_at=None).first()


@dataclass(frozen=True)
class Step:
    """One step of the guide: what, why, where (a URL's name), and whether it is done."""

    label: Any
    help: Any
    action: Any
    url_name: str
    icon: str
    done: bool


def steps() -> list[Step]:
    """What leads from an empty company to its first case. Four short queries."""
    return [
        Step(
            _("Branches"),
            _("Regions and outlets, each where it belongs in the tree. Who sees what follows it."),
            _("Add branches"),
            "organisation:tree",
            "sitemap",
            Branch.objects.exclude(parent=None).exists(),
        ),
        Step(
            _("People"),
            _("Everyone who works here, with their post and a first password."),
            _("Add a person"),
            "organisation:person-add",
            "user-plus",
            User.objects.filter(is_active=True)[:2].count() > 1,
        ),
        Step(
            _("First customer"),
            _("By hand, or pasted from a message; the phone number makes sure nobody is entered twice."),
            _("Add a customer"),
            "customers:new",
            "address-book",
            Customer.objects.exists(),
        ),
        Step(
            _("First case"),
            _("Log the first telephone call: the case opens with its deadlines by itself."),
            _("Take the first case"),
            "cases:new",
            "ticket",
            Case.objects.exists(),
        ),
    ]
