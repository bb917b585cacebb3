"""What the desk may hand over of the customers' pages: the way to a case, the way to a parcel."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.desk.sharing import Card, Shared
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access as parcels
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import links
from suhui.service.cases import access as cases


def case_path(case_id: int) -> str:
    return reverse("portal:case", args=[links.token_of(case_id)])


def case_card(user: User, case_id: int) -> Card:
    """The signed page of a case: whoever has the address reads the public story."""
    _demand(user, Perm.CASE_VIEW)
    case = cases.get_case(user, case_id)
    return Card(
        title=_("The customer's page of case %(number)s") % {"number": case.number},
        help=_(
            "Here the customer follows the case, answers, adds photos and rates, for half a year. Whoever has this "
            "link can read it: give it to the customer only."
        ),
        path=case_path(case.pk),
        message=_("Hello, you can follow your matter (case %(number)s) and answer us here: %(link)s")
        % {"number": case.number, "link": "{link}"},
    )


def waybill_path(waybill_id: int) -> str:
    number = Waybill.objects.values_list("number", flat=True).filter(pk=waybill_id).first()
    return f"{reverse('portal:home')}?{urlencode({'number': number or ''})}"


def waybill_card(user: User, waybill_id: int) -> Card:
    """The parcel's page, behind the last four digits of the phone as always."""
    _demand(user, Perm.WAYBILL_VIEW)
    waybill = parcels.get_waybill(user, waybill_id)
    return Card(
        title=_("The customer's page of parcel %(number)s") % {"number": waybill.number},
        help=_(
            "Here the customer sees where the parcel is, what happened and what comes next, once they have entered the "
            "last four digits of the recipient's or the sender's phone."
        ),
        path=waybill_path(waybill.pk),
        message=_(
            "Hello, here you see where your parcel %(number)s is and what comes next; please enter the last four "
            "digits of the phone: %(link)s"
        )
        % {"number": waybill.number, "link": "{link}"},
    )


def _demand(user: User, permission: Perm) -> None:
    if not user.may(permission):
        raise Missing(_("There is nothing here, or it is not yours to see."))


CASE = Shared(case_path, case_card)
WAYBILL = Shared(waybill_path, waybill_card)
