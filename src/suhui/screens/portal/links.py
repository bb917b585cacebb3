"""The signed address of a case's public page."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.service.cases.models import Case

SALT = "suhui.portal.case"
LASTS = timedelta(days=180)


def token_of(case_id: int) -> str:
    return signing.dumps(case_id, salt=SALT)


def case_link(case: Case) -> str:
    """Where a customer follows this case, for half a year, without an account. Whoever has the address can read it."""
    return reverse("portal:case", args=[token_of(case.pk)])


def open_case(token: str) -> Case:
    """The case of a link; of a merged one, the case it became part of. Raises Missing for a link that is not ours."""
    try:
        case_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature as error:
        raise Missing(_("This link is no longer valid. Please look for your parcel again.")) from error
    case = Case.objects.select_related("branch", "merged_into", "category").filter(pk=case_id).first()
    while case is not None and case.merged_into is not None:
        case = case.merged_into
    if case is None:
        raise Missing(_("This link is no longer valid. Please look for your parcel again."))
    return case
