from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from suhui.platform.core.clock import now
from suhui.platform.files import access
from suhui.platform.files.ui.delivery import deliver
from suhui.platform.people.doors import Request, public, signed_in


@require_safe
@signed_in
def open_file(request: Request, file_id: UUID) -> HttpResponseBase:
    return deliver(request, access.get_file(request.user, file_id))


@require_safe
@signed_in
def open_thumb(request: Request, file_id: UUID) -> HttpResponseBase:
    return deliver(request, access.get_file(request.user, file_id), thumb=True)


@require_safe
@public("a link signed for one file and a short time, shown on the customer's own page")
def open_signed(request: HttpRequest, token: str) -> HttpResponseBase:
    return deliver(request, access.get_signed(token, now().timestamp()))


@require_safe
@public("a link signed for one file and a short time, shown on the customer's own page")
def open_signed_thumb(request: HttpRequest, token: str) -> HttpResponseBase:
    return deliver(request, access.get_signed(token, now().timestamp()), thumb=True)
