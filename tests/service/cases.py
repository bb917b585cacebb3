"""What the tests of the room of cases begin with."""

from typing import Any

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services import Facts, register_waybill
from suhui.service.cases import services
from suhui.service.cases.models import Case
from suhui.service.cases.services import Intake


def parcel(number: str, destination: Branch) -> Waybill:
    return register_waybill(number=number, carrier="yto", facts=Facts(destination=destination), by=Actor.system("test"))


def complain(agent: User, **more: Any) -> Intake:
    """A complaint on the phone, logged by `agent`, unless said otherwise."""
    values: dict[str, Any] = {"channel": "phone", "kind": "complaint", "text": "包裹破损，要求赔偿"}
    values |= {"by": Actor.staff(agent), **more}
    return services.intake(**values)


def anew(case: Case) -> Case:
    """The case as it is in the database now."""
    return Case.objects.select_related("branch", "responsible_branch", "owner", "customer", "category").get(pk=case.pk)
